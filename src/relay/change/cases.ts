import { directoryChange, refuse, type Step } from '../../directory/change/change.ts'
import type { Change, Transaction } from '../../database/database.ts'
import type { CaseNote } from '../query/history.ts'
import type { ListingCase } from '../relay.ts'

export interface CaseFound extends Pick<ListingCase, 'kind' | 'list' | 'weight' | 'withdraws'> {
  readonly subject: string
  readonly reason: string
  readonly apply: string | undefined
}

/** A listing was found, or said. Where the case is open already, it was heard of again. */
export const openCase = directoryChange('relay.case-opened', async ({ tx, args, atMs }: Step<CaseFound>) => {
  const { subject, kind, list, weight, withdraws, reason, apply } = args
  await tx.run(
    `INSERT INTO relay_case (subject, kind, list, weight, withdraws, since_at_ms, heard_at_ms, reason, apply) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (subject, kind, list) WHERE gone_at_ms IS NULL DO UPDATE SET heard_at_ms = excluded.heard_at_ms, reason = excluded.reason`,
    ...[subject, kind, list, weight, withdraws ? 1 : 0, atMs, atMs, reason, apply ?? null],
  )
  return { done: undefined, audit: { subject, detail: { list, reason } } }
})

/** The listing is gone since then. */
export const closeCase = directoryChange('relay.case-closed', async ({ tx, args }: Step<{ readonly caseId: number; readonly goneAtMs: number }>) => {
  const row = await tx.get<{ subject: string; list: string }>(
    'UPDATE relay_case SET gone_at_ms = ? WHERE case_id = ? AND gone_at_ms IS NULL RETURNING subject, list',
    args.goneAtMs,
    args.caseId,
  )
  return { done: undefined, audit: { subject: row?.subject ?? '', detail: { list: row?.list } } }
})

/** What a host said is what a blocklist says: one case, with the host's words as a note. */
export const mergeCase = directoryChange(
  'relay.case-merged',
  async ({ tx, args, atMs }: Step<{ readonly subject: string; readonly host: string; readonly zone: string }>) => {
    const { subject, host, zone } = args
    const said = await tx.get<{ case_id: number; reason: string }>(
      "SELECT case_id, reason FROM relay_case WHERE subject = ? AND kind = 'host' AND list = ? AND gone_at_ms IS NULL",
      ...[subject, host],
    )
    const found = await tx.get<{ case_id: number }>(
      "SELECT case_id FROM relay_case WHERE subject = ? AND kind = 'list' AND list = ? AND gone_at_ms IS NULL",
      ...[subject, zone],
    )
    if (said !== undefined && found !== undefined) {
      await tx.run('DELETE FROM relay_case_note WHERE case_id = ?', said.case_id)
      await tx.run('DELETE FROM relay_case WHERE case_id = ?', said.case_id)
      await addNote(tx, found.case_id, { atMs, kind: 'heard', text: `${host}: ${said.reason}` })
    }
    return { done: undefined, audit: { subject, detail: { host, zone } } }
  },
)

/** It was heard of again. Not worth a version of the directory: nothing changes for anybody. */
export const hearAgain: Change<{ readonly caseId: number; readonly atMs: number; readonly reason: string | undefined }, void> = {
  name: 'relay.hear-again',
  durable: false,
  async run(tx, { caseId, atMs, reason }) {
    await tx.run('UPDATE relay_case SET heard_at_ms = ?, reason = COALESCE(?, reason) WHERE case_id = ? AND gone_at_ms IS NULL', atMs, reason ?? null, caseId)
  },
}

/** Somebody applied to the list (SPEC D3). */
export const noteApplication = directoryChange('relay.case-applied', async ({ tx, args, atMs }: Step<{ readonly caseId: number; readonly text: string }>) => {
  const row = await tx.get<{ subject: string; list: string }>('SELECT subject, list FROM relay_case WHERE case_id = ?', args.caseId)
  if (row === undefined) return refuse({ code: 'unknown', thing: 'case', name: String(args.caseId), near: undefined })
  await addNote(tx, args.caseId, { atMs, kind: 'applied', text: args.text })
  return { done: { subject: row.subject, list: row.list }, audit: { subject: row.subject, detail: { list: row.list } } }
})

async function addNote(tx: Transaction, caseId: number, { atMs, kind, text }: CaseNote): Promise<void> {
  const last = await tx.get<{ number: number | null }>('SELECT MAX(number) AS number FROM relay_case_note WHERE case_id = ?', caseId)
  await tx.run('INSERT INTO relay_case_note (case_id, number, at_ms, kind, text) VALUES (?, ?, ?, ?, ?)', caseId, (last?.number ?? 0) + 1, atMs, kind, text)
}

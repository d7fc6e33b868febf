import type { Log } from '../base/log.ts'
import type { Content, StoredRecord } from '../content/content.ts'
import type { Change, Database, Query } from '../database/database.ts'
import type { AccountId } from '../mail/ids.ts'
import type { AdvanceArguments, Advanced } from './advance.ts'
import { loadBaselineChange } from './baseline.ts'
import { type BaselineDoneRecord, decodeRecord } from './record.ts'

/** All rows that the log can give again. */
const resetChange: Change<Record<never, never>, void> = {
  name: 'store.reset',
  durable: true,
  async run(tx) {
    for (const table of ['message', 'email', 'change', 'subscription', 'mailbox', 'account_state', 'segment_usage', 'log_position'])
      await tx.run(`DELETE FROM ${table}`)
  },
}

const hasJournalQuery: Query<Record<never, never>, boolean> = {
  name: 'store.has-journal',
  async run(reader) {
    return (await reader.get('SELECT 1 AS one FROM journal LIMIT 1')) !== undefined
  },
}

export const rebuildCatalogue = [resetChange, hasJournalQuery] as const

export interface Rebuilt {
  /** Records that were applied. */
  readonly records: number
  /** Accounts whose older history came from a baseline. */
  readonly baselines: number
}

/**
 * Makes the whole index anew from the log: the same UIDs, flags and modSeqs, and nothing that was deleted comes back. Only
 * \Recent starts afresh. The caller sees to it that nobody uses the store meanwhile.
 */
export async function rebuild(deps: {
  readonly content: Content
  readonly database: Database
  readonly advance: Change<AdvanceArguments, Advanced, unknown>
  readonly log: Log
  /** Called now and then with the number of records applied. */
  readonly onProgress?: (records: number) => void
}): Promise<Rebuilt> {
  const { content, database } = deps
  const baselines = await newestBaselines(content)
  const journal = !(await database.query(hasJournalQuery, {}))
  await database.change(resetChange, {})
  const load = loadBaselineChange(content)
  for (const stored of baselines?.accounts.values() ?? []) {
    await database.change(load, { location: stored.location, octetsLength: stored.octetsLength })
  }
  let records = 0
  let from: AdvanceArguments['from']
  const to = content.end()
  for (;;) {
    const args = { from, to, wanted: [], journal }
    const advanced = await database.change(deps.advance, baselines === undefined ? args : { ...args, baselineAsOf: baselines.done.asOf })
    records += advanced.records
    deps.onProgress?.(records)
    from = advanced.to
    if (advanced.to.segment === to.segment && advanced.to.offset === to.offset) break
  }
  return { records, baselines: baselines?.accounts.size ?? 0 }
}

interface Baselines {
  readonly done: BaselineDoneRecord
  /** The newest of each account, all within the generation that `done` completes. */
  readonly accounts: ReadonlyMap<AccountId, StoredRecord>
}

async function newestBaselines(content: Content): Promise<Baselines | undefined> {
  let newest: Baselines | undefined
  let accounts = new Map<AccountId, StoredRecord>()
  for await (const stored of content.scan()) {
    const record = decodeRecord(stored.header)
    if (record.kind === 'baseline') accounts.set(record.accountId, stored)
    if (record.kind !== 'baseline-done') continue
    const { begin } = record
    const since = [...accounts].filter(
      ([, { location }]) => location.segment > begin.segment || (location.segment === begin.segment && location.offset >= begin.offset),
    )
    newest = { done: record, accounts: new Map(since) }
    accounts = new Map()
  }
  return newest
}

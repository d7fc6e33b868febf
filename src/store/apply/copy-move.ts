import type { Transaction } from '../../database/database.ts'
import type { EmailId, Uid } from '../../mail/ids.ts'
import { dropFlags, withFlagsNow } from '../flag-pages.ts'
import { type Flags, systemFlags } from '../mailbox.ts'
import type { OrderColumns } from '../order-columns.ts'
import type { CopyRecord, FlagMask } from '../record.ts'
import type { Copied } from '../store.ts'
import { formatUidRanges, uidRanges } from '../uid-ranges.ts'
import { countMailbox, nextModSeq, noteChange, takeUids } from './account.ts'
import type { Batch } from './batch.ts'
import { noteLessons } from './lessons.ts'
import { insertMessage, sameColumns } from './message-row.ts'

export interface Source extends OrderColumns {
  readonly uid: Uid
  readonly email_id: EmailId
  readonly system: number
  readonly keywords: string
  readonly internal_date_ms: number
  readonly size_bytes: number
}

/** COPY and MOVE (RFC 6851): all of them or none. A MOVE within one mailbox gives new UIDs. Undefined: a mailbox is gone. */
export async function applyCopy(batch: Batch, record: CopyRecord): Promise<Copied | undefined> {
  const { tx } = batch
  const { accountId, from, to } = record
  const sources = await sourcesOf(tx, record)
  const taken = await takeUids(tx, accountId, to, sources.length)
  const move = record.kind === 'move'
  const bytes = sources.reduce((sum, source) => sum + source.size_bytes, 0)
  const state = taken && (await nextModSeq(tx, accountId, move ? 0 : bytes, move ? 0 : sources.length))
  if (taken === undefined || state === undefined) return undefined
  let unseen = 0
  for (const [index, source] of sources.entries()) {
    const flags = keptFlags(source, record.only)
    if ((flags.system & systemFlags['\\Seen']) === 0) unseen++
    const uid = (taken.first + index) as Uid
    await insertMessage(tx, {
      accountId,
      mailboxId: to,
      uid,
      emailId: source.email_id,
      flags,
      modSeq: state.mod_seq,
      savedAtMs: savedAt(record, source),
      same: source,
    })
    if (move) await tx.run('DELETE FROM message WHERE account_id = ? AND mailbox_id = ? AND uid = ?', accountId, from, source.uid)
    else await tx.run('UPDATE email SET refs = refs + 1 WHERE account_id = ? AND email_id = ?', accountId, source.email_id)
  }
  await countMailbox(tx, accountId, to, state.mod_seq, { messages: sources.length, unseen, bytes })
  if (move && sources.length > 0) {
    await dropFlags(tx, { accountId, mailboxId: from }, uidsOf(sources))
    const unseenBefore = sources.filter((source) => (source.system & systemFlags['\\Seen']) === 0).length
    await countMailbox(tx, accountId, from, state.mod_seq, { messages: -sources.length, unseen: -unseenBefore, bytes: -bytes })
    await noteChange(tx, accountId, from, state.mod_seq, 'expunge', formatUidRanges(uidRanges(uidsOf(sources))))
    batch.note(state, accountId, from)
  }
  batch.note(state, accountId, to)
  if (record.untaught !== true) await noteLessons(batch, { accountId, from, to, emailIds: sources.map((source) => source.email_id), atMs: record.atMs ?? 0 })
  return {
    uidValidity: taken.uidValidity,
    from: uidsOf(sources),
    to: sources.map((_, index) => (taken.first + index) as Uid),
    modSeq: state.mod_seq,
  }
}

export function uidsOf(sources: readonly Source[]): readonly Uid[] {
  return sources.map(({ uid }) => uid)
}

/** The messages that are to be copied, ascending by UID, with the flags that they have. */
export async function sourcesOf(tx: Transaction, { accountId, from, uids }: CopyRecord): Promise<Source[]> {
  const sources: Source[] = []
  for (const [first, last] of uids) {
    sources.push(
      ...(await tx.all<Source>(
        `SELECT uid, email_id, system, keywords, ${sameColumns} FROM message
         WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? ORDER BY uid`,
        accountId,
        from,
        first,
        last,
      )),
    )
  }
  return withFlagsNow(tx, { accountId, mailboxId: from }, sources)
}

/** When a copy came into its mailbox. */
export function savedAt({ atMs }: CopyRecord, { internal_date_ms: internalDateMs }: Source): number {
  return atMs ?? internalDateMs
}

/** The flags that a copy has. */
export function keptFlags({ system, keywords }: Flags, only: FlagMask | undefined): Flags {
  return only === undefined ? { system, keywords } : { system: system & only.system, keywords: only.keywords ? keywords : '' }
}

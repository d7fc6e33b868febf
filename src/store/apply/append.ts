import type { StoredRecord } from '../../content/content.ts'
import type { EmailId, Uid } from '../../mail/ids.ts'
import type { Summary } from '../../message/summary.ts'
import { type AppendAllRecord, type AppendRecord, messagesIn } from '../record.ts'
import type { Added, StoreRefusal } from '../store.ts'
import { addMessage } from './add-message.ts'
import type { Batch } from './batch.ts'
import { applyExpunge } from './expunge.ts'
import { noteLessons } from './lessons.ts'

/** APPEND of one message. Undefined: no such mailbox. */
export async function applyAppend(batch: Batch, stored: StoredRecord, record: AppendRecord, summaries: readonly Summary[]): Promise<Added | undefined> {
  const { kind: _, ...common } = record
  return addAll(batch, stored, { ...common, kind: 'append-all', messages: [{ ...record, octetsLength: stored.octetsLength }] }, summaries)
}

/** APPEND of several messages, and REPLACE. Undefined: no such mailbox, and nothing has changed. */
export async function applyAppendAll(
  batch: Batch,
  stored: StoredRecord,
  record: AppendAllRecord,
  summaries: readonly Summary[],
): Promise<Added | { readonly refused: StoreRefusal } | undefined> {
  const { accountId, replaces } = record
  if (replaces === undefined) return addAll(batch, stored, record, summaries)
  const replaced = await batch.tx.get(
    'SELECT uid FROM message WHERE account_id = ? AND mailbox_id = ? AND uid = ?',
    accountId,
    replaces.mailboxId,
    replaces.uid,
  )
  if (replaced === undefined) return { refused: 'no-such-message' }
  const appended = await addAll(batch, stored, record, summaries)
  if (appended === undefined) return undefined
  const { mailboxId, uid } = replaces
  await applyExpunge(batch, { kind: 'expunge', accountId, mailboxId, uids: [[uid, uid]], deletedOnly: false })
  return appended
}

async function addAll(batch: Batch, stored: StoredRecord, record: AppendAllRecord, summaries: readonly Summary[]): Promise<Added | undefined> {
  const { accountId, mailboxId } = record
  const ranges = messagesIn(record, stored.octetsLength)
  const uids: Uid[] = []
  const emailIds: EmailId[] = []
  let uidValidity: number | undefined
  for (const [index, { flags, internalDateMs, octetsLength }] of record.messages.entries()) {
    const start = ranges[index]?.start ?? 0
    const added = await addMessage(batch, {
      accountId,
      mailboxId,
      location: stored.location,
      prefixStart: start,
      prefixLength: 0,
      octetsStart: start,
      octetsLength,
      flags,
      internalDateMs,
      savedAtMs: record.atMs,
      summary: needed(summaries[index]),
    })
    // They all go into one mailbox: if it is gone, that is so before the first of them.
    if (added === undefined) return undefined
    uids.push(added.uid)
    emailIds.push(added.emailId)
    uidValidity = added.uidValidity
  }
  await noteLessons(batch, { accountId, from: undefined, to: mailboxId, emailIds, atMs: record.atMs })
  return uidValidity === undefined ? undefined : { uids, uidValidity }
}

export function needed(summary: Summary | undefined): Summary {
  if (summary === undefined) throw new Error('a record with octets was not summarised')
  return summary
}

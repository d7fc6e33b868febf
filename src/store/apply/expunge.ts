import type { EmailId, ModSeq, Uid } from '../../mail/ids.ts'
import { systemFlags } from '../mailbox.ts'
import type { ExpungeRecord } from '../record.ts'
import { formatUidRanges, uidRanges } from '../uid-ranges.ts'
import { countMailbox, dropEmail, nextModSeq, noteChange } from './account.ts'
import type { Batch } from './batch.ts'

/** EXPUNGE, and QUIT of POP3. Undefined: no such mailbox. */
export async function applyExpunge(batch: Batch, record: ExpungeRecord): Promise<{ readonly modSeq: ModSeq; readonly uids: readonly Uid[] } | undefined> {
  const { tx } = batch
  const { accountId, mailboxId } = record
  const mailbox = await tx.get<{ highest_mod_seq: ModSeq }>('SELECT highest_mod_seq FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
  if (mailbox === undefined) return undefined
  const gone: { uid: Uid; email_id: EmailId; system: number; size_bytes: number }[] = []
  for (const [first, last] of record.uids) {
    gone.push(
      ...(await tx.all<(typeof gone)[number]>(
        `DELETE FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? AND (system & ?) = ?
         RETURNING uid, email_id, system, size_bytes`,
        accountId,
        mailboxId,
        first,
        last,
        record.deletedOnly ? systemFlags['\\Deleted'] : 0,
        record.deletedOnly ? systemFlags['\\Deleted'] : 0,
      )),
    )
  }
  if (gone.length === 0) return { modSeq: mailbox.highest_mod_seq, uids: [] }
  for (const message of gone) await dropEmail(batch, accountId, message.email_id)
  const bytes = gone.reduce((sum, message) => sum + message.size_bytes, 0)
  const unseen = gone.filter((message) => (message.system & systemFlags['\\Seen']) === 0).length
  const state = await nextModSeq(tx, accountId, -bytes, -gone.length)
  if (state === undefined) return undefined
  // DELETE … RETURNING promises no order.
  const uids = gone.map((message) => message.uid).sort((a, b) => a - b)
  await countMailbox(tx, accountId, mailboxId, state.mod_seq, { messages: -gone.length, unseen: -unseen, bytes: -bytes })
  await noteChange(tx, accountId, mailboxId, state.mod_seq, 'expunge', formatUidRanges(uidRanges(uids)))
  batch.note(state, accountId, mailboxId)
  return { modSeq: state.mod_seq, uids }
}

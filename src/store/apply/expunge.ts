import type { EmailId, ModSeq, Uid } from '../../mail/ids.ts'
import { dropFlags, flagsOf } from '../flag-pages.ts'
import { systemFlags } from '../mailbox.ts'
import type { ExpungeRecord } from '../record.ts'
import { formatUidRanges, uidRanges } from '../uid-ranges.ts'
import { countMailbox, dropEmail, nextModSeq, noteChange } from './account.ts'
import type { Batch } from './batch.ts'

/** EXPUNGE, and QUIT of POP3. Undefined: no such mailbox. */
export async function applyExpunge(batch: Batch, record: ExpungeRecord): Promise<{ readonly modSeq: ModSeq; readonly uids: readonly Uid[] } | undefined> {
  const { tx } = batch
  const { accountId, mailboxId, deletedOnly } = record
  const mailbox = await tx.get<{ highest_mod_seq: ModSeq }>('SELECT highest_mod_seq FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
  if (mailbox === undefined) return undefined
  const uids: Uid[] = []
  let unseen = 0
  for (const { count, system, uids: found } of await flagsOf(tx, record, record.uids, (page, at) => !deletedOnly || has(page.system[at], '\\Deleted'))) {
    for (let at = 0; at < count; at++) {
      uids.push((found[at] ?? 0) as Uid)
      if (!has(system[at], '\\Seen')) unseen++
    }
  }
  if (uids.length === 0) return { modSeq: mailbox.highest_mod_seq, uids }
  const gone = uidRanges(uids)
  let bytes = 0
  for (const [first, last] of gone) {
    const messages = await tx.all<{ email_id: EmailId; size_bytes: number }>(
      'DELETE FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? RETURNING email_id, size_bytes',
      accountId,
      mailboxId,
      first,
      last,
    )
    for (const message of messages) {
      bytes += message.size_bytes
      await dropEmail(batch, accountId, message.email_id)
    }
  }
  await dropFlags(tx, record, uids)
  const state = await nextModSeq(tx, accountId, -bytes, -uids.length)
  if (state === undefined) return undefined
  await countMailbox(tx, accountId, mailboxId, state.mod_seq, { messages: -uids.length, unseen: -unseen, bytes: -bytes })
  await noteChange(tx, accountId, mailboxId, state.mod_seq, 'expunge', formatUidRanges(gone))
  batch.note(state, accountId, mailboxId)
  return { modSeq: state.mod_seq, uids }
}

function has(system: number | undefined, flag: keyof typeof systemFlags): boolean {
  return ((system ?? 0) & systemFlags[flag]) !== 0
}

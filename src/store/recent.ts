import type { Change } from '../database/database.ts'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'

/** \Recent (RFC 3501 2.3.2) is told to one session only. Not in the log: after a rebuild everything is recent once more. */
export const takeRecentChange: Change<{ accountId: AccountId; mailboxId: MailboxId }, Uid | undefined> = {
  name: 'store.take-recent',
  durable: false,
  async run(tx, { accountId, mailboxId }) {
    const row = await tx.get<{ recent_from: Uid; uid_next: Uid }>(
      'SELECT recent_from, uid_next FROM mailbox WHERE account_id = ? AND mailbox_id = ?',
      accountId,
      mailboxId,
    )
    if (row === undefined) return undefined
    if (row.recent_from < row.uid_next) {
      await tx.run('UPDATE mailbox SET recent_from = uid_next WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
    }
    return row.recent_from
  },
}

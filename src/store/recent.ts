import type { Change } from '../database/database.ts'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import type { TakenRecent } from './store.ts'

/** \Recent (RFC 3501 2.3.2) is told to one session only. Not in the log: after a rebuild everything is recent once more. */
export const takeRecentChange: Change<{ accountId: AccountId; mailboxId: MailboxId }, TakenRecent | undefined> = {
  name: 'store.take-recent',
  durable: false,
  async run(tx, { accountId, mailboxId }) {
    for (;;) {
      const row = await tx.get<{ recent_from: Uid; uid_next: Uid }>(
        'SELECT recent_from, uid_next FROM mailbox WHERE account_id = ? AND mailbox_id = ?',
        accountId,
        mailboxId,
      )
      if (row === undefined) return undefined
      const taken = { from: row.recent_from, before: row.uid_next }
      if (taken.from >= taken.before) return taken
      const update = 'UPDATE mailbox SET recent_from = ? WHERE account_id = ? AND mailbox_id = ? AND recent_from = ?'
      if ((await tx.run(update, taken.before, accountId, mailboxId, taken.from)) > 0) return taken
      // On PostgreSQL another process has just taken them.
    }
  },
}

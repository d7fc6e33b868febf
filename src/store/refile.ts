import type { Query } from '../database/database.ts'
import type { AccountId, EmailId, MailboxId, Uid } from '../mail/ids.ts'
import { inboxId } from './apply/account.ts'
import { findFolder } from './judged-folder.ts'

interface Refiling {
  readonly from: MailboxId
  readonly to: MailboxId
  readonly uids: readonly Uid[]
}

/** How an email gets from the inbox into the folder for spam, or back. Undefined: it is not there, or there is no such folder. */
export const refileQuery: Query<{ accountId: AccountId; emailId: EmailId; to: 'inbox' | 'spam' }, Refiling | undefined> = {
  name: 'store.refile',
  async run(reader, { accountId, emailId, to }) {
    const spam = await findFolder(reader, accountId, 'spam')
    if (spam === undefined || spam === inboxId) return undefined
    const way = to === 'spam' ? { from: inboxId, to: spam } : { from: spam, to: inboxId }
    const rows = await reader.all<{ uid: Uid }>(
      'SELECT uid FROM message WHERE account_id = ? AND mailbox_id = ? AND email_id = ? ORDER BY uid',
      accountId,
      way.from,
      emailId,
    )
    return rows.length === 0 ? undefined : { ...way, uids: rows.map(({ uid }) => uid) }
  },
}

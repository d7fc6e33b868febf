import type { Query, Reader } from '../database/database.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import type { JudgedFolder } from './mailbox.ts'

/**
 * The mailbox for spam, or for viruses, where there is one: for spam the one marked \\Junk (RFC 6154) first, as people may call it what they
 * like, else by name, as programs write it.
 */
export async function findFolder(reader: Pick<Reader, 'get'>, accountId: AccountId, folder: JudgedFolder): Promise<MailboxId | undefined> {
  const named = folder === 'spam' ? ['spam', 'Spam', 'SPAM'] : ['virus', 'Virus', 'VIRUS']
  const row = await reader.get<{ mailbox_id: MailboxId }>(
    `SELECT mailbox_id FROM mailbox WHERE account_id = ? AND (name IN (?, ?, ?) OR special_use = ?)
     ORDER BY CASE WHEN special_use = ? THEN 0 ELSE 1 END, mailbox_id LIMIT 1`,
    accountId,
    ...named,
    folder === 'spam' ? '\\Junk' : '',
    '\\Junk',
  )
  return row?.mailbox_id
}

export const judgedFolderQuery: Query<{ accountId: AccountId; folder: JudgedFolder }, boolean> = {
  name: 'store.has-judged-folder',
  run: async (reader, { accountId, folder }) => (await findFolder(reader, accountId, folder)) !== undefined,
}

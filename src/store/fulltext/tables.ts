import type { Transaction } from '../../database/database.ts'
import type { AccountId, EmailId } from '../../mail/ids.ts'

export const fulltextTables = ['fulltext_state', 'fulltext_recent', 'fulltext_shard', 'fulltext_block'] as const

/** The email is deleted. Of a block it goes later, when there are more such (indexing.ts); till then it is found, and not there. */
export async function forgetText(tx: Transaction, accountId: AccountId, emailId: EmailId): Promise<void> {
  const recent = await tx.run('DELETE FROM fulltext_recent WHERE account_id = ? AND email_id = ?', accountId, emailId)
  if (recent > 0) return
  await tx.run('UPDATE fulltext_block SET gone = gone + 1 WHERE account_id = ? AND first_email_id <= ? AND last_email_id >= ?', accountId, emailId, emailId)
}

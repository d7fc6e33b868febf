import type { Query } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import { quotaOf } from './targets.ts'

/** Bytes that the account may hold; undefined: any. */
export const accountQuota: Query<{ readonly accountId: AccountId }, number | undefined> = {
  name: 'directory.quota',
  async run(reader, args) {
    const row = await reader.get<{ quota_bytes: number | null; storage_bytes: number | null }>(
      `SELECT account.quota_bytes, plan.storage_bytes FROM account
       JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id WHERE account.account_id = ?`,
      args.accountId,
    )
    return row === undefined ? undefined : quotaOf(row)
  },
}

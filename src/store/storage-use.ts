import type { Query, SqlValue } from '../database/database.ts'

interface StorageUse {
  readonly mailboxes: number
  readonly usedBytes: number
  /** Undefined: for one of them there is no limit. */
  readonly quotaBytes: number | undefined
  readonly nearlyFull: number
}

/** How full the mailboxes of some customers, or of a domain, are. */
export const storageUseQuery: Query<{ readonly customerIds: readonly number[] | undefined; readonly domain: string | undefined }, StorageUse> = {
  name: 'store.storage-use',
  async run(reader, { customerIds, domain }) {
    const parameters: SqlValue[] = []
    let where = 'account.removing = 0'
    if (customerIds !== undefined) {
      where += ` AND account.customer_id IN (${customerIds.map(() => '?').join(', ') || 'NULL'})`
      parameters.push(...customerIds)
    }
    if (domain !== undefined) {
      where += ' AND domain.name = ?'
      parameters.push(domain)
    }
    // 0: without a limit (directory/query/targets.ts, quotaOf).
    const row = await reader.get<{ mailboxes: number; used: number | null; quota: number | null; limited: number; nearly_full: number | null }>(
      `SELECT COUNT(*) AS mailboxes, CAST(SUM(used) AS BIGINT) AS used, CAST(SUM(quota) AS BIGINT) AS quota, COUNT(quota) AS limited,
         SUM(CASE WHEN used * 10 > quota * 9 THEN 1 ELSE 0 END) AS nearly_full
       FROM (SELECT COALESCE(s.used_bytes, 0) AS used,
               CASE WHEN account.quota_bytes = 0 THEN NULL ELSE COALESCE(account.quota_bytes, plan.storage_bytes) END AS quota
             FROM account
             JOIN customer ON customer.customer_id = account.customer_id
             JOIN plan ON plan.plan_id = customer.plan_id
             JOIN address ON address.account_id = account.account_id
             JOIN domain ON domain.domain_id = address.domain_id
             LEFT JOIN account_state s ON s.account_id = account.account_id
             WHERE ${where}) AS mailbox`,
      ...parameters,
    )
    const { mailboxes = 0, limited = 0 } = row ?? {}
    return {
      mailboxes,
      usedBytes: row?.used ?? 0,
      quotaBytes: limited === mailboxes ? (row?.quota ?? 0) : undefined,
      nearlyFull: row?.nearly_full ?? 0,
    }
  },
}

import type { Query, SqlValue } from '../database/database.ts'

interface StorageUse {
  readonly mailboxes: number
  readonly usedBytes: number
  /** Undefined: for one of them there is no limit. */
  readonly quotaBytes: number | undefined
  readonly nearlyFull: number
  /** How many are so full. */
  readonly fullness: Readonly<Record<(typeof fullnesses)[number], number>>
}

/** Shares of what a mailbox may hold; without a limit, none. */
const fullnesses = ['unlimited', 'below-50', 'below-80', 'below-90', 'below-100', 'full'] as const

interface Counted {
  readonly mailboxes: number
  readonly limited: number
  readonly used: number | null
  readonly quota: number | null
  readonly nearly_full: number | null
  readonly below_50: number | null
  readonly below_80: number | null
  readonly below_90: number | null
  readonly below_100: number | null
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
    const row = await reader.get<Counted>(
      `SELECT COUNT(*) AS mailboxes, CAST(SUM(used) AS BIGINT) AS used, CAST(SUM(quota) AS BIGINT) AS quota, COUNT(quota) AS limited,
         SUM(CASE WHEN used * 10 > quota * 9 THEN 1 ELSE 0 END) AS nearly_full,
         SUM(CASE WHEN used * 2 < quota THEN 1 ELSE 0 END) AS below_50, SUM(CASE WHEN used * 10 < quota * 8 THEN 1 ELSE 0 END) AS below_80,
         SUM(CASE WHEN used * 10 < quota * 9 THEN 1 ELSE 0 END) AS below_90, SUM(CASE WHEN used < quota THEN 1 ELSE 0 END) AS below_100
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
    const [half, most, nearly, all] = [row?.below_50 ?? 0, row?.below_80 ?? 0, row?.below_90 ?? 0, row?.below_100 ?? 0]
    return {
      mailboxes,
      usedBytes: row?.used ?? 0,
      quotaBytes: limited === mailboxes ? (row?.quota ?? 0) : undefined,
      nearlyFull: row?.nearly_full ?? 0,
      fullness: {
        unlimited: mailboxes - limited,
        'below-50': half,
        'below-80': most - half,
        'below-90': nearly - most,
        'below-100': all - nearly,
        full: limited - all,
      },
    }
  },
}

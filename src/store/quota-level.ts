import type { Query } from '../database/database.ts'
import { allIn } from '../database/in-list.ts'
import { quotaOf } from '../directory/query/targets.ts'
import type { AccountId } from '../mail/ids.ts'

/** How full a mailbox is, as far as its owner was told (SPEC C6), in percent; 100: full. */
export type QuotaLevel = 0 | 70 | 90 | 100

/** What an account holds, may hold, and was told. */
export interface QuotaStand {
  readonly accountId: AccountId
  readonly usedBytes: number
  /** Undefined: any. */
  readonly quotaBytes: number | undefined
  readonly level: QuotaLevel
  /** The quota of which `level` was told. */
  readonly levelBytes: number
}

/** From here on it is full: what is left takes hardly a message. */
const fullPercent = 99
/** So far usage has to fall below a level before that level is told again: who hovers about it is not told with each message. */
const slackPercent = 5

/**
 * The level to be noted; undefined: nothing is new. Greater than the old one: it is told.
 * @param refused a message was refused for want of room; near the end that means full, whatever is left
 */
export function nextLevel({ usedBytes, quotaBytes, level, levelBytes }: QuotaStand, refused: boolean): QuotaLevel | undefined {
  const percent = quotaBytes === undefined || quotaBytes === 0 ? 0 : (usedBytes / quotaBytes) * 100
  const reached = percent >= fullPercent || (refused && percent >= 90) ? 100 : percent >= 90 ? 90 : percent >= 70 ? 70 : 0
  if (reached > level) return reached
  if (reached === level) return undefined
  // Another quota: what was told of the old one counts no more.
  if (quotaBytes !== levelBytes) return reached
  return percent < Math.min(level, 90) - slackPercent ? reached : undefined
}

interface Row {
  readonly account_id: AccountId
  readonly used_bytes: number
  readonly quota_level: QuotaLevel
  readonly quota_level_bytes: number
  readonly quota_bytes: number | null
  readonly storage_bytes: number | null
}

const selectStand = `SELECT s.account_id, s.used_bytes, s.quota_level, s.quota_level_bytes, account.quota_bytes, plan.storage_bytes
  FROM account_state s
  JOIN account ON account.account_id = s.account_id AND account.removing = 0
  JOIN customer ON customer.customer_id = account.customer_id
  JOIN plan ON plan.plan_id = customer.plan_id`

const toStand = (row: Row): QuotaStand => ({
  accountId: row.account_id,
  usedBytes: row.used_bytes,
  quotaBytes: quotaOf(row),
  level: row.quota_level,
  levelBytes: row.quota_level_bytes,
})

/** Those of them that are there. */
export const quotaStandsOfQuery: Query<{ accountIds: readonly AccountId[] }, readonly QuotaStand[]> = {
  name: 'store.quota-stands-of',
  async run(reader, { accountIds }) {
    return (await allIn<Row>(reader, `${selectStand} WHERE s.account_id IN (?...)`, accountIds)).map(toStand)
  },
}

/** Those past the one given, ascending: a page of all accounts, to look at each after a change of quotas. */
export const quotaStandsQuery: Query<{ after: number; limit: number }, readonly QuotaStand[]> = {
  name: 'store.quota-stands',
  async run(reader, { after, limit }) {
    return (await reader.all<Row>(`${selectStand} WHERE s.account_id > ? ORDER BY s.account_id LIMIT ?`, after, limit)).map(toStand)
  },
}

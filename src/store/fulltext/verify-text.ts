import { shardsOfBlock } from '../../fulltext/block.ts'
import { decodeAscending } from '../../fulltext/varints.ts'
import type { Query, Reader } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'

/** What of a text index is not as it should be. A search misses messages by what is missing; what is too much only costs time. */
export interface TextFault {
  readonly kind: 'missing-text' | 'extra-text'
  /** One line in English. */
  readonly detail: string
}

interface BlockRow {
  readonly first: number
  readonly emails: Uint8Array
  readonly columns: number
  readonly gone: number
  readonly shards: number
}

/** Holds the rows of an account's text index against its emails. */
export const textFaultsQuery: Query<{ accountId: AccountId }, readonly TextFault[]> = {
  name: 'store.fulltext-verify',
  async run(reader, { accountId }) {
    const state = await reader.get<{ upTo: number }>('SELECT up_to_email_id AS "upTo" FROM fulltext_state WHERE account_id = ?', accountId)
    const living = await emailIds(reader, 'email', accountId)
    const recent = await emailIds(reader, 'fulltext_recent', accountId)
    const blocks = await reader.all<BlockRow>(
      `SELECT b.first_email_id AS first, b.emails, b.columns, b.gone, COUNT(s.shard) AS shards
       FROM fulltext_block b LEFT JOIN fulltext_shard s ON s.account_id = b.account_id AND s.first_email_id = b.first_email_id
       WHERE b.account_id = ? GROUP BY b.first_email_id, b.emails, b.columns, b.gone`,
      accountId,
    )
    const strays = await reader.get<{ n: number }>(
      `SELECT COUNT(*) AS n FROM fulltext_shard s WHERE s.account_id = ?
       AND NOT EXISTS (SELECT 1 FROM fulltext_block b WHERE b.account_id = s.account_id AND b.first_email_id = s.first_email_id)`,
      accountId,
    )
    const isLiving = new Set(living)
    const known = new Set(recent)
    const faults: TextFault[] = recent.filter((id) => !isLiving.has(id)).map((id) => extra(`email ${id} has been deleted, and is in the text index`))
    for (const { first, emails, columns, gone, shards } of blocks) {
      const block = `the block of the text index that begins with email ${first}`
      const ids = decodeAscending(emails)
      const dead = ids.filter((id) => !isLiving.has(id)).length
      if (shards !== 2 * shardsOfBlock || ids.length !== columns) faults.push(missing(`${block} is not whole`))
      if (dead !== gone) faults.push(extra(`${block} counts ${gone} emails that are deleted; there are ${dead}`))
      const twice = ids.filter((id) => known.has(id)).length
      if (twice > 0) faults.push(extra(`${twice} emails of ${block} are in it somewhere else, too`))
      for (const id of ids) known.add(id)
    }
    if ((strays?.n ?? 0) > 0) faults.push(extra(`the text index has ${strays?.n} pieces of blocks that are not there`))
    const lost = living.filter((id) => id <= (state?.upTo ?? 0) && !known.has(id))
    if (lost.length > 0) faults.push(missing(`${lost.length} emails are not in the text index, the first of them is ${lost[0]}`))
    const early = [...known].filter((id) => id > (state?.upTo ?? 0))
    if (early.length > 0) faults.push(extra(`${early.length} emails are in the text index before their time, the first of them is ${early[0]}`))
    return faults
  },
}

async function emailIds(reader: Reader, table: 'email' | 'fulltext_recent', accountId: AccountId): Promise<readonly number[]> {
  const rows = await reader.all<{ id: number }>(`SELECT email_id AS id FROM ${table} WHERE account_id = ? ORDER BY email_id`, accountId)
  return rows.map(({ id }) => id)
}

function missing(detail: string): TextFault {
  return { kind: 'missing-text', detail }
}

function extra(detail: string): TextFault {
  return { kind: 'extra-text', detail }
}

/** Accounts that are there no more and of which the text index has rows. */
export const strayTextQuery: Query<Record<string, never>, readonly AccountId[]> = {
  name: 'store.fulltext-strays',
  async run(reader) {
    const rows = await reader.all<{ id: AccountId }>(
      `SELECT t.account_id AS id FROM (
         SELECT account_id FROM fulltext_state UNION SELECT account_id FROM fulltext_recent
         UNION SELECT account_id FROM fulltext_block UNION SELECT account_id FROM fulltext_shard
       ) t WHERE NOT EXISTS (SELECT 1 FROM account_state a WHERE a.account_id = t.account_id)`,
    )
    return rows.map(({ id }) => id)
  },
}

import { encodeAscending, decodeAscending } from '../../fulltext/varints.ts'
import type { Change, Query } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import { parseSlices, shownLength } from '../slices.ts'
import { fulltextTables } from './tables.ts'
import type { EmailText, Shards, StoredShard, UnreadEmail } from './work.ts'

/** Messages of one block. More make a search cheaper, and the rows of those that wait for a block more. */
export const blockEmails = 512

/** Emails that are looked into at once, and their octets: little enough for memory, enough for one transaction to be worth it. */
const batchEmails = 64
const batchBytes = 4 * 1_048_576

/** A block is written again without what is gone once that is one part in this many. */
const worthRenewing = 4

/** Whose messages are looked into: of accounts in which a text was searched for once, or of all. */
export type TextAccounts = 'used' | 'all'

export interface AccountPage {
  readonly accounts: readonly AccountId[]
  /** Where the next page begins; undefined: there is none. */
  readonly after: number | undefined
}

/** Of the accounts past the one given, those that the index is behind of: a page, whoever is in it. */
export const accountsBehindQuery: Query<{ after: number; limit: number; which: TextAccounts }, AccountPage> = {
  name: 'store.fulltext-behind',
  async run(reader, { after, limit, which }) {
    const rows = await reader.all<{ id: AccountId; last: number; upTo: number }>(
      `SELECT a.account_id AS id, a.next_email_id - 1 AS last, COALESCE(f.up_to_email_id, 0) AS "upTo"
       FROM account_state a ${which === 'used' ? 'JOIN' : 'LEFT JOIN'} fulltext_state f ON f.account_id = a.account_id
       WHERE a.account_id > ? ORDER BY a.account_id LIMIT ?`,
      after,
      limit,
    )
    return { accounts: rows.filter(({ last, upTo }) => last > upTo).map(({ id }) => id), after: rows.length < limit ? undefined : rows.at(-1)?.id }
  },
}

/** From now on the account's messages are looked into. */
export const wantTextChange: Change<{ accountId: AccountId }, void> = {
  name: 'store.fulltext-want',
  durable: false,
  async run(tx, { accountId }) {
    if ((await tx.run('UPDATE account_state SET mod_seq = mod_seq WHERE account_id = ?', accountId)) === 0) return
    await tx.run('INSERT INTO fulltext_state (account_id, up_to_email_id) VALUES (?, 0) ON CONFLICT DO NOTHING', accountId)
  },
}

export interface Unread {
  readonly from: number
  /** What the index covers once these are in it. */
  readonly to: number
  readonly emails: readonly UnreadEmail[]
  /** There may be more. */
  readonly more: boolean
}

export const unreadQuery: Query<{ accountId: AccountId; which: TextAccounts }, Unread | undefined> = {
  name: 'store.fulltext-unread',
  async run(reader, { accountId, which }) {
    const state = await reader.get<{ last: number; from: number }>(
      `SELECT a.next_email_id - 1 AS last, COALESCE(f.up_to_email_id, 0) AS "from"
       FROM account_state a ${which === 'used' ? 'JOIN' : 'LEFT JOIN'} fulltext_state f ON f.account_id = a.account_id WHERE a.account_id = ?`,
      accountId,
    )
    if (state === undefined || state.last <= state.from) return undefined
    const rows = await reader.all<
      Record<'email_id' | 'segment' | 'record_offset' | 'prefix_start' | 'prefix_length' | 'octets_start' | 'octets_length', number> & {
        parts: Uint8Array
        slices: string | null
      }
    >(
      `SELECT email_id, segment, record_offset, prefix_start, prefix_length, octets_start, octets_length, slices, parts
       FROM email WHERE account_id = ? AND email_id > ? ORDER BY email_id LIMIT ?`,
      accountId,
      state.from,
      batchEmails,
    )
    const emails: UnreadEmail[] = []
    let bytes = 0
    for (const row of rows) {
      if (emails.length > 0 && bytes + row.octets_length > batchBytes) break
      bytes += row.octets_length
      const slices = parseSlices(row.slices)
      emails.push({
        emailId: row.email_id,
        body: {
          location: { segment: row.segment, offset: row.record_offset },
          prefixStart: row.prefix_start,
          prefixLength: row.prefix_length,
          octetsStart: row.octets_start,
          octetsLength: shownLength(slices, row.octets_length),
          slices,
        },
        parts: row.parts,
      })
    }
    const more = emails.length < rows.length || rows.length === batchEmails
    return { from: state.from, to: more ? (emails.at(-1)?.emailId ?? state.last) : state.last, emails, more }
  },
}

/** Adds what was read, and the position that it leads to, in one transaction. What was deleted meanwhile is left out. */
export const addTextChange: Change<{ accountId: AccountId; from: number; to: number; emails: readonly EmailText[] }, void> = {
  name: 'store.fulltext-add',
  durable: false,
  async run(tx, { accountId, from, to, emails }) {
    // Holds the account's row: whoever removes the account waits, and finds these rows.
    if ((await tx.run('UPDATE account_state SET mod_seq = mod_seq WHERE account_id = ?', accountId)) === 0) return
    const state = await tx.get<{ upTo: number }>('SELECT up_to_email_id AS "upTo" FROM fulltext_state WHERE account_id = ?', accountId)
    if ((state?.upTo ?? 0) !== from) return
    for (const { emailId, header, body } of emails) {
      await tx.run(
        `INSERT INTO fulltext_recent (account_id, email_id, header, body) SELECT account_id, email_id, ?, ? FROM email WHERE account_id = ? AND email_id = ?`,
        header,
        body,
        accountId,
        emailId,
      )
    }
    await tx.run(
      `INSERT INTO fulltext_state (account_id, up_to_email_id) VALUES (?, ?)
       ON CONFLICT (account_id) DO UPDATE SET up_to_email_id = excluded.up_to_email_id`,
      accountId,
      to,
    )
  },
}

/** The oldest that wait for a block; undefined: too few yet. */
export const joinableQuery: Query<{ accountId: AccountId }, readonly EmailText[] | undefined> = {
  name: 'store.fulltext-joinable',
  async run(reader, { accountId }) {
    const count = await reader.get<{ n: number }>('SELECT COUNT(*) AS n FROM fulltext_recent WHERE account_id = ?', accountId)
    if ((count?.n ?? 0) < blockEmails) return undefined
    return reader.all<EmailText>(
      'SELECT email_id AS "emailId", header, body FROM fulltext_recent WHERE account_id = ? ORDER BY email_id LIMIT ?',
      accountId,
      blockEmails,
    )
  },
}

export const joinChange: Change<{ accountId: AccountId; emails: readonly number[]; shards: Shards }, void> = {
  name: 'store.fulltext-join',
  durable: false,
  async run(tx, { accountId, emails, shards }) {
    const [first, last] = [emails[0] ?? 0, emails.at(-1) ?? 0]
    const moved = await tx.run('DELETE FROM fulltext_recent WHERE account_id = ? AND email_id BETWEEN ? AND ?', accountId, first, last)
    // All of them deleted: the account, perhaps.
    if (moved === 0) return
    await tx.run(
      'INSERT INTO fulltext_block (account_id, first_email_id, last_email_id, emails, columns, gone) VALUES (?, ?, ?, ?, ?, ?)',
      accountId,
      first,
      last,
      encodeAscending(emails),
      emails.length,
      emails.length - moved,
    )
    for (const field of ['header', 'body'] as const) {
      for (const [shard, octets] of shards[field].entries()) {
        await tx.run(
          'INSERT INTO fulltext_shard (account_id, first_email_id, field, shard, octets) VALUES (?, ?, ?, ?, ?)',
          accountId,
          first,
          field,
          shard,
          octets,
        )
      }
    }
  },
}

/** A block much of which is gone. */
export interface Thinned {
  readonly first: number
  readonly columns: number
  /** By column. */
  readonly emails: readonly number[]
  /** Those that are still there. */
  readonly living: readonly number[]
  readonly shards: readonly StoredShard[]
}

export const thinnedQuery: Query<{ accountId: AccountId }, Thinned | undefined> = {
  name: 'store.fulltext-thinned',
  async run(reader, { accountId }) {
    const block = await reader.get<{ first: number; last: number; emails: Uint8Array; columns: number }>(
      `SELECT first_email_id AS first, last_email_id AS last, emails, columns FROM fulltext_block
       WHERE account_id = ? AND gone * ? >= columns ORDER BY first_email_id LIMIT 1`,
      accountId,
      worthRenewing,
    )
    if (block === undefined) return undefined
    const { first, last, columns } = block
    const living = await reader.all<{ id: number }>(
      'SELECT email_id AS id FROM email WHERE account_id = ? AND email_id BETWEEN ? AND ? ORDER BY email_id',
      accountId,
      first,
      last,
    )
    const shards = await reader.all<StoredShard>(
      'SELECT field, shard, octets FROM fulltext_shard WHERE account_id = ? AND first_email_id = ?',
      accountId,
      first,
    )
    return { first, columns, emails: decodeAscending(block.emails), living: living.map((row) => row.id), shards }
  },
}

export const renewChange: Change<{ accountId: AccountId; first: number; columns: number; emails: readonly number[]; shards: readonly StoredShard[] }, void> = {
  name: 'store.fulltext-renew',
  durable: false,
  async run(tx, { accountId, first, columns, emails, shards }) {
    if (emails.length === 0) {
      await tx.run('DELETE FROM fulltext_shard WHERE account_id = ? AND first_email_id = ?', accountId, first)
      await tx.run('DELETE FROM fulltext_block WHERE account_id = ? AND first_email_id = ?', accountId, first)
      return
    }
    const renewed = await tx.run(
      'UPDATE fulltext_block SET emails = ?, columns = ?, gone = GREATEST(gone - ?, 0) WHERE account_id = ? AND first_email_id = ? AND columns = ?',
      encodeAscending(emails),
      emails.length,
      // None of them gone: then they were counted wrongly, and are not counted again.
      emails.length < columns ? columns - emails.length : columns,
      accountId,
      first,
      columns,
    )
    if (renewed === 0) return
    for (const { field, shard, octets } of shards) {
      await tx.run(
        'UPDATE fulltext_shard SET octets = ? WHERE account_id = ? AND first_email_id = ? AND field = ? AND shard = ?',
        octets,
        accountId,
        first,
        field,
        shard,
      )
    }
  },
}

/** Accounts that have an index, past the one given. */
export const accountsWithTextQuery: Query<{ after: number; limit: number }, AccountPage> = {
  name: 'store.fulltext-indexed',
  async run(reader, { after, limit }) {
    const rows = await reader.all<{ account_id: AccountId }>(
      'SELECT account_id FROM fulltext_state WHERE account_id > ? ORDER BY account_id LIMIT ?',
      after,
      limit,
    )
    return { accounts: rows.map((row) => row.account_id), after: rows.length < limit ? undefined : rows.at(-1)?.account_id }
  },
}

/** The account's searches read every message from now on. */
export const dropTextChange: Change<{ accountId: AccountId }, void> = {
  name: 'store.fulltext-drop',
  durable: false,
  async run(tx, { accountId }) {
    for (const table of fulltextTables) await tx.run(`DELETE FROM ${table} WHERE account_id = ?`, accountId)
  },
}

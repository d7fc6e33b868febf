import { keepWith, shardOf } from '../../fulltext/block.ts'
import { fieldsOf } from '../../fulltext/find-texts.ts'
import { wantedGrams } from '../../fulltext/grams.ts'
import type { TextField } from '../../fulltext/pieces.ts'
import { sought, type SoughtText } from '../../fulltext/sought.ts'
import { decodeAscending, hasAll } from '../../fulltext/varints.ts'
import type { Database, Query, Reader } from '../../database/database.ts'
import type { AccountId, EmailId, MailboxId, Uid } from '../../mail/ids.ts'

/** A text that is looked for: in bodies, or in header sections too (RFC 9051 6.4.4, BODY and TEXT). */
export interface WantedText extends SoughtText {
  readonly in: 'body' | 'text'
}

/** What the index is asked. */
interface Ask {
  readonly fields: readonly TextField[]
  /** Ascending. */
  readonly grams: readonly number[]
}

/** The email ids in question for each ask, ascending. */
type Found = readonly (readonly EmailId[])[]

/** Texts that the index is asked for in one search; a search for more reads for the others. */
const mostAsks = 60

/** Blocks that one query reads, so that it keeps nobody waiting: 16,000 messages, in a few milliseconds. */
const blocksAtOnce = 32

export const recentTextQuery: Query<{ accountId: AccountId; asks: readonly Ask[] }, { readonly upTo: number | undefined; readonly found: Found }> = {
  name: 'store.fulltext-recent',
  async run(reader, { accountId, asks }) {
    const state = await reader.get<{ upTo: number }>('SELECT up_to_email_id AS "upTo" FROM fulltext_state WHERE account_id = ?', accountId)
    if (state === undefined) return { upTo: undefined, found: [] }
    const rows = await reader.all<{ email_id: EmailId } & Record<TextField, Uint8Array>>(
      'SELECT email_id, header, body FROM fulltext_recent WHERE account_id = ?',
      accountId,
    )
    const found = asks.map(({ fields, grams }) => rows.filter((row) => fields.some((field) => hasAll(row[field], grams))).map((row) => row.email_id))
    return { upTo: state.upTo, found }
  },
}

interface BlockRow {
  readonly first: number
  readonly emails: Uint8Array
  readonly columns: number
}

export const blockTextQuery: Query<
  { accountId: AccountId; after: number; asks: readonly Ask[] },
  { readonly after: number | undefined; readonly found: Found }
> = {
  name: 'store.fulltext-blocks',
  async run(reader, { accountId, after, asks }) {
    const blocks = await reader.all<BlockRow>(
      'SELECT first_email_id AS first, emails, columns FROM fulltext_block WHERE account_id = ? AND first_email_id > ? ORDER BY first_email_id LIMIT ?',
      accountId,
      after,
      blocksAtOnce,
    )
    const found: EmailId[][] = asks.map(() => [])
    for (const block of blocks) {
      const shards = new Shards(reader, accountId, block.first)
      for (const [index, ask] of asks.entries()) found[index]?.push(...(await emailsOf(shards, block, ask)))
    }
    return { after: blocks.length < blocksAtOnce ? undefined : blocks.at(-1)?.first, found }
  },
}

/** Of one block, each read once: forms of a word have most grams in common. */
class Shards {
  readonly #reader: Reader
  readonly #accountId: AccountId
  readonly #first: number
  readonly #read = new Map<string, Promise<{ readonly octets: Uint8Array } | undefined>>()

  constructor(reader: Reader, accountId: AccountId, first: number) {
    this.#reader = reader
    this.#accountId = accountId
    this.#first = first
  }

  async with(field: TextField, gram: number): Promise<Uint8Array | undefined> {
    const shard = shardOf(gram)
    const key = `${field} ${shard}`
    let read = this.#read.get(key)
    if (read === undefined) {
      read = this.#reader.get<{ octets: Uint8Array }>(
        'SELECT octets FROM fulltext_shard WHERE account_id = ? AND first_email_id = ? AND field = ? AND shard = ?',
        this.#accountId,
        this.#first,
        field,
        shard,
      )
      this.#read.set(key, read)
    }
    return (await read)?.octets
  }
}

async function emailsOf(shards: Shards, block: BlockRow, { fields, grams }: Ask): Promise<EmailId[]> {
  const either = new Uint8Array(block.columns)
  for (const field of fields) {
    const columns = new Uint8Array(block.columns).fill(1)
    for (const gram of grams) {
      keepWith(columns, await shards.with(field, gram), gram)
      if (!columns.includes(1)) break
    }
    for (const [column, value] of columns.entries()) if (value === 1) either[column] = 1
  }
  return either.includes(1) ? (decodeAscending(block.emails).filter((_, column) => either[column] === 1) as EmailId[]) : []
}

interface MailboxAsk {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly upTo: number
  readonly found: Found
}

/** Which UIDs of a mailbox those emails have; and those that the index does not know yet. */
export const textUidsQuery: Query<MailboxAsk, readonly Uint32Array[]> = {
  name: 'store.fulltext-uids',
  async run(reader, { accountId, mailboxId, upTo, found }) {
    const wanted = found.map((emails) => new Set(emails))
    const rows = await messagesOf(reader, { accountId, mailboxId, upTo, found })
    return wanted.map((emails) => Uint32Array.from(rows.filter((row) => row.email_id > upTo || emails.has(row.email_id)).map((row) => row.uid)))
  },
}

/** So many emails are looked for by name; past it every message of the mailbox is read. */
const namedEmails = 64

function messagesOf(reader: Reader, { accountId, mailboxId, upTo, found }: MailboxAsk): Promise<{ uid: Uid; email_id: EmailId }[]> {
  const named = [...new Set(found.flat())]
  const which = 'SELECT uid, email_id FROM message WHERE account_id = ? AND mailbox_id = ?'
  if (named.length > namedEmails) return reader.all(`${which} ORDER BY uid`, accountId, mailboxId)
  // One statement for every number of them.
  const list = Array.from({ length: namedEmails }, (_, index) => named[index] ?? 0)
  return reader.all(`${which} AND (email_id > ? OR email_id IN (${list.map(() => '?').join(', ')})) ORDER BY uid`, accountId, mailboxId, upTo, ...list)
}

/**
 * For each text the UIDs, ascending, of the messages that may hold it: all that do, and some that do not; undefined: the index cannot tell. What is
 * newer than the index is among them.
 */
export async function textCandidates(
  database: Pick<Database, 'query'>,
  accountId: AccountId,
  mailboxId: MailboxId,
  texts: readonly WantedText[],
): Promise<{ readonly isIndexed: boolean; readonly uids: readonly (Uint32Array | undefined)[] }> {
  const asks: Ask[] = []
  /** For each text what must be in a message that holds it: of each of these, one of the asks. */
  const needs: (readonly Ask[])[][] = []
  for (const text of texts) needs.push(await needsOf(text, asks))
  const unknown = texts.map(() => undefined)
  // Whether there is an index does not matter then.
  if (asks.length === 0) return { isIndexed: true, uids: unknown }
  // The recent ones first: what goes from there into a block meanwhile is seen twice, and never missed.
  const recent = await database.query(recentTextQuery, { accountId, asks })
  if (recent.upTo === undefined || recent.upTo === 0) return { isIndexed: recent.upTo !== undefined, uids: unknown }
  const emails = new Map(asks.map((ask, index) => [ask, new Set(recent.found[index])]))
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: { readonly after: number | undefined; readonly found: Found } = await database.query(blockTextQuery, { accountId, after, asks })
    for (const [index, ask] of asks.entries()) for (const email of page.found[index] ?? []) emails.get(ask)?.add(email)
    after = page.after
  }
  const known = needs.filter((groups) => groups.length > 0)
  const found = known.map((groups) => inAll(groups.map((group) => new Set(group.flatMap((ask) => [...(emails.get(ask) ?? [])])))))
  const uids = [...(await database.query(textUidsQuery, { accountId, mailboxId, upTo: recent.upTo, found }))]
  return { isIndexed: true, uids: needs.map((groups) => (groups.length === 0 ? undefined : uids.shift())) }
}

/** What of a text the index can be asked for; the questions are added to `asks`. */
async function needsOf(wanted: WantedText, asks: Ask[]): Promise<(readonly Ask[])[]> {
  const groups: (readonly Ask[])[] = []
  for (const roots of (await sought(wanted)).roots) {
    const group = roots.map((root): Ask => ({ fields: fieldsOf(wanted), grams: wantedGrams(root).toSorted((a, b) => a - b) }))
    // One of which it can say nothing may be the one that the message holds.
    if (group.some(({ grams }) => grams.length === 0) || asks.length + group.length > mostAsks) continue
    asks.push(...group)
    groups.push(group)
  }
  return groups
}

function inAll(sets: readonly ReadonlySet<EmailId>[]): EmailId[] {
  const [first = new Set<EmailId>(), ...others] = sets
  return [...first].filter((email) => others.every((set) => set.has(email))).sort((a, b) => a - b)
}

import { keepWith, shardOf } from '../../fulltext/block.ts'
import { fold } from '../../message/fold.ts'
import { wantedGrams } from '../../fulltext/grams.ts'
import type { TextField } from '../../fulltext/pieces.ts'
import { decodeAscending, hasAll } from '../../fulltext/varints.ts'
import type { Database, Query, Reader } from '../../database/database.ts'
import type { AccountId, EmailId, MailboxId, Uid } from '../../mail/ids.ts'

/** A text that is looked for: in bodies, or in header sections too (RFC 9051 6.4.4, BODY and TEXT). */
export interface WantedText {
  readonly in: 'body' | 'text'
  readonly text: string
}

/** What the index is asked. */
interface Ask {
  readonly fields: readonly TextField[]
  /** Ascending. */
  readonly grams: readonly number[]
}

/** The email ids in question for each ask, ascending. */
type Found = readonly (readonly EmailId[])[]

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
      for (const [index, ask] of asks.entries()) found[index]?.push(...(await emailsOf(reader, accountId, block, ask)))
    }
    return { after: blocks.length < blocksAtOnce ? undefined : blocks.at(-1)?.first, found }
  },
}

async function emailsOf(reader: Reader, accountId: AccountId, block: BlockRow, { fields, grams }: Ask): Promise<EmailId[]> {
  const either = new Uint8Array(block.columns)
  for (const field of fields) {
    const columns = new Uint8Array(block.columns).fill(1)
    for (const gram of grams) {
      const shard = await reader.get<{ octets: Uint8Array }>(
        'SELECT octets FROM fulltext_shard WHERE account_id = ? AND first_email_id = ? AND field = ? AND shard = ?',
        accountId,
        block.first,
        field,
        shardOf(gram),
      )
      keepWith(columns, shard?.octets, gram)
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
  const grams = texts.map(({ text }) => wantedGrams(fold(text)).toSorted((a, b) => a - b))
  const asks = texts
    .map((text, index): Ask => ({ fields: text.in === 'body' ? ['body'] : ['body', 'header'], grams: grams[index] ?? [] }))
    .filter((ask) => ask.grams.length > 0)
  const unknown = texts.map(() => undefined)
  // Whether there is an index does not matter then.
  if (asks.length === 0) return { isIndexed: true, uids: unknown }
  // The recent ones first: what goes from there into a block meanwhile is seen twice, and never missed.
  const recent = await database.query(recentTextQuery, { accountId, asks })
  if (recent.upTo === undefined || recent.upTo === 0) return { isIndexed: recent.upTo !== undefined, uids: unknown }
  const found = recent.found.map((emails) => [...emails])
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: { readonly after: number | undefined; readonly found: Found } = await database.query(blockTextQuery, { accountId, after, asks })
    for (const [index, emails] of page.found.entries()) found[index]?.push(...emails)
    after = page.after
  }
  const uids = [...(await database.query(textUidsQuery, { accountId, mailboxId, upTo: recent.upTo, found }))]
  return { isIndexed: true, uids: grams.map((wanted) => (wanted.length === 0 ? undefined : uids.shift())) }
}

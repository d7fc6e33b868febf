import type { Query, Reader } from '../database/database.ts'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import type { MessageDates, MessageTexts, MessageThreads } from './columns.ts'
import { type MessageText, textOf } from './message-text.ts'
import { wireEnvelope } from './kept-envelope.ts'
import { sentDay, sentSeconds, unpackHashes } from './order-columns.ts'

/**
 * One thing of many messages, for SEARCH, SORT and THREAD. Pages, so that no query keeps its snapshot long (sqlite-reader.ts), nor the
 * protocol thread busy where queries run in it.
 */
export interface ColumnArguments {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly first: number
  readonly last: number
}

const rowsOfNumbers = 4_096
const rowsOfTexts = 500
const mostTextCharacters = 512 * 1024

async function rowsOf<R>(reader: Reader, { accountId, mailboxId, first, last }: ColumnArguments, columns: string, limit: number): Promise<R[]> {
  return reader.all<R>(
    `SELECT uid, ${columns} FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? ORDER BY uid LIMIT ?`,
    accountId,
    mailboxId,
    first,
    last,
    limit,
  )
}

/** Where the next page begins; undefined: this was the last. */
function nextAfter(rows: readonly { readonly uid: Uid }[], taken: number, limit: number): Uid | undefined {
  return taken < rows.length || rows.length === limit ? ((((rows[taken - 1] as { uid: Uid }).uid as number) + 1) as Uid) : undefined
}

export const datesQuery: Query<ColumnArguments, MessageDates> = {
  name: 'store.dates',
  async run(reader, args) {
    const rows = await rowsOf<{ uid: Uid; internal_date_ms: number; sent: number | null; size_bytes: number }>(
      reader,
      args,
      'internal_date_ms, sent, size_bytes',
      rowsOfNumbers,
    )
    const count = rows.length
    const page = {
      uids: new Uint32Array(count),
      internalDateMs: new Float64Array(count),
      sentS: new Float64Array(count),
      sentDay: new Float64Array(count),
      sizeBytes: new Float64Array(count),
      next: nextAfter(rows, count, rowsOfNumbers),
    }
    for (let index = 0; index < count; index++) {
      const row = rows[index] as (typeof rows)[number]
      page.uids[index] = row.uid
      page.internalDateMs[index] = row.internal_date_ms
      page.sentS[index] = sentSeconds(row.internal_date_ms, row.sent)
      page.sentDay[index] = sentDay(row.internal_date_ms, row.sent)
      page.sizeBytes[index] = row.size_bytes
    }
    return page
  },
}

export const threadsQuery: Query<ColumnArguments, MessageThreads> = {
  name: 'store.threads',
  async run(reader, args) {
    const rows = await rowsOf<{ uid: Uid; id_hash: number; subject_hash: number; reference_hashes: Uint8Array | null }>(
      reader,
      args,
      'id_hash, subject_hash, reference_hashes',
      rowsOfNumbers,
    )
    const count = rows.length
    const page = {
      uids: new Uint32Array(count),
      idHash: new Float64Array(count),
      subjectHash: new Float64Array(count),
      referencesEnd: new Uint32Array(count),
      next: nextAfter(rows, count, rowsOfNumbers),
    }
    const references: number[] = []
    for (let index = 0; index < count; index++) {
      const row = rows[index] as (typeof rows)[number]
      page.uids[index] = row.uid
      page.idHash[index] = row.id_hash
      page.subjectHash[index] = row.subject_hash
      unpackHashes(row.reference_hashes, references)
      page.referencesEnd[index] = references.length
    }
    return { ...page, references: Float64Array.from(references) }
  },
}

export const textsQuery: Query<ColumnArguments & { readonly of: MessageText }, MessageTexts> = {
  name: 'store.texts',
  async run(reader, { accountId, mailboxId, first, last, of }) {
    const rows = await reader.all<{ uid: Uid; envelope: Uint8Array }>(
      `SELECT m.uid, e.envelope FROM message m JOIN email e ON e.account_id = m.account_id AND e.email_id = m.email_id
       WHERE m.account_id = ? AND m.mailbox_id = ? AND m.uid BETWEEN ? AND ? ORDER BY m.uid LIMIT ?`,
      accountId,
      mailboxId,
      first,
      last,
      rowsOfTexts,
    )
    const texts: string[] = []
    const starts: number[] = []
    let length = 0
    for (const { envelope } of rows) {
      if (length > mostTextCharacters) break
      const text = textOf(wireEnvelope(envelope), of)
      starts.push(length)
      texts.push(text)
      length += text.length + 1
    }
    return {
      uids: Uint32Array.from(texts, (_, index) => (rows[index] as (typeof rows)[number]).uid),
      text: texts.join('\0'),
      starts: Uint32Array.from(starts),
      next: nextAfter(rows, texts.length, rowsOfTexts),
    }
  },
}

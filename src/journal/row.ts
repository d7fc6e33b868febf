import { parseIp, formatIp } from '../mail/ip.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import { joinQueueId, queueIdTail, queueIdTimeMs } from '../mail/queue-id.ts'
import type { SqlValue } from '../database/database.ts'
import type { JournalEntry, JournalOutcome } from './entry.ts'
import { type JournalId, timeOf } from './entry-id.ts'
import { type Marked, type Phrased, readPhrase } from './phrase.ts'
import { hashNumber, hashText, searchKey } from './search-key.ts'

/** A row as it was read; the phrase joined from its own table where it is not in the row. */
export interface JournalRow {
  readonly entry_id: number
  readonly at_delta: number
  readonly outcome: number
  readonly repeats: number | null
  readonly queue_id: string | null
  readonly client_ip: Uint8Array
  readonly client_name: string | null
  readonly helo: string | null
  readonly sender: string | null
  readonly recipient: string | null
  readonly address_id: number | null
  readonly customer_id: number | null
  readonly account_id: number | null
  readonly message_id: string | null
  readonly size_bytes: number | null
  readonly phrase: string
  readonly varied: string
}

/** An entry that is in the journal. */
export interface StoredEntry extends JournalEntry {
  readonly id: JournalId
  /** How many alike this row stands for; 1 for most. The other fields are those of the first of them. */
  readonly repeats: number
}

/** The position is what is stored: only ever add at the end. */
const outcomes: readonly JournalOutcome[] = ['delivered', 'refused', 'deferred', 'discarded', 'sent', 'relayed', 'delayed', 'failed', 'removed', 'forwarded']

export function outcomeNumber(outcome: JournalOutcome): number {
  return outcomes.indexOf(outcome)
}

/** Columns in the order of `rowValues`. */
export const rowColumns = [
  ...['entry_id', 'at_delta', 'outcome', 'repeats', 'queue_id', 'client_ip', 'client_name', 'helo', 'sender', 'recipient'],
  ...['sender_key', 'recipient_key', 'message_key', 'customer_key', 'account_key', 'queue_key'],
  ...['address_id', 'customer_id', 'account_id', 'message_id', 'size_bytes', 'phrase_id', 'phrase', 'varied'],
]

/** The phrase has a number, or stands in the row when there are too many already. */
export type PhrasePlace = { readonly id: number } | { readonly text: string }

/** Where a row goes: its number, its run, and where its phrase is. */
export interface RowPlace {
  readonly id: JournalId
  readonly run: number
  readonly phrase: PhrasePlace
}

export function rowValues(entry: JournalEntry & { readonly repeats?: number | undefined }, { id, run, phrase }: RowPlace, varied: string): SqlValue[] {
  return [
    id,
    Math.round(entry.atMs) - timeOf(id),
    outcomeNumber(entry.outcome),
    entry.repeats === undefined || entry.repeats === 1 ? null : entry.repeats,
    storedQueueId(entry.queueId, id),
    packIp(entry.clientIp),
    text(entry.clientName),
    storedHelo(entry.helo, entry.clientName),
    text(entry.sender),
    text(entry.recipient),
    textKey(run, entry.sender),
    textKey(run, entry.recipient),
    textKey(run, entry.messageId),
    numberKey(run, entry.customerId),
    numberKey(run, entry.accountId),
    isApart(entry, id) ? textKey(run, entry.queueId) : null,
    entry.addressId ?? null,
    entry.customerId ?? null,
    entry.accountId ?? null,
    text(entry.messageId),
    entry.sizeBytes ?? null,
    'id' in phrase ? phrase.id : null,
    'text' in phrase ? phrase.text : null,
    varied,
  ]
}

export function readRow(row: JournalRow): StoredEntry {
  const id = row.entry_id as JournalId
  const clientName = row.client_name ?? undefined
  const entry = {
    id,
    repeats: row.repeats ?? 1,
    atMs: timeOf(id) + row.at_delta,
    outcome: outcomes[row.outcome] ?? 'refused',
    queueId: row.queue_id === null ? undefined : readQueueId(row.queue_id, id),
    clientIp: unpackIp(row.client_ip),
    clientName,
    helo: readHelo(row.helo, clientName),
    sender: row.sender ?? undefined,
    recipient: row.recipient ?? undefined,
    addressId: row.address_id ?? undefined,
    customerId: row.customer_id ?? undefined,
    accountId: row.account_id === null ? undefined : (row.account_id as AccountId),
    messageId: row.message_id ?? undefined,
    sizeBytes: row.size_bytes ?? undefined,
  }
  return { ...entry, ...readPhrase(row satisfies Phrased, markedBy(entry)) }
}

export function markedBy(entry: Pick<JournalEntry, 'clientName' | 'clientIp' | 'queueId' | 'recipient' | 'sender'>): Marked {
  return { h: entry.clientName, i: entry.clientIp, q: entry.queueId, r: entry.recipient, s: entry.sender }
}

/** ASCII case is not told apart in addresses (mail/address.ts) nor in searches. */
export function foldCase(value: string): string {
  return value.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function textKey(run: number, value: string | undefined): number | null {
  return value === undefined ? null : searchKey(run, hashText(value))
}

function numberKey(run: number, value: number | undefined): number | null {
  return value === undefined ? null : searchKey(run, hashNumber(value))
}

/** Octets from the network may hold NUL, which the database has not. */
function text(value: string | undefined): string | null {
  return value === undefined ? null : value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}

/** Only the end of the queue id, where the row's own number has its beginning; else all of it after `=`. */
function storedQueueId(queueId: QueueId | undefined, id: JournalId): string | null {
  if (queueId === undefined) return null
  return joinsTo(queueId, id) ? queueIdTail(queueId) : `=${queueId}`
}

/** Its queue id does not lead to it. */
function isApart({ queueId }: Pick<JournalEntry, 'queueId'>, id: JournalId): boolean {
  return queueId !== undefined && !joinsTo(queueId, id)
}

function joinsTo(queueId: QueueId, id: JournalId): boolean {
  return queueIdTimeMs(queueId) === timeOf(id) && joinQueueId(timeOf(id), queueIdTail(queueId)) === queueId
}

function readQueueId(stored: string, id: JournalId): QueueId {
  return stored.startsWith('=') ? (stored.slice(1) as QueueId) : joinQueueId(timeOf(id), stored)
}

/** The forms in which a queue id can stand in a row of its millisecond, and in any other row. */
export function storedQueueIds(queueId: QueueId): readonly [tail: string, whole: string] {
  return [queueIdTail(queueId), `=${queueId}`]
}

/** `=` for "the same as the verified name"; a real one that begins so gets one more. */
function storedHelo(helo: string | undefined, clientName: string | undefined): string | null {
  if (helo === undefined) return null
  if (helo === clientName) return '='
  return text(helo.startsWith('=') ? `=${helo}` : helo)
}

function readHelo(stored: string | null, clientName: string | undefined): string | undefined {
  if (stored === null) return undefined
  if (stored === '=') return clientName
  return stored.startsWith('=') ? stored.slice(1) : stored
}

/** 4 or 16 octets; what is no address (it never is) stays text, in at least 5 octets of which none is a number of octets. */
function packIp(value: string): Uint8Array {
  const ip = parseIp(value)
  if (ip === undefined) return Buffer.from(`?${value}`)
  const octets = Buffer.alloc(ip.words.length * 4)
  ip.words.forEach((word, index) => octets.writeUInt32BE(word >>> 0, index * 4))
  return octets
}

function unpackIp(octets: Uint8Array): string {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  if (buffer.length === 4) return formatIp({ version: 4, words: [buffer.readUInt32BE(0)] })
  if (buffer.length === 16) return formatIp({ version: 6, words: [0, 4, 8, 12].map((start) => buffer.readUInt32BE(start)) })
  return buffer.toString().slice(1)
}

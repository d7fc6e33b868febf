import type { SqlValue, Transaction } from '../database/database.ts'
import { queueIdTimeMs } from './queue-time.ts'
import type { JournalEntry } from './entry.ts'
import { firstIdOf, hourOf, type JournalId } from './entry-id.ts'
import { makePhrase, type Phrased } from './phrase.ts'
import { markedBy, type PhrasePlace, rowColumns, rowValues } from './row.ts'

/** An entry, or the first of several alike. */
export type NewEntry = JournalEntry & { readonly repeats?: number | undefined }

/** A transaction lasts no longer; where queue id and time are further apart, one of the clocks is wrong and the time counts. */
const longestTransactionMs = 24 * 3_600_000

/** Phrases that get a number. Past this many, something varies in them that should not, and they stay in their rows. */
const maxPhrases = 4000

/** Rows of one INSERT: on PostgreSQL each statement is a round trip. */
const rowsPerStatement = 20

/** Rows of one hour that nodes write to at random, each holding its lock until it commits. */
const sizeSlots = 8

/** Octets of a row beside its texts, and of its index entries, as SQLite needs them on average. */
const rowOverheadBytes = 55
const indexEntryBytes = 22

/**
 * Writes entries within the caller's transaction; resolves to their ids, in order. Queue ids and times are taken as they
 * come, so a repeated call writes them again: who replays keeps its position in the same transaction.
 */
export async function insertEntries(tx: Transaction, entries: readonly NewEntry[]): Promise<JournalId[]> {
  const phrased = entries.map((entry) => makePhrase(entry.reply, entry.checks, markedBy(entry)))
  const places = await phrasePlaces(tx, phrased)
  const numbers = new Numbers()
  const ids: JournalId[] = []
  const sizes = new Map<number, { entries: number; bytes: number }>()
  for (let start = 0; start < entries.length; start += rowsPerStatement) {
    const rows = entries.slice(start, start + rowsPerStatement).map((entry, index) => new NewRow(entry, phrased[start + index], places, numbers))
    await insertRows(tx, rows)
    for (const row of rows) {
      ids.push(row.id)
      const size = sizes.get(hourOf(row.id)) ?? { entries: 0, bytes: 0 }
      sizes.set(hourOf(row.id), { entries: size.entries + 1, bytes: size.bytes + row.bytes() })
    }
  }
  for (const [hour, size] of sizes) await addSize(tx, hour, size)
  return ids
}

class NewRow {
  readonly #entry: NewEntry
  readonly #place: PhrasePlace
  readonly #varied: string
  readonly #numbers: Numbers
  id: JournalId
  values: SqlValue[]

  constructor(entry: NewEntry, phrased: Phrased | undefined, places: ReadonlyMap<string, PhrasePlace>, numbers: Numbers) {
    const { phrase, varied } = phrased ?? { phrase: '', varied: '' }
    this.#entry = entry
    this.#place = places.get(phrase) ?? { text: phrase }
    this.#varied = varied
    this.#numbers = numbers
    this.id = numbers.take(firstIdOf(timeFor(entry)))
    this.values = rowValues(entry, this.id, this.#place, varied)
  }

  /** Another transaction has the number. A few further on, at random, so that two that race do not meet again and again. */
  renumber(): void {
    this.id = this.#numbers.take((this.id + 1 + Math.floor(Math.random() * 16)) as JournalId)
    this.values = rowValues(this.#entry, this.id, this.#place, this.#varied)
  }

  bytes(): number {
    let bytes = rowOverheadBytes
    for (const value of this.values) {
      if (typeof value === 'string') bytes += value.length
      else if (value instanceof Uint8Array) bytes += value.byteLength
    }
    const { sender, recipient, messageId, accountId, customerId } = this.#entry
    for (const indexed of [sender, recipient, messageId, accountId, customerId]) if (indexed !== undefined) bytes += indexEntryBytes
    return bytes
  }
}

/** Ids of this call. */
class Numbers {
  readonly #taken = new Set<number>()
  readonly #next = new Map<number, number>()

  take(first: JournalId): JournalId {
    let id = this.#next.get(first) ?? first
    while (this.#taken.has(id)) id++
    this.#taken.add(id)
    this.#next.set(first, id + 1)
    return id as JournalId
  }
}

/** By the queue id, so that it leads to its rows; else by the entry itself. */
function timeFor(entry: NewEntry): number {
  const began = entry.queueId === undefined ? Number.NaN : queueIdTimeMs(entry.queueId)
  return Math.abs(entry.atMs - began) <= longestTransactionMs ? began : entry.atMs
}

const oneRow = `(${rowColumns.map(() => '?').join(', ')})`
const insertInto = `INSERT INTO journal (${rowColumns.join(', ')}) VALUES `
const insertOne = `${insertInto}${oneRow} ON CONFLICT (entry_id) DO NOTHING`
const insertMany = `${insertInto}${Array.from({ length: rowsPerStatement }, () => oneRow).join(', ')} ON CONFLICT (entry_id) DO NOTHING RETURNING entry_id`

async function insertRows(tx: Transaction, rows: readonly NewRow[]): Promise<void> {
  let left = rows
  if (rows.length === rowsPerStatement) {
    const written = new Set((await tx.all<{ entry_id: number }>(insertMany, ...rows.flatMap(({ values }) => values))).map((row) => row.entry_id))
    left = rows.filter(({ id }) => !written.has(id))
    for (const row of left) row.renumber()
  }
  for (const row of left) while ((await tx.run(insertOne, ...row.values)) === 0) row.renumber()
}

async function phrasePlaces(tx: Transaction, phrased: readonly Phrased[]): Promise<Map<string, PhrasePlace>> {
  const places = new Map<string, PhrasePlace>()
  for (const { phrase } of phrased) {
    if (!places.has(phrase)) places.set(phrase, await phrasePlace(tx, phrase))
  }
  return places
}

const findPhrase = 'SELECT phrase_id FROM journal_phrase WHERE phrase = ?'

async function phrasePlace(tx: Transaction, phrase: string): Promise<PhrasePlace> {
  const known = await tx.get<{ phrase_id: number }>(findPhrase, phrase)
  if (known !== undefined) return { id: known.phrase_id }
  const { newest } = (await tx.get<{ newest: number | null }>('SELECT max(phrase_id) AS newest FROM journal_phrase')) ?? { newest: null }
  if (newest !== null && newest >= maxPhrases) return { text: phrase }
  await tx.run('INSERT INTO journal_phrase (phrase) VALUES (?) ON CONFLICT (phrase) DO NOTHING', phrase)
  // Somebody else's, if that one came first.
  const made = await tx.get<{ phrase_id: number }>(findPhrase, phrase)
  return made === undefined ? { text: phrase } : { id: made.phrase_id }
}

const addToSize = `INSERT INTO journal_size (hour, slot, entries, bytes) VALUES (?, ?, ?, ?)
  ON CONFLICT (hour, slot) DO UPDATE SET entries = journal_size.entries + excluded.entries, bytes = journal_size.bytes + excluded.bytes`

async function addSize(tx: Transaction, hour: number, size: { readonly entries: number; readonly bytes: number }): Promise<void> {
  await tx.run(addToSize, hour, Math.floor(Math.random() * sizeSlots), size.entries, size.bytes)
}

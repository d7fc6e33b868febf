import { queueIdTimeMs } from '../mail/queue-id.ts'
import type { SqlValue, Transaction } from '../database/database.ts'
import { isSending, type JournalEntry } from './entry.ts'
import { firstIdOf, type JournalId } from './entry-id.ts'
import { makePhrase, type Phrased } from './phrase.ts'
import { extendRun, type Lane, openRun } from './runs.ts'
import { markedBy, type PhrasePlace, rowColumns, rowValues } from './row.ts'

/** An entry, or the first of several alike. */
export type NewEntry = JournalEntry & { readonly repeats?: number | undefined }

/** A transaction lasts no longer; where queue id and time are further apart, one of the clocks is wrong and the time counts. */
const longestTransactionMs = 24 * 3_600_000

/** Phrases that get a number. Past this many, something varies in them that should not, and they stay in their rows. */
const maxPhrases = 4000

/** Octets of a row beside its texts, and of its index entries, as SQLite needs them on average. */
const rowOverheadBytes = 55
const indexEntryBytes = 22

/**
 * Writes entries within the caller's transaction; resolves to their ids, in order. Queue ids and times are taken as they
 * come, so a repeated call writes them again: who replays keeps its position in the same transaction.
 */
export async function insertEntries(tx: Transaction, entries: readonly NewEntry[], lane: Lane = 'mail'): Promise<JournalId[]> {
  const phrased = entries.map((entry) => makePhrase(entry.reply, entry.checks, markedBy(entry)))
  const phrases = await phrasePlaces(tx, phrased)
  const numbers = new Numbers()
  const ids: JournalId[] = []
  while (ids.length < entries.length) {
    const { run, room } = await openRun(tx, lane)
    const start = ids.length
    const rows = entries.slice(start, start + room).map((entry, index) => new NewRow(entry, phrased[start + index], run, phrases, numbers))
    await insertRows(tx, rows)
    const written = rows.map(({ id }) => id)
    const bytes = rows.reduce((sum, row) => sum + row.bytes(), 0)
    await extendRun(tx, lane, run, written, bytes)
    for (const id of written) ids.push(id)
  }
  return ids
}

class NewRow {
  readonly #entry: NewEntry
  readonly #run: number
  readonly #phrase: PhrasePlace
  readonly #varied: string
  readonly #numbers: Numbers
  id: JournalId
  values: SqlValue[]

  constructor(entry: NewEntry, phrased: Phrased | undefined, run: number, phrases: ReadonlyMap<string, PhrasePlace>, numbers: Numbers) {
    const { phrase, varied } = phrased ?? { phrase: '', varied: '' }
    this.#entry = entry
    this.#run = run
    this.#phrase = phrases.get(phrase) ?? { text: phrase }
    this.#varied = varied
    this.#numbers = numbers
    this.id = numbers.take(firstIdOf(timeFor(entry)))
    this.values = this.#values()
  }

  /** Another transaction has the number. A few further on, at random, so that two that race do not meet again and again. */
  renumber(): void {
    this.id = this.#numbers.take((this.id + 1 + Math.floor(Math.random() * 16)) as JournalId)
    this.values = this.#values()
  }

  #values(): SqlValue[] {
    return rowValues(this.#entry, { id: this.id, run: this.#run, phrase: this.#phrase }, this.#varied)
  }

  bytes(): number {
    let bytes = rowOverheadBytes
    for (const value of this.values) {
      if (typeof value === 'string') bytes += value.length
      else if (value instanceof Uint8Array) bytes += value.byteLength
    }
    const { sender, recipient, messageId, customerId, accountId } = this.#entry
    for (const indexed of [sender, recipient, messageId, customerId, accountId]) if (indexed !== undefined) bytes += indexEntryBytes
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

/** By the queue id, so that it leads to its rows; else by the entry itself: so what was sent, which is looked for by the time at which it was. */
function timeFor(entry: NewEntry): number {
  if (isSending(entry.outcome)) return entry.atMs
  const began = entry.queueId === undefined ? Number.NaN : queueIdTimeMs(entry.queueId)
  return Math.abs(entry.atMs - began) <= longestTransactionMs ? began : entry.atMs
}

const oneRow = `(${rowColumns.map(() => '?').join(', ')})`
const insertOne = `INSERT INTO journal (${rowColumns.join(', ')}) VALUES ${oneRow} ON CONFLICT (entry_id) DO NOTHING`

/** All at once: on PostgreSQL they share a round trip. */
async function insertRows(tx: Transaction, rows: readonly NewRow[]): Promise<void> {
  const written = await Promise.all(rows.map(({ values }) => tx.run(insertOne, ...values)))
  const left = rows.filter((_row, index) => written[index] === 0)
  if (left.length === 0) return
  for (const row of left) row.renumber()
  await insertRows(tx, left)
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

import type { Database, Query, Reader, SqlValue } from '../database/database.ts'
import type { CheckName } from '../mail/check.ts'
import type { QueueId } from '../mail/ids.ts'
import { queueIdTimeMs } from '../mail/queue-id.ts'
import { decidedBy } from './alike.ts'
import { directionOf } from './direction.ts'
import type { JournalOutcome } from './entry.ts'
import { firstIdOf, type JournalId } from './entry-id.ts'
import { hasResult, type JournalResult, outcomesOf } from './result.ts'
import { foldCase, type JournalRow, outcomeNumber, readRow, type StoredEntry, storedQueueIds } from './row.ts'
import { hashNumber, hashText, searchKey } from './search-key.ts'

/** What to look for; all that is given must hold. Fast at any size: id, queueId, times, recipient, sender, customerIds, accountId, messageId. */
export interface JournalSearch {
  readonly id?: JournalId | undefined
  readonly queueId?: QueueId | undefined
  /** local@domain, any case. */
  readonly recipient?: string | undefined
  /** local@domain, any case; '' = the null sender. */
  readonly sender?: string | undefined
  /** Without brackets. */
  readonly messageId?: string | undefined
  /** Of one of these. */
  readonly customerIds?: readonly number[] | undefined
  readonly accountId?: number | undefined
  /** These look at each entry of the time given: name a recipient or customer too, or be ready to ask on. */
  readonly result?: JournalResult | undefined
  readonly direction?: 'in' | 'out' | undefined
  /** What was refused or asked to come again because of this check; `other`: because of none. */
  readonly decidedBy?: CheckName | 'other' | undefined
  /** Part of sender, recipient, client or Message-ID; any case. */
  readonly text?: string | undefined
  readonly addressId?: number | undefined
  /** Of the recipient; lower case. */
  readonly domain?: string | undefined
  readonly outcome?: JournalOutcome | undefined
  /** When the transaction began, milliseconds; `untilMs` itself is not meant. */
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
}

export interface PageRequest {
  readonly search: JournalSearch
  /** `next` of the page before. */
  readonly before?: JournalId | undefined
  /** 1 … 500. */
  readonly limit: number
}

export interface JournalPage {
  /** Newest first. May be fewer than asked for, even none, and yet there are more. */
  readonly entries: readonly StoredEntry[]
  /** Where to go on; undefined: that was all. */
  readonly next: JournalId | undefined
}

const maxPage = 500
/** Rows that one question looks at, and runs whose index it asks: some 20 ms, then others have their turn. */
const rowsPerQuestion = 5000
const scannedPerQuestion = 20_000
const runsPerQuestion = 2048
/** Runs asked in one statement: one at first, since the page may be full with it, then twice as many each time. */
const runsPerStatement = 64
/** Ids taken from one statement: what is asked for may be in every row. */
const idsPerAnswer = 5000
/** Rows to look at next, when most are passed over. */
const idsPerStatement = 500

/** One page, newest first. Does a bounded amount of work: whoever wants all goes on with `next`, as `searchJournal` does. */
export const journalPage: Query<PageRequest, JournalPage> = {
  name: 'journal.page',
  async run(reader, { search, before, limit }) {
    const range = rangeOf(search, before)
    if (range === undefined) return { entries: [], next: undefined }
    const page = new PageInMaking(reader, search, Math.min(Math.max(limit, 1), maxPage))
    const key = keyOf(search)
    if (key !== undefined) return await page.byKey(range, key)
    if (search.queueId === undefined || search.id !== undefined) return await page.byTime(range)
    // What became of it later; then what its own time leads to.
    const near = nearRange(search.queueId, range)
    const later = await page.byKey({ low: Math.max(range.low, near.high), high: range.high }, { column: 'queue_key', hashes: [hashText(search.queueId)] })
    return later.next === undefined && near.low < near.high ? await page.byTime(near) : later
  },
}

/** All entries, newest first, page by page. */
export async function* searchJournal(database: Database, search: JournalSearch, pageLimit = 200): AsyncGenerator<StoredEntry> {
  let before: JournalId | undefined
  do {
    const page: JournalPage = await database.query(journalPage, { search, before, limit: pageLimit })
    yield* page.entries
    before = page.next
  } while (before !== undefined)
}

/** From low (included) to high (excluded). */
interface Range {
  readonly low: number
  readonly high: number
}

/** undefined: nothing can be in it. */
function rangeOf(search: JournalSearch, before: JournalId | undefined): Range | undefined {
  const lows = [0]
  const highs: number[] = [Number.MAX_SAFE_INTEGER]
  if (before !== undefined) highs.push(before)
  if (search.sinceMs !== undefined) lows.push(firstIdOf(search.sinceMs))
  if (search.untilMs !== undefined) highs.push(firstIdOf(search.untilMs))
  if (search.id !== undefined) {
    lows.push(search.id)
    highs.push(search.id + 1)
  }
  const began = search.queueId === undefined ? Number.NaN : queueIdTimeMs(search.queueId)
  if (!Number.isNaN(began)) lows.push(firstIdOf(began))
  const range = { low: Math.max(...lows), high: Math.min(...highs) }
  return range.low < range.high ? range : undefined
}

/** Where the transaction's own rows are. */
function nearRange(queueId: QueueId, { low, high }: Range): Range {
  const began = queueIdTimeMs(queueId)
  return Number.isNaN(began) ? { low, high } : { low, high: Math.min(high, firstIdOf(began + queueIdSpreadMs)) }
}

/** A transaction of very many recipients fills more than its own millisecond (entry-id.ts). */
const queueIdSpreadMs = 2000

interface Key {
  readonly column: 'recipient_key' | 'sender_key' | 'message_key' | 'customer_key' | 'account_key' | 'queue_key'
  /** Of one of these. */
  readonly hashes: readonly number[]
}

/** Customers whose entries are found by the index. */
const customersPerQuestion = 16

/** The index that finds least. */
function keyOf(search: JournalSearch): Key | undefined {
  if (search.id !== undefined || search.queueId !== undefined) return undefined
  if (search.messageId !== undefined) return { column: 'message_key', hashes: [hashText(search.messageId)] }
  // The null sender is one of many.
  if (search.sender !== undefined && search.sender !== '') return { column: 'sender_key', hashes: [hashText(search.sender)] }
  if (search.recipient !== undefined) return { column: 'recipient_key', hashes: [hashText(search.recipient)] }
  if (search.accountId !== undefined) return { column: 'account_key', hashes: [hashNumber(search.accountId)] }
  if (search.sender !== undefined) return { column: 'sender_key', hashes: [hashText(search.sender)] }
  const { customerIds } = search
  // With more of them, they may well be all there are.
  if (customerIds !== undefined && customerIds.length <= customersPerQuestion) return { column: 'customer_key', hashes: customerIds.map(hashNumber) }
  return undefined
}

const columns = `entry_id, at_delta, outcome, repeats, queue_id, client_ip, client_name, helo, sender, recipient, address_id, customer_id, account_id, message_id,
  size_bytes, COALESCE(journal.phrase, journal_phrase.phrase) AS phrase, varied`
const rows = `SELECT ${columns} FROM journal LEFT JOIN journal_phrase ON journal_phrase.phrase_id = journal.phrase_id`

class PageInMaking {
  readonly #reader: Reader
  readonly #search: JournalSearch
  readonly #limit: number
  readonly #entries: StoredEntry[] = []
  #looked = 0

  constructor(reader: Reader, search: JournalSearch, limit: number) {
    this.#reader = reader
    this.#search = search
    this.#limit = limit
  }

  /** Row after row, with what SQL can tell at once told there. */
  async byTime({ low, high }: Range): Promise<JournalPage> {
    let from = high
    while (this.#looked < scannedPerQuestion) {
      const end = await this.#reader.get<{ entry_id: number }>(
        'SELECT entry_id FROM journal WHERE entry_id >= ? AND entry_id < ? ORDER BY entry_id DESC LIMIT 1 OFFSET ?',
        low,
        from,
        idsPerStatement - 1,
      )
      const to = end?.entry_id ?? low
      const { text, parameters } = conditions(this.#search)
      const found = await this.#reader.all<JournalRow>(
        `${rows} WHERE entry_id >= ? AND entry_id < ?${text} ORDER BY entry_id DESC LIMIT ?`,
        to,
        from,
        ...parameters,
        // What SQL cannot tell is told of each row here.
        this.#isToldHere ? idsPerStatement : this.#limit + 1,
      )
      if (this.#take(found)) return this.#page(this.#last())
      const cut = !this.#isToldHere && found.length > this.#limit ? found.at(-1)?.entry_id : undefined
      if (end === undefined && cut === undefined) return this.#page(undefined)
      from = cut ?? to
      this.#looked += idsPerStatement
    }
    return this.#page(from as JournalId)
  }

  /**
   * Run after run, by the time of each one's newest entry. Ids of neighbouring runs overlap a little, so a found id is only
   * taken once no run that is still to be asked can hold a newer one.
   */
  async byKey({ low, high }: Range, key: Key): Promise<JournalPage> {
    const runs = await this.#reader.all<{ run_id: number; last_id: number }>(
      'SELECT run_id, last_id FROM journal_run WHERE last_id >= ? AND first_id < ? ORDER BY last_id DESC LIMIT ?',
      low,
      high,
      runsPerQuestion + 1,
    )
    let found: number[] = []
    for (let start = 0, step = 1; start < runs.length && start < runsPerQuestion; start += step, step = Math.min(step * 2, runsPerStatement)) {
      const nextRun = runs[start + step]
      const ids = await this.#idsOf(runs.slice(start, start + step), key, { low, high })
      // Runs share numbers, so what another run holds may come twice.
      found = [...new Set([...found, ...ids])].sort((a, b) => b - a)
      const cut = ids.length === idsPerAnswer
      // Below `high`, so that whoever goes on there comes to an end.
      const settled = Math.min(high - 1, Math.max(low, nextRun === undefined ? low : nextRun.last_id + 1, cut ? (ids.at(-1) ?? low) : low))
      const ready = found.filter((id) => id >= settled)
      found = found.slice(ready.length)
      const stoppedAt = await this.#lookAt(ready)
      if (stoppedAt !== undefined) return this.#page(stoppedAt)
      if (cut || this.#looked >= rowsPerQuestion) return this.#page(settled as JournalId)
      if (nextRun === undefined) return this.#page(undefined)
      if (start + step >= runsPerQuestion) return this.#page(settled as JournalId)
    }
    return this.#page(undefined)
  }

  /** What a run with the same number holds is within the range as well, and so is found early, which does no harm. */
  async #idsOf(runs: readonly { readonly run_id: number }[], { column, hashes }: Key, { low, high }: Range): Promise<number[]> {
    const keys = runs.flatMap(({ run_id }) => hashes.map((hash) => searchKey(run_id, hash)))
    const places = keys.length <= runsPerStatement ? runsPerStatement : runsPerStatement * customersPerQuestion
    const found = await this.#reader.all<{ entry_id: number }>(
      `SELECT entry_id FROM journal WHERE ${column} IN (${placeholders(places)}) AND entry_id >= ? AND entry_id < ? ORDER BY entry_id DESC LIMIT ?`,
      ...padded(keys, places),
      low,
      high,
      idsPerAnswer,
    )
    return found.map(({ entry_id }) => entry_id)
  }

  /** Undefined: looked at all of them, the page has room left. */
  async #lookAt(ids: readonly number[]): Promise<JournalId | undefined> {
    for (let start = 0; start < ids.length; ) {
      const step = Math.min(Math.max(this.#limit * 2, 64), idsPerStatement)
      const some = ids.slice(start, start + step)
      start += step
      this.#looked += some.length
      if (this.#take(await this.#rowsOf(some))) return this.#last()
      if (this.#looked >= rowsPerQuestion) return some.at(-1) as JournalId
    }
    return undefined
  }

  #rowsOf(ids: readonly number[]): Promise<JournalRow[]> {
    const size = ids.length <= 64 ? 64 : idsPerStatement
    return this.#reader.all<JournalRow>(`${rows} WHERE entry_id IN (${placeholders(size)}) ORDER BY entry_id DESC`, ...padded(ids, size))
  }

  /** Whether the page is full. */
  #take(found: readonly JournalRow[]): boolean {
    for (const row of found) {
      if (this.#entries.length >= this.#limit) return true
      const entry = readRow(row)
      if (matches(entry, row, this.#search)) this.#entries.push(entry)
    }
    return this.#entries.length >= this.#limit
  }

  get #isToldHere(): boolean {
    const { result, decidedBy, direction, text, customerIds = [] } = this.#search
    return result === 'spam' || decidedBy !== undefined || direction !== undefined || text !== undefined || customerIds.length > customersPerQuestion
  }

  #last(): JournalId | undefined {
    return this.#entries.at(-1)?.id
  }

  #page(next: JournalId | undefined): JournalPage {
    return { entries: this.#entries, next }
  }
}

const texts = ['sender', 'recipient', 'client_name', 'message_id'] as const

function conditions(search: JournalSearch): { readonly text: string; readonly parameters: readonly SqlValue[] } {
  const parts: string[] = []
  const parameters: SqlValue[] = []
  const add = (part: string, ...values: SqlValue[]) => {
    parts.push(` AND ${part}`)
    parameters.push(...values)
  }
  if (search.outcome !== undefined) add('outcome = ?', outcomeNumber(search.outcome))
  // An address of a client is not there as text.
  if (search.text !== undefined && !/^[\d.:a-f]+$/i.test(search.text)) {
    const like = `%${foldCase(search.text).replaceAll(/[!%_]/g, '!$&')}%`
    add(`(${texts.map((column) => `lower(${column}) LIKE ? ESCAPE '!'`).join(' OR ')})`, ...texts.map(() => like))
  }
  if (search.result !== undefined && search.result !== 'spam') {
    const outcomes = outcomesOf[search.result]
    add(`outcome IN (${placeholders(outcomes.length)})`, ...outcomes.map(outcomeNumber))
  }
  if (search.decidedBy !== undefined) add('outcome IN (?, ?)', outcomeNumber('refused'), outcomeNumber('deferred'))
  const { customerIds } = search
  if (customerIds !== undefined && customerIds.length <= customersPerQuestion) {
    add(`customer_id IN (${placeholders(customersPerQuestion)})`, ...padded(customerIds, customersPerQuestion))
  }
  if (search.accountId !== undefined) add('account_id = ?', search.accountId)
  if (search.addressId !== undefined) add('address_id = ?', search.addressId)
  if (search.queueId !== undefined) add('queue_id IN (?, ?)', ...storedQueueIds(search.queueId))
  if (search.domain !== undefined) add("recipient LIKE ? ESCAPE '!'", `%@${search.domain.replaceAll(/[!%_]/g, '!$&')}`)
  return { text: parts.join(''), parameters }
}

function matches(entry: StoredEntry, row: JournalRow, search: JournalSearch): boolean {
  return (
    (search.id === undefined || entry.id === search.id) &&
    (search.queueId === undefined || entry.queueId === search.queueId) &&
    (search.recipient === undefined || sameText(entry.recipient, search.recipient)) &&
    (search.sender === undefined || sameText(entry.sender, search.sender)) &&
    (search.messageId === undefined || sameText(entry.messageId, search.messageId)) &&
    (search.customerIds === undefined || (row.customer_id !== null && search.customerIds.includes(row.customer_id))) &&
    (search.accountId === undefined || row.account_id === search.accountId) &&
    (search.addressId === undefined || row.address_id === search.addressId) &&
    (search.domain === undefined || entry.recipient?.endsWith(`@${search.domain}`) === true) &&
    (search.outcome === undefined || entry.outcome === search.outcome) &&
    (search.result === undefined || hasResult(entry, search.result)) &&
    (search.decidedBy === undefined || decidedBy(entry) === search.decidedBy) &&
    (search.direction === undefined || directionOf(entry) === search.direction) &&
    (search.text === undefined || mentions(entry, search.text))
  )
}

function mentions({ sender, recipient, clientName, clientIp, messageId }: StoredEntry, text: string): boolean {
  const wanted = foldCase(text)
  return [sender, recipient, clientName, clientIp, messageId].some((value) => value !== undefined && foldCase(value).includes(wanted))
}

function sameText(a: string | undefined, b: string): boolean {
  return a !== undefined && foldCase(a) === foldCase(b)
}

function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ')
}

/** Few different lengths make few statements to prepare; a value that stands twice changes nothing. */
function padded(values: readonly number[], length: number): readonly number[] {
  const last = values.at(-1) ?? 0
  return [...values, ...Array.from({ length: Math.max(0, length - values.length) }, () => last)]
}

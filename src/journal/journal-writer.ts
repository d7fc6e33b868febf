import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { type Change, type Database, DatabaseUnavailable } from '../database/database.ts'
import { alikeKey, decidingCheck } from './alike.ts'
import type { JournalEntry } from './entry.ts'
import type { JournalId } from './entry-id.ts'
import { insertEntries, type NewEntry } from './insert.ts'

/** SPEC A12: at most this old when written. */
const flushAfterMs = 500
/** Written before that when so many wait. */
const flushAtEntries = 500
/** Rows of one transaction. */
const rowsPerChange = 1000

/** SPEC A12: alike ones past these in an hour are only counted. */
const alikeRows = 100
const hourMs = 3_600_000

/**
 * Kinds whose count is remembered, some 200 octets each; the one longest not seen is forgotten first, and when it comes
 * again has its hundred rows again.
 */
const maxKinds = 50_000

/**
 * Waiting entries, some 1 kB each, while the database is away or slower than a flood. What comes then is counted by
 * outcome and check, so that the sum stays true, and shown as one row each.
 */
const maxWaiting = 20_000
/** Kinds with a count to be written, likewise. */
const maxCounting = 5000

export interface JournalWriterOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Hears of each entry, whether or not it gets a row of its own. */
  readonly noted?: (entry: JournalEntry) => void
}

/** Alike refusals of the present hour. */
interface Kind {
  readonly untilMs: number
  rows: number
  /** Not written yet: the first of those past `alikeRows`, and how many. */
  rest: { readonly first: JournalEntry; uncounted: number } | undefined
  /** The row that counts them, once there is one. */
  rowId: JournalId | undefined
}

/**
 * Writes refusals to the journal in batches. `record` never waits, never fails and keeps a bounded amount of memory. When the
 * database answers neither yes nor no, entries are written again: a refusal may then be seen twice, never not at all.
 */
export class JournalWriter {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #noted: ((entry: JournalEntry) => void) | undefined
  readonly #kinds = new LRUCache<string, Kind>({ maxSize: maxKinds, sizeCalculation: () => 1 })
  /** Kinds with something uncounted, be their hour over or not. */
  readonly #counting = new Set<Kind>()
  #waiting: NewEntry[] = []
  #overflow = new Map<string, { readonly first: JournalEntry; count: number }>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #failing = false

  constructor({ database, clock, log, noted }: JournalWriterOptions) {
    this.#database = database
    this.#clock = clock
    this.#log = log
    this.#noted = noted
  }

  record(entry: JournalEntry): void {
    this.#noted?.(entry)
    const kind = this.#kindOf(entry)
    if (kind.rows < alikeRows) {
      kind.rows++
      this.#wait(entry)
    } else if (this.#counting.has(kind) || this.#counting.size < maxCounting) {
      kind.rest ??= { first: entry, uncounted: 0 }
      kind.rest.uncounted++
      this.#counting.add(kind)
    } else {
      this.#overflowed(entry)
    }
    if (this.#waiting.length >= flushAtEntries && this.#writing === undefined && !this.#failing) void this.#startWriting()
    else this.#timer ??= setTimeout(() => void this.#startWriting(), flushAfterMs)
  }

  /** Resolves when all that was recorded before is written, or could not be (which is logged). */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    await this.#startWriting()
  }

  async close(): Promise<void> {
    await this.flush()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #kindOf(entry: JournalEntry): Kind {
    const key = alikeKey(entry)
    const nowMs = this.#clock.now()
    const known = this.#kinds.get(key)
    if (known !== undefined && nowMs < known.untilMs) return known
    const kind = { untilMs: nowMs + hourMs, rows: 0, rest: undefined, rowId: undefined }
    this.#kinds.set(key, kind)
    return kind
  }

  #wait(entry: JournalEntry): void {
    if (this.#waiting.length < maxWaiting) this.#waiting.push(entry)
    else this.#overflowed(entry)
  }

  #overflowed(entry: JournalEntry): void {
    const key = `${entry.outcome} ${decidingCheck(entry.checks)?.check ?? ''}`
    const alike = this.#overflow.get(key)
    if (alike === undefined) this.#overflow.set(key, { first: entry, count: 1 })
    else alike.count++
  }

  #startWriting(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
      if (this.#failing || this.#hasWork()) this.#timer ??= setTimeout(() => void this.#startWriting(), flushAfterMs)
    })
    return this.#writing
  }

  #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#counting.size > 0 || this.#overflow.size > 0
  }

  async #write(): Promise<void> {
    const ready = this.#waiting.length
    for (let written = 0; written < ready; written += rowsPerChange) {
      const entries = this.#waiting.slice(0, Math.min(rowsPerChange, ready - written))
      if (!(await this.#writeEntries(entries))) return
      this.#waiting.splice(0, entries.length)
    }
    await this.#writeOverflow()
    await this.#writeCounts()
  }

  /** False: not now. What no database takes is looked for by halves and left out: it must not keep all others from being written for ever. */
  async #writeEntries(entries: readonly NewEntry[]): Promise<boolean> {
    const written = await this.#try({ entries, counts: [] })
    if (written !== 'unwritable') return written !== undefined
    if (entries.length < 2) return true
    const half = entries.length >> 1
    return (await this.#writeEntries(entries.slice(0, half))) && (await this.#writeEntries(entries.slice(half)))
  }

  async #writeOverflow(): Promise<void> {
    const overflow = this.#overflow
    if (overflow.size === 0) return
    this.#overflow = new Map()
    const entries = [...overflow.values()].map(({ first, count }): NewEntry => ({ ...anonymous(first), repeats: count }))
    this.#log.warn('journal overflowed', { entries: entries.reduce((sum, { repeats = 1 }) => sum + repeats, 0) })
    if (await this.#writeEntries(entries)) return
    for (const [key, { first, count }] of overflow) {
      const since = this.#overflow.get(key)
      this.#overflow.set(key, { first, count: count + (since?.count ?? 0) })
    }
  }

  /** A kind's row is made the first time and counted up later. */
  async #writeCounts(): Promise<void> {
    const kinds = [...this.#counting]
    for (let start = 0; start < kinds.length; start += rowsPerChange) {
      if (!(await this.#writeKinds(kinds.slice(start, start + rowsPerChange)))) return
    }
  }

  /** As `#writeEntries`. */
  async #writeKinds(kinds: readonly Kind[]): Promise<boolean> {
    const fresh = kinds.filter(({ rowId }) => rowId === undefined)
    const counted = kinds.map(({ rest }) => rest?.uncounted ?? 0)
    const written = await this.#try({
      entries: fresh.flatMap(restOf),
      counts: kinds.flatMap(({ rowId, rest }) => (rowId === undefined ? [] : [{ id: rowId, more: rest?.uncounted ?? 0 }])),
    })
    if (written === undefined) return false
    if (written === 'unwritable' && kinds.length > 1) {
      const half = kinds.length >> 1
      return (await this.#writeKinds(kinds.slice(0, half))) && (await this.#writeKinds(kinds.slice(half)))
    }
    if (written !== 'unwritable') {
      fresh.forEach((kind, index) => {
        kind.rowId = written[index]
      })
    }
    kinds.forEach((kind, index) => {
      // The next alike may be one that can be written.
      if (written === 'unwritable') kind.rest = undefined
      if (kind.rest !== undefined) kind.rest.uncounted -= counted[index] ?? 0
      if (kind.rest === undefined || kind.rest.uncounted === 0) this.#counting.delete(kind)
    })
    return true
  }

  /** Undefined: not now; the next round tries again. `unwritable`: something in it is a fault of ours. */
  async #try(batch: Batch): Promise<readonly JournalId[] | 'unwritable' | undefined> {
    try {
      const ids = await this.#database.change(writeRefusals, batch)
      this.#failing = false
      return ids
    } catch (err) {
      if (!(err instanceof DatabaseUnavailable)) {
        this.#failing = false
        this.#log.error('journal entries cannot be written', { err, entries: batch.entries.length })
        return 'unwritable'
      }
      if (!this.#failing) this.#log.error('journal cannot be written', { err, waiting: this.#waiting.length })
      this.#failing = true
      return undefined
    }
  }
}

/** What is uncounted of a kind as a row. */
function restOf(kind: Kind): NewEntry[] {
  if (kind.rest === undefined || kind.rest.uncounted === 0) return []
  return [{ ...kind.rest.first, repeats: kind.rest.uncounted }]
}

/** Of many different ones only this is the same. */
function anonymous(entry: JournalEntry): JournalEntry {
  return { ...entry, queueId: undefined, messageId: undefined }
}

interface Batch {
  readonly entries: readonly NewEntry[]
  readonly counts: readonly { readonly id: JournalId; readonly more: number }[]
}

/** Ids of the new entries. */
export const writeRefusals: Change<Batch, readonly JournalId[]> = {
  name: 'journal.write-refusals',
  durable: false,
  async run(tx, { entries, counts }) {
    for (const { id, more } of counts) await tx.run('UPDATE journal SET repeats = COALESCE(repeats, 1) + ? WHERE entry_id = ?', more, id)
    return await insertEntries(tx, entries, 'refusals')
  },
}

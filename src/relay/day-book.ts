import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import { countCarried, type CountsToAdd } from './change/counts.ts'
import type { Known } from './known.ts'
import { type DayCounts, dayOf } from './query/snapshot.ts'
import { Reservations } from './reservations.ts'

interface DayBookOptions {
  readonly database: Pick<Database, 'change'>
  readonly clock: Clock
  readonly log: Log
}

/** Counts are written together after so long; a process that dies before costs that much. */
const writeEveryMs = 1000

/** What each relay carried today, of all processes and nodes as far as they have told. */
export class DayBook {
  readonly #options: DayBookOptions
  readonly #reservations = new Reservations()
  /** By subject and day. */
  #unwritten = new Map<string, CountsToAdd>()
  /** On their way into the database. */
  #leaving: ReadonlyMap<string, CountsToAdd> = new Map()
  /** As the database had it last. */
  #written: { readonly day: number; readonly counts: ReadonlyMap<string, DayCounts> } = { day: 0, counts: new Map() }
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: DayBookOptions) {
    this.#options = options
  }

  /** A way was given to recipients, whose end `note` tells. */
  reserve(relay: string, recipients: number, atMs: number): void {
    this.#reservations.add(relay, recipients, atMs)
  }

  /** So many do not go that way now. */
  release(relay: string, recipients: number): void {
    this.#reservations.end(relay, recipients)
  }

  note({ relay, subject }: Known, counts: DayCounts): void {
    this.#reservations.end(relay.name, counts.delivered + counts.deferred + counts.failed + counts.listed)
    const day = dayOf(this.#options.clock.now())
    const key = `${subject} ${day}`
    this.#unwritten.set(key, { subject, day, ...sumOf(this.#unwritten.get(key), counts) })
    this.#timer ??= setTimeout(() => void this.flush(), writeEveryMs).unref()
  }

  /** Recipients that count against a warm-up's limit: those that were put off will come again. */
  today({ relay, subject }: Known, nowMs: number): number {
    const day = dayOf(nowMs)
    const written = this.#written.day === day ? this.#written.counts.get(subject) : undefined
    const key = `${subject} ${day}`
    const { delivered, failed, listed } = [this.#leaving.get(key), this.#unwritten.get(key)].reduce(sumOf, sumOf(written, undefined))
    return delivered + failed + listed + this.#reservations.count(relay.name, nowMs)
  }

  /** What the database has of today. */
  read(counts: Iterable<readonly [string, DayCounts]>, nowMs: number): void {
    this.#written = { day: dayOf(nowMs), counts: new Map(counts) }
  }

  /** Resolves when all until now is written, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  async #write(): Promise<void> {
    if (this.#unwritten.size === 0) return
    const { database, clock, log } = this.#options
    const counts = this.#unwritten
    this.#leaving = counts
    this.#unwritten = new Map()
    const nowMs = clock.now()
    try {
      this.read(await database.change(countCarried, { counts: [...counts.values()], today: dayOf(nowMs) }), nowMs)
    } catch (err) {
      log.warn('what relays carried could not be counted', { err })
      for (const [key, lost] of counts) this.#unwritten.set(key, { ...lost, ...sumOf(this.#unwritten.get(key), lost) })
    } finally {
      this.#leaving = new Map()
    }
  }
}

function sumOf(a: DayCounts | undefined, b: DayCounts | undefined): DayCounts {
  const of = (name: keyof DayCounts) => (a?.[name] ?? 0) + (b?.[name] ?? 0)
  return { delivered: of('delivered'), deferred: of('deferred'), failed: of('failed'), listed: of('listed') }
}

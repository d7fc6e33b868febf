import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

/** A crash costs what was counted since; these are statistics. */
const usualFlushAfterMs = 1_000
/** Rows of one transaction. */
const rowsPerChange = 500
const dayMs = 86_400_000

/** Things alike of one day (UTC, days since 1970). */
export type Counted<Kind> = Kind & { readonly day: number; count: number }

export interface TallyOptions<Kind> {
  readonly clock: Clock
  readonly log: Log
  /** Kinds in memory, until they are written. */
  readonly maxKinds: number
  /** Adds them to what is there; resolves to the number of things for which there was no room. */
  readonly write: (rows: readonly Counted<Kind>[]) => Promise<number>
  /** How long what was counted may stay unwritten. */
  readonly flushAfterMs?: number
  /** For the log: what cannot be written, or is missing. */
  readonly what: string
}

/** Counts things alike, until they are written. `add` never waits and never fails; past its bounds it counts what it lost. */
export class Tally<Kind> {
  readonly #options: TallyOptions<Kind>
  #kinds = new Map<string, Counted<Kind>>()
  #lost = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined

  constructor(options: TallyOptions<Kind>) {
    this.#options = options
  }

  /** @param key the same for what is alike; `make` is asked for the first of a kind */
  add(key: string, make: () => Kind, number = 1): void {
    const { clock, maxKinds, flushAfterMs = usualFlushAfterMs } = this.#options
    const day = Math.floor(clock.now() / dayMs)
    const known = this.#kinds.get(`${day} ${key}`)
    if (known !== undefined) known.count += number
    else if (this.#kinds.size >= maxKinds) this.#lost += number
    else this.#kinds.set(`${day} ${key}`, { ...make(), day, count: number })
    this.#timer ??= setTimeout(() => void this.flush(), flushAfterMs).unref()
  }

  /** Resolves when all that was counted before is written, or could not be (which is logged). */
  async flush(): Promise<void> {
    await this.#writing
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#write()
    await this.#writing
    this.#writing = undefined
  }

  async #write(): Promise<void> {
    const { write, log, what } = this.#options
    const counted = [...this.#kinds.values()]
    this.#kinds = new Map()
    let lost = this.#lost
    this.#lost = 0
    for (let at = 0; at < counted.length; at += rowsPerChange) {
      const rows = counted.slice(at, at + rowsPerChange)
      try {
        lost += await write(rows)
      } catch (err) {
        log.error(`${what} cannot be written`, { err })
        lost += rows.reduce((sum, { count }) => sum + count, 0)
      }
    }
    if (lost > 0) log.warn(`${what} are missing in reports`, { count: lost })
  }
}

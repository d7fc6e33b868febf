import { randomFillSync } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { QueueId } from './ids.ts'

/** Crockford's base 32 in ascending order: no I, L, O, U, so that an id can be read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const timeDigits = 9
const perMillisecond = 1024
const poolSize = 4096

/**
 * Makes queue ids: 16 characters, 9 for the time in milliseconds (up to the year 3084), 2 that count within one, 5 random
 * ones. Texts sort by time of making. No two of one maker are alike, whatever the clock does; makers of several processes collide
 * once in 33 million ids of the same millisecond and count.
 */
export class QueueIds {
  readonly #clock: Clock
  readonly #pool = new Uint8Array(poolSize)
  #poolAt = poolSize
  #ms = -1
  #count = 0
  #time = ''

  constructor(clock: Clock) {
    this.#clock = clock
  }

  next(): QueueId {
    const now = this.#clock.now()
    if (now > this.#ms) this.#startMillisecond(now)
    // A clock that was set back, or too many in one millisecond: we live a little ahead of it.
    else if (this.#count === perMillisecond) this.#startMillisecond(this.#ms + 1)
    const count = this.#count++
    if (this.#poolAt + 5 > poolSize) {
      randomFillSync(this.#pool)
      this.#poolAt = 0
    }
    let id = this.#time + digit(count >> 5) + digit(count)
    for (let i = 0; i < 5; i++) id += digit(this.#pool[this.#poolAt++] ?? 0)
    return id as QueueId
  }

  #startMillisecond(ms: number): void {
    this.#ms = ms
    this.#count = 0
    this.#time = timeText(ms)
  }
}

/** When its transaction began; NaN for what is no queue id. */
export function queueIdTimeMs(id: QueueId): number {
  if (id.length <= timeDigits) return Number.NaN
  let ms = 0
  for (let place = 0; place < timeDigits; place++) {
    const value = alphabet.indexOf(id.charAt(place))
    if (value < 0) return Number.NaN
    ms = ms * 32 + value
  }
  return ms
}

/** Could it be one, in capital letters? Up to the year 2318 they begin with a digit. */
export function isQueueId(text: string): boolean {
  return /^[0-9][0-9A-HJKMNP-TV-Z]{15}$/.test(text)
}

/** The queue id without its time, for who keeps the time already; `joinQueueId` puts them together again. */
export function queueIdTail(id: QueueId): string {
  return id.slice(timeDigits)
}

export function joinQueueId(timeMs: number, tail: string): QueueId {
  return `${timeText(timeMs)}${tail}` as QueueId
}

function timeText(ms: number): string {
  let text = ''
  let rest = ms
  for (let i = 0; i < timeDigits; i++) {
    text = digit(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function digit(value: number): string {
  return alphabet.charAt(value & 31)
}

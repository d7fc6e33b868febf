import { randomInt } from 'node:crypto'
import type { QueueId } from './ids.ts'

/** Crockford's base 32 in lower case: sorts as the numbers do, and no letter is taken for a digit. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz'

/** 45 bits of milliseconds since 1970: until the year 3084. */
const timeDigits = 9
/** 20 bits that tell apart what begins within one millisecond, on however many nodes. */
const randomDigits = 4

const pattern = new RegExp(`^[${digits}]{${timeDigits + randomDigits}}$`)

/** Names the mail transaction that begins now. */
export function newQueueId(nowMs: number): QueueId {
  nextRandom = nowMs === lastMs ? (nextRandom + 1) % 32 ** randomDigits : randomInt(32 ** randomDigits)
  lastMs = nowMs
  return (write(nowMs, timeDigits) + write(nextRandom, randomDigits)) as QueueId
}

let lastMs = 0
let nextRandom = 0

/** Text that may be a queue id; undefined when it has not the form of one. Any case is understood. */
export function parseQueueId(text: string): QueueId | undefined {
  const id = text.toLowerCase()
  return pattern.test(id) ? (id as QueueId) : undefined
}

/** When the transaction began. NaN for what is no queue id. */
export function queueIdTimeMs(id: QueueId): number {
  let ms = 0
  for (const digit of id.slice(0, timeDigits)) ms = ms * 32 + valueOf(digit)
  return ms
}

/** The queue id without its time, and back again: for a row that has the time already. */
export function queueIdTail(id: QueueId): string {
  return id.slice(timeDigits)
}

export function joinQueueId(timeMs: number, tail: string): QueueId {
  return (write(timeMs, timeDigits) + tail) as QueueId
}

function valueOf(digit: string): number {
  const value = digits.indexOf(digit)
  return value === -1 ? Number.NaN : value
}

function write(value: number, length: number): string {
  let text = ''
  for (let rest = value, place = 0; place < length; place++) {
    text = digits.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

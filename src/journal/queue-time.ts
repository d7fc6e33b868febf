/** The time in a queue id (mail/queue-id.ts: nine digits of base 32, then what tells apart those of one millisecond). */

import type { QueueId } from '../mail/ids.ts'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const timeDigits = 9

/** When its transaction began; NaN for what is no queue id. */
export function queueIdTimeMs(id: QueueId): number {
  if (id.length <= timeDigits) return Number.NaN
  let ms = 0
  for (let place = 0; place < timeDigits; place++) {
    const value = digits.indexOf(id.charAt(place))
    if (value < 0) return Number.NaN
    ms = ms * 32 + value
  }
  return ms
}

/** The queue id without its time, for a row that has the time already. */
export function queueIdTail(id: QueueId): string {
  return id.slice(timeDigits)
}

export function joinQueueId(timeMs: number, tail: string): QueueId {
  let time = ''
  for (let rest = timeMs, place = 0; place < timeDigits; place++) {
    time = digits.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  return (time + tail) as QueueId
}

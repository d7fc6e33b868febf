import { createHmac, timingSafeEqual } from 'node:crypto'
import type { QueueId } from './ids.ts'

/** The field that each outgoing message carries (SPEC D5). */
export const reportFieldName = 'X-Posthorn-Report'

/** 128 bits, more than anybody guesses. */
const macOctets = 16

/**
 * `v1.<queue id>.<HMAC>`: names a message to us alone. Who complains of it sends it back, and we know that it was ours, and with the journal
 * whose; nobody else learns who sent it, and nobody can make one up.
 */
export function makeReportToken(key: Uint8Array, queueId: QueueId): string {
  const named = `v1.${queueId}`
  return `${named}.${macOf(key, named).toString('base64url')}`
}

/** Which message of ours it names; undefined: none of ours. */
export function readReportToken(key: Uint8Array, token: string): QueueId | undefined {
  const [, named, queueId, mac] = /^(v1\.([0-9A-Za-z]{1,64}))\.([\w-]{1,64})$/.exec(token.trim()) ?? []
  if (named === undefined || mac === undefined) return undefined
  const given = Buffer.from(mac, 'base64url')
  return given.length === macOctets && timingSafeEqual(given, macOf(key, named)) ? (queueId as QueueId) : undefined
}

function macOf(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest().subarray(0, macOctets)
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long somebody may look for the key. */
export const challengeHoldsMs = 5 * 60_000

const expiryOctets = 6
const randomOctets = 16
const macOctets = 16

/**
 * Challenges that carry their own proof: whoever asks for one, and anybody may, costs no memory. `purpose`: what it is for, and for whom. That it is used
 * once only, the database sees to.
 */
export function makeChallenge(key: Uint8Array, purpose: string, nowMs: number): string {
  const head = Buffer.alloc(expiryOctets + randomOctets)
  head.writeUIntBE(nowMs + challengeHoldsMs, 0, expiryOctets)
  randomBytes(randomOctets).copy(head, expiryOctets)
  return Buffer.concat([head, mac(key, purpose, head)]).toString('base64url')
}

/** Is it one of ours for this, and of these minutes? */
export function isChallenge(text: string, key: Uint8Array, purpose: string, nowMs: number): boolean {
  const octets = Buffer.from(text, 'base64url')
  if (octets.length !== expiryOctets + randomOctets + macOctets || octets.toString('base64url') !== text) return false
  const head = octets.subarray(0, expiryOctets + randomOctets)
  return timingSafeEqual(octets.subarray(head.length), mac(key, purpose, head)) && head.readUIntBE(0, expiryOctets) > nowMs
}

function mac(key: Uint8Array, purpose: string, head: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${purpose}\n`).update(head).digest().subarray(0, macOctets)
}

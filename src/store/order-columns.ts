import type { OrderKeys } from '../message/order-keys.ts'

/**
 * What a message's row keeps of its `OrderKeys`, in as few octets as can be: there are more messages than anything else.
 *
 *     sent              NULL: Date names no instant; else 3 * (seconds from it to INTERNALDATE) + 1 + (days that the sender's calendar is ahead of UTC's)
 *     id_hash           as it is
 *     subject_hash      2 * hash, and 1 for a reply or forward
 *     reference_hashes  NULL: none; else 6 octets each, most significant first
 */
export interface OrderColumns {
  readonly sent: number | null
  readonly id_hash: number
  readonly subject_hash: number
  readonly reference_hashes: Uint8Array | null
}

const hashOctets = 6
const daySeconds = 86_400

export function orderColumns(internalDateMs: number, keys: OrderKeys): OrderColumns {
  return {
    sent: keys.sentMs === undefined || keys.sentDay === undefined ? null : sentColumn(internalDateMs, keys.sentMs, keys.sentDay),
    id_hash: keys.messageId,
    subject_hash: keys.subject * 2 + (keys.isReply ? 1 : 0),
    reference_hashes: keys.references.length === 0 ? null : packHashes(keys.references),
  }
}

function sentColumn(internalDateMs: number, sentMs: number, sentDay: number): number {
  const sentS = Math.floor(sentMs / 1000)
  return 3 * (Math.floor(internalDateMs / 1000) - sentS) + 1 + sentDay - Math.floor(sentS / daySeconds)
}

/** Seconds since 1970 that Date names; INTERNALDATE where it names none (RFC 5256 2.2). */
export function sentSeconds(internalDateMs: number, sent: number | null): number {
  const received = Math.floor(internalDateMs / 1000)
  return sent === null ? received : received - Math.floor(sent / 3)
}

/** `OrderKeys.sentDay`; NaN: Date names none. */
export function sentDay(internalDateMs: number, sent: number | null): number {
  if (sent === null) return Number.NaN
  return Math.floor(sentSeconds(internalDateMs, sent) / daySeconds) + (sent - 3 * Math.floor(sent / 3)) - 1
}

function packHashes(hashes: readonly number[]): Uint8Array {
  const packed = Buffer.alloc(hashes.length * hashOctets)
  hashes.forEach((hash, index) => packed.writeUIntBE(hash, index * hashOctets, hashOctets))
  return packed
}

/** What `reference_hashes` holds, added at the end of `to`; how many. */
export function unpackHashes(packed: Uint8Array | null, to: number[]): number {
  if (packed === null) return 0
  for (let at = 0; at + hashOctets <= packed.length; at += hashOctets) {
    const high = ((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0)
    const low = ((packed[at + 2] ?? 0) << 24) | ((packed[at + 3] ?? 0) << 16) | ((packed[at + 4] ?? 0) << 8) | (packed[at + 5] ?? 0)
    to.push(high * 0x1_0000_0000 + (low >>> 0))
  }
  return packed.length / hashOctets
}

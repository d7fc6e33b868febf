import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Piece } from '../../content/content.ts'
import type { JobOctets } from './calls.ts'

/** Of a larger message the filter sees the beginning; what spam says, it says there. The learner must see the same when it is moved years later. */
export const filteredOctets = 1024 * 1024

/** Octets in memory are copied once into memory that goes to the thread; a spool file it reads itself. */
export function handedOver(pieces: readonly Piece[]): JobOctets {
  const [first] = pieces
  if (first !== undefined && !(first instanceof Uint8Array)) return first
  const octets = new Uint8Array(pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : 0), 0))
  let at = 0
  for (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) continue
    octets.set(piece, at)
    at += piece.length
  }
  return octets
}

/** What the filter sees. */
export async function firstOctets(octets: JobOctets): Promise<Uint8Array<ArrayBuffer>> {
  if (octets instanceof Uint8Array) return octets.length <= filteredOctets ? octets : octets.slice(0, filteredOctets)
  const file = await open(octets.path)
  try {
    const buffer = new Uint8Array(Math.min(octets.sizeBytes, filteredOctets))
    let read = 0
    while (read < buffer.length) {
      const { bytesRead } = await file.read(buffer, read, buffer.length - read, read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return read === buffer.length ? buffer : buffer.slice(0, read)
  } finally {
    await file.close()
  }
}

/** All of it, piece by piece. */
export function piecesOf(octets: JobOctets): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  return octets instanceof Uint8Array ? [octets] : (createReadStream(octets.path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>)
}

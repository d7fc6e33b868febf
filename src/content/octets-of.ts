import { createReadStream } from 'node:fs'
import type { Piece } from './content.ts'

/** The octets of a message in memory or in a spool file, piece by piece. */
export async function* octetsOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece
    else yield* createReadStream(piece.path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>
  }
}

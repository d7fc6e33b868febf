import { headerSectionEnd } from '../message/header-section.ts'
import { maxHeaderOctets } from './limits.ts'

/** A message's octets in pieces of any cut. */
export type MessageOctets = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

export type Pieces = AsyncIterator<Uint8Array> | Iterator<Uint8Array>

export function piecesOf(message: MessageOctets): Pieces {
  return Symbol.asyncIterator in message ? message[Symbol.asyncIterator]() : message[Symbol.iterator]()
}

/** Up to the empty line, or as far as header sections are read; `bodyStart` is what came with it. */
export async function readHeaderSection(pieces: Pieces): Promise<{ section: Uint8Array; bodyStart: Uint8Array }> {
  const collected: Uint8Array[] = []
  let length = 0
  let looked = 0
  for (;;) {
    const next = await pieces.next()
    if (next.done !== true) {
      collected.push(next.value)
      length += next.value.length
      // Looked at again when there is twice as much, whatever the pieces are.
      if (length < looked * 2 && length < maxHeaderOctets) continue
    }
    looked = length
    const octets = Buffer.concat(collected)
    const end = Math.min(headerSectionEnd(octets), maxHeaderOctets)
    if (next.done === true || end < length || length >= maxHeaderOctets) return { section: octets.subarray(0, end), bodyStart: octets.subarray(end) }
  }
}

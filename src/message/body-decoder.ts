import { Base64Decoder } from './base64-decoder.ts'
import { decodeBody } from './decode.ts'
import { asBuffer, emptyBuffer, octet } from './octets.ts'

/**
 * Undoes a Content-Transfer-Encoding piece by piece (RFC 2045 6), with the same result for any cut. Not for text to be searched, which has an
 * end (decode.ts), but for what is handed on as it comes.
 */
export interface BodyDecoder {
  push(octets: Uint8Array): Uint8Array
  /** What was held back; nothing comes after it. */
  finish(): Uint8Array
  /** Another one that goes on from here. */
  copy(): BodyDecoder
}

/** undefined: nobody knows what that encoding is. Names in lower case. */
export function bodyDecoder(encoding: string): BodyDecoder | undefined {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return identity
    case 'base64':
      return new Base64Decoder()
    case 'quoted-printable':
      return new QuotedPrintableDecoder(emptyBuffer)
    default:
      return undefined
  }
}

const identity: BodyDecoder = { push: (octets) => octets, finish: () => emptyBuffer, copy: () => identity }

/** Octets of a line that are held back until its end is there. RFC 2045 6.7 has lines of 76; what is longer is cut where that changes nothing. */
const heldOctets = 65_536

/** Lines are decoded whole: spaces at their end are no text. */
class QuotedPrintableDecoder implements BodyDecoder {
  #held: Buffer

  constructor(held: Buffer) {
    this.#held = held
  }

  push(octets: Uint8Array): Uint8Array {
    const all = this.#held.length === 0 ? asBuffer(octets) : Buffer.concat([this.#held, octets])
    let cut = all.lastIndexOf(octet.lf) + 1
    if (all.length - cut > heldOctets) cut = safeCut(all, cut)
    // A copy: what came may be a view of much more.
    this.#held = Buffer.from(all.subarray(cut))
    return decodeBody('quoted-printable', all.subarray(0, cut), cut)
  }

  finish(): Uint8Array {
    const held = this.#held
    this.#held = emptyBuffer
    return decodeBody('quoted-printable', held, held.length)
  }

  copy(): BodyDecoder {
    return new QuotedPrintableDecoder(this.#held)
  }
}

/** The last place behind which no code or white space begins that could mean something with what follows. White space without end is text. */
function safeCut(octets: Buffer, from: number): number {
  for (let cut = octets.length; cut > from; cut--) {
    const last = octets[cut - 1]
    if (last === octet.space || last === octet.tab || last === octet.cr) continue
    if (last === octet.equals || octets[cut - 2] === octet.equals) continue
    return cut
  }
  return octets.length
}

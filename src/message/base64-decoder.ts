import { emptyBuffer, octet } from './octets.ts'

const sextets = new Int8Array(256).fill(-1)
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) sextets[character.charCodeAt(0)] = value

/**
 * Base64 piece by piece (RFC 2045 6.8): what is outside the alphabet is skipped, padding ends one coding and what is left of its bits is
 * none, and another one may follow: some senders join two.
 */
export class Base64Decoder {
  #bits: number
  #count: number

  constructor(bits = 0, count = 0) {
    this.#bits = bits
    this.#count = count
  }

  push(octets: Uint8Array): Buffer {
    const decoded = Buffer.allocUnsafe(Math.ceil((octets.length * 3) / 4) + 1)
    let length = 0
    let bits = this.#bits
    let count = this.#count
    for (const code of octets) {
      const sextet = sextets[code] ?? -1
      if (code === octet.equals) count = 0
      if (sextet < 0) continue
      bits = ((bits << 6) | sextet) & 0xfff
      count += 6
      if (count < 8) continue
      count -= 8
      decoded[length++] = (bits >> count) & 0xff
    }
    this.#bits = bits
    this.#count = count
    return decoded.subarray(0, length)
  }

  finish(): Uint8Array {
    return emptyBuffer
  }

  copy(): Base64Decoder {
    return new Base64Decoder(this.#bits, this.#count)
  }
}

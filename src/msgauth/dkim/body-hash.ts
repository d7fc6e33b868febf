import { createHash } from 'node:crypto'
import type { Canonicalization } from './canonical-header.ts'

/** What a body hash comes to. */
export interface BodyHash {
  readonly base64: string
  /** Octets of the canonical body that the hash does not cover, as l= ended before them. */
  readonly uncovered: number
}

/**
 * SHA-256 of a body in one canonicalization (RFC 6376 3.4.3, 3.4.4), from pieces of any cut and in one pass, whatever number of lengths is
 * asked for. Lines end with CRLF: other line ends were refused at the door.
 */
export class BodyHasher {
  readonly #relaxed: boolean
  readonly #hash = createHash('sha256')
  /** Lengths that are asked for and not reached yet, longest first. */
  #limits: number[] = []
  readonly #reached = new Map<number, string>()
  /** Octets of the canonical body so far. */
  #length = 0
  /** Empty lines that are part of the body only if something comes after them. */
  #lineEnds = 0
  /** A piece ended with CR: LF may follow. */
  #cr = false
  /** White space that is one space if the line goes on. */
  #space = false

  constructor(canonicalization: Canonicalization) {
    this.#relaxed = canonicalization === 'relaxed'
  }

  /** Before the first piece. `limit`: octets; Infinity: all. */
  want(limit: number): void {
    if (!this.#limits.includes(limit)) this.#limits = [...this.#limits, limit].sort((a, b) => b - a)
  }

  update(piece: Uint8Array): void {
    const whole = this.#relaxed ? this.#squeeze(piece) : piece
    const ofLines = this.#cr ? Buffer.concat([cr, whole]) : whole
    if (ofLines.length === 0) return
    this.#cr = ofLines[ofLines.length - 1] === 0x0d
    const text = this.#cr ? ofLines.subarray(0, -1) : ofLines
    let end = text.length
    while (end >= 2 && text[end - 1] === 0x0a && text[end - 2] === 0x0d) end -= 2
    if (end > 0) {
      this.#writeLineEnds()
      this.#write(text.subarray(0, end))
    }
    this.#lineEnds += (text.length - end) / 2
  }

  /** Past the last piece, for each length once. */
  finish(): ReadonlyMap<number, BodyHash> {
    if (this.#cr) {
      this.#writeLineEnds()
      this.#write(cr)
    }
    // The empty lines at the end are one line end; relaxed: none, where there is nothing else (3.4.4).
    if (!this.#relaxed || this.#length > 0) this.#write(crlf)
    const whole = this.#hash.digest('base64')
    for (const limit of this.#limits) this.#reached.set(limit, whole)
    const length = this.#length
    return new Map([...this.#reached].map(([limit, base64]) => [limit, { base64, uncovered: Math.max(0, length - limit) }]))
  }

  /** Runs of white space become one space; those at a line's end go. */
  #squeeze(piece: Uint8Array): Uint8Array {
    const squeezed = Buffer.allocUnsafe(piece.length + 1)
    let length = 0
    let space = this.#space
    for (let at = 0; at < piece.length; at += 1) {
      const code = piece[at] ?? 0
      if (code === 0x20 || code === 0x09) {
        space = true
        continue
      }
      if (space) {
        if (code !== 0x0d) squeezed[length++] = 0x20
        space = false
      }
      squeezed[length++] = code
    }
    this.#space = space
    return squeezed.subarray(0, length)
  }

  #writeLineEnds(): void {
    for (let left = this.#lineEnds; left > 0; left -= manyLineEnds.length / 2) this.#write(manyLineEnds.subarray(0, left * 2))
    this.#lineEnds = 0
  }

  /** One hash serves all lengths: where one is reached, its state is that length's. */
  #write(octets: Uint8Array): void {
    let from = 0
    for (let limit = this.#limits.at(-1); limit !== undefined && limit <= this.#length + octets.length; limit = this.#limits.at(-1)) {
      this.#hash.update(octets.subarray(from, limit - this.#length))
      from = limit - this.#length
      this.#reached.set(limit, this.#hash.copy().digest('base64'))
      this.#limits.pop()
    }
    this.#hash.update(octets.subarray(from))
    this.#length += octets.length
  }
}

const cr = Buffer.from('\r')
const crlf = Buffer.from('\r\n')
const manyLineEnds = Buffer.alloc(8192, '\r\n')

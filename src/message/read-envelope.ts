/** Values of an ENVELOPE as `writeEnvelope` wrote it, taken apart again: octet strings. */

/** An address structure (RFC 9051 7.5.2). A group begins with its name as `mailbox` and no `host`, and ends with neither. */
export interface EnvelopeAddress {
  readonly name: string | undefined
  readonly mailbox: string | undefined
  readonly host: string | undefined
}

const order = ['date', 'subject', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'in-reply-to', 'message-id'] as const

export type EnvelopeText = 'date' | 'subject' | 'in-reply-to' | 'message-id'
export type EnvelopeAddresses = Exclude<(typeof order)[number], EnvelopeText>

/** Undefined: the field is not there. */
export function envelopeText(envelope: Uint8Array, field: EnvelopeText): string | undefined {
  return new Reader(envelope).to(order.indexOf(field)).nstring()
}

export function envelopeAddresses(envelope: Uint8Array, field: EnvelopeAddresses): EnvelopeAddress[] {
  return new Reader(envelope).to(order.indexOf(field)).addresses()
}

const space = 0x20
const quote = 0x22
const open = 0x28
const brace = 0x7b
const backslash = 0x5c

/** Ends early, and never fails, where the octets are no envelope. */
class Reader {
  readonly #wire: string
  #at = 1

  constructor(envelope: Uint8Array) {
    this.#wire = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.length).toString('latin1')
  }

  to(position: number): this {
    for (let left = position; left > 0; left--) {
      if (this.#wire.charCodeAt(this.#at) === open) this.#skipList()
      else this.#skipString()
      this.#at++
    }
    return this
  }

  addresses(): EnvelopeAddress[] {
    const found: EnvelopeAddress[] = []
    if (this.#wire.charCodeAt(this.#at) !== open) return found
    this.#at++
    while (this.#wire.charCodeAt(this.#at) === open) {
      this.#at++
      const name = this.#next()
      this.#next()
      found.push({ name, mailbox: this.#next(), host: this.nstring() })
      this.#at++
    }
    return found
  }

  nstring(): string | undefined {
    const wire = this.#wire
    const start = this.#at
    const first = wire.charCodeAt(start)
    this.#skipString()
    if (first === quote) {
      const inside = wire.slice(start + 1, this.#at - 1)
      return inside.includes('\\') ? inside.replace(/\\(.)/g, '$1') : inside
    }
    return first === brace ? wire.slice(wire.indexOf('\n', start) + 1, this.#at) : undefined
  }

  /** A string and the space behind it. */
  #next(): string | undefined {
    const value = this.nstring()
    if (this.#wire.charCodeAt(this.#at) === space) this.#at++
    return value
  }

  #skipString(): void {
    const wire = this.#wire
    const first = wire.charCodeAt(this.#at)
    if (first === quote) {
      let at = this.#at + 1
      for (let code = wire.charCodeAt(at); at < wire.length && code !== quote; code = wire.charCodeAt(at)) at += code === backslash ? 2 : 1
      this.#at = at + 1
    } else if (first === brace) {
      const end = wire.indexOf('}', this.#at)
      const length = Number(wire.slice(this.#at + 1, end))
      this.#at = end < 0 || !(length >= 0) ? wire.length : end + 3 + length
    } else this.#at += 'NIL'.length
  }

  #skipList(): void {
    let depth = 0
    while (this.#at < this.#wire.length) {
      const code = this.#wire.charCodeAt(this.#at)
      if (code === open) depth++
      if (code === 0x29 && --depth === 0) {
        this.#at++
        return
      }
      if (code === open || code === 0x29 || code === space) this.#at++
      else this.#skipString()
    }
  }
}

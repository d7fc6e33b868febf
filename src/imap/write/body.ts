/**
 * FETCH BODY is BODYSTRUCTURE without extension data (RFC 9051 7.5.2). The index keeps the latter ready for the wire; this
 * leaves out what is too much, without reading the message.
 */
export function withoutExtensions(bodyStructure: Uint8Array): Uint8Array {
  const text = Buffer.from(bodyStructure.buffer, bodyStructure.byteOffset, bodyStructure.length).toString('latin1')
  const cutter = new Cutter(text)
  cutter.body()
  return Buffer.from(cutter.kept, 'latin1')
}

/** Copies what stays. The text is our own scanner's, so its form is taken for granted; its nesting is bounded there. Ends whatever it is. */
class Cutter {
  readonly #text: string
  #at = 0
  kept = ''

  constructor(text: string) {
    this.#text = text
  }

  body(): void {
    this.#take(1)
    if (this.#text[this.#at] === '(') this.#multipart()
    else this.#single()
    this.#skipToClose()
  }

  /** Parts, then the subtype. */
  #multipart(): void {
    while (this.#text[this.#at] === '(') this.body()
    this.#values(1)
  }

  /** type subtype parameters id description encoding octets, then lines of a text, or envelope, body and lines of a message. */
  #single(): void {
    const isText = /^"text" /i.test(this.#text.slice(this.#at, this.#at + 7))
    this.#values(7)
    if (isText) {
      this.#values(1)
    } else if (this.#text.startsWith(' (', this.#at)) {
      this.#values(1)
      this.#take(1)
      this.body()
      this.#values(1)
    }
  }

  /** So many values, each with the space before it, if there is one. */
  #values(count: number): void {
    for (let i = 0; i < count; i++) {
      const from = this.#at
      if (this.#text[this.#at] === ' ') this.#at++
      this.#skipValue()
      this.kept += this.#text.slice(from, this.#at)
    }
  }

  #take(length: number): void {
    this.kept += this.#text.slice(this.#at, this.#at + length)
    this.#at += length
  }

  #skipToClose(): void {
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      if (this.#text[this.#at] === ' ') this.#at++
      else this.#skipValue()
    }
    this.#take(1)
  }

  /** A list, a string, a number or NIL. */
  #skipValue(): void {
    let depth = 0
    do {
      const c = this.#text[this.#at]
      if (c === undefined) return
      if (c === '(') depth++
      else if (c === ')') depth--
      if (c === '"') this.#skipQuoted()
      else if (c === '{') this.#skipLiteral()
      else if (c === '(' || c === ')' || c === ' ') this.#at++
      else while (this.#at < this.#text.length && !' ()'.includes(this.#text[this.#at] ?? ' ')) this.#at++
    } while (depth > 0)
  }

  #skipQuoted(): void {
    for (this.#at++; this.#at < this.#text.length && this.#text[this.#at] !== '"'; this.#at++) if (this.#text[this.#at] === '\\') this.#at++
    this.#at++
  }

  #skipLiteral(): void {
    const size = /^\{(\d+)\}\r\n/.exec(this.#text.slice(this.#at, this.#at + 20))
    this.#at += size === null ? 1 : size[0].length + Number(size[1])
  }
}

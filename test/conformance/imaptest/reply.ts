/** A reply of the server, or the pattern of one, as IMAP's grammar sees it: what quotes or a literal held is a string. */
export type Value = { readonly kind: 'atom' | 'string'; readonly text: string } | { readonly kind: 'list'; readonly values: readonly Value[] }

/** Reads values up to the end. A section (`BODY[HEADER.FIELDS (To)]`) or a response code (`[UNSEEN 1]`) is one atom. */
export function readValues(text: string): readonly Value[] {
  return new ValueReader(text).values()
}

class ValueReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  values(): Value[] {
    const values: Value[] = []
    for (;;) {
      while (this.#text[this.#at] === ' ') this.#at++
      const c = this.#text[this.#at]
      if (c === undefined || c === ')') return values
      values.push(this.#value(c))
    }
  }

  #value(c: string): Value {
    if (c === '(') {
      this.#at++
      const values = this.values()
      this.#at++
      return { kind: 'list', values }
    }
    if (c === '"') return { kind: 'string', text: this.#quoted() }
    const literal = /^~?\{(\d+)\}\r\n/.exec(this.#text.slice(this.#at, this.#at + 20))
    if (literal === null) return { kind: 'atom', text: this.#atom() }
    const from = this.#at + literal[0].length
    this.#at = from + Number(literal[1])
    return { kind: 'string', text: this.#text.slice(from, this.#at) }
  }

  #quoted(): string {
    let text = ''
    for (this.#at++; this.#at < this.#text.length && this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at++
      text += this.#text[this.#at] ?? ''
    }
    this.#at++
    return text
  }

  #atom(): string {
    const from = this.#at
    let brackets = /^(?:\[|body(?:\.peek)?\[|binary(?:\.size|\.peek)?\[)/i.test(this.#text.slice(from, from + 16)) ? -1 : 0
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at] ?? ''
      if (brackets !== 0 && c === '[') brackets = Math.max(brackets, 0) + 1
      else if (brackets > 0 && c === ']') brackets--
      else if (brackets === 0 && (c === ' ' || c === '(' || c === ')')) break
    }
    if (this.#at === from) this.#at++
    return this.#text.slice(from, this.#at)
  }
}

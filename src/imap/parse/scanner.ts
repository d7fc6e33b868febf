/** The command does not follow the grammar: BAD. The message says what was expected, in one line of ASCII. */
export class ImapSyntaxError extends Error {
  override readonly name = 'ImapSyntaxError'

  constructor(message: string) {
    // It may name what was sent, which can be long.
    super(message.length > 200 ? `${message.slice(0, 200)}...` : message)
  }
}

/** Which octets an atom may have: every CHAR but atom-specials (RFC 9051 9). */
const atomOctet = new Uint8Array(256)
/** ASTRING-CHAR: those and "]". */
const astringOctet = new Uint8Array(256)
/** list-char: atom, list-wildcards, "]". */
const listOctet = new Uint8Array(256)
for (let octet = 0x21; octet < 0x7f; octet++) {
  const char = String.fromCharCode(octet)
  if ('(){%*"\\]'.includes(char)) continue
  atomOctet[octet] = 1
  astringOctet[octet] = 1
  listOctet[octet] = 1
}
for (const char of ']') astringOctet[char.charCodeAt(0)] = 1
for (const char of ']%*') listOctet[char.charCodeAt(0)] = 1

/** 2^63-1, as digits add up to it in floating point. */
const mostNumber64 = 9_223_372_036_854_780_000

const SP = 0x20
const DQUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x28
const BRACE = 0x7b
const TILDE = 0x7e

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A literal's announcement at the end of a line: `{12}`, `{12+}` (RFC 7888), `~{12}` (RFC 3516). */
export interface LiteralHead {
  readonly sizeOctets: number
  /** The client waits for "+" before it sends the octets. */
  readonly synchronizing: boolean
  /** literal8: may hold NUL. */
  readonly binary: boolean
}

/** What kind of literal follows this line, if any. Sizes past 2^53 count as 2^53: they are over every limit anyway. */
export function literalHead(line: string): LiteralHead | undefined {
  let i = line.length - 1
  if (line.charCodeAt(i) !== 0x7d) return undefined
  i--
  const synchronizing = line.charCodeAt(i) !== 0x2b
  if (!synchronizing) i--
  const end = i + 1
  while (i >= 0 && isDigit(line.charCodeAt(i))) i--
  if (i + 1 === end || line.charCodeAt(i) !== BRACE) return undefined
  const sizeOctets = end - i > 17 ? Number.MAX_SAFE_INTEGER : Number(line.slice(i + 1, end))
  return { sizeOctets, synchronizing, binary: line.charCodeAt(i - 1) === 0x7e }
}

/**
 * Reads one command: its lines (as latin1, without CRLF) and the literals between them. `lines[i]` ends with the
 * announcement of `literals[i]`. Strict: one space is one space, and what is left over is an error. Knows tokens only.
 */
export class Scanner {
  readonly #lines: readonly string[]
  readonly #literals: readonly Uint8Array[]
  #part = 0
  #line: string
  #at = 0

  constructor(lines: readonly string[], literals: readonly Uint8Array[] = []) {
    this.#lines = lines
    this.#literals = literals
    this.#line = lines[0] ?? ''
  }

  /** The next octet; NaN at the end. */
  peek(): number {
    return this.#line.charCodeAt(this.#at)
  }

  fail(expected: string): ImapSyntaxError {
    return new ImapSyntaxError(`expected ${expected} at octet ${this.#at + 1}${this.#part === 0 ? '' : ` after literal ${this.#part}`}`)
  }

  space(): void {
    if (this.peek() !== SP) throw this.fail('a space')
    this.#at++
  }

  /** Takes a space, if there is one. */
  maybeSpace(): boolean {
    if (this.peek() !== SP) return false
    this.#at++
    return true
  }

  /** Takes a space that "(" follows. */
  maybeSpaceBeforeOpen(): boolean {
    return this.#line.charCodeAt(this.#at + 1) === OPEN && this.maybeSpace()
  }

  end(): void {
    if (this.#at < this.#line.length) throw this.fail('the end of the command')
  }

  atEnd(): boolean {
    return this.#at >= this.#line.length
  }

  /** Takes this one ASCII character or fails. */
  char(char: string): void {
    if (!this.maybe(char)) throw this.fail(`"${char}"`)
  }

  /** Takes these ASCII characters, if they come next, in any case. */
  maybe(text: string): boolean {
    const slice = this.#line.slice(this.#at, this.#at + text.length)
    if (slice !== text && slice.toUpperCase() !== text) return false
    this.#at += text.length
    return true
  }

  /** A tag: ASTRING-CHAR but "+". */
  tag(): string {
    const from = this.#at
    while (astringOctet[this.peek()] === 1 && this.peek() !== 0x2b) this.#at++
    if (this.#at === from) throw this.fail('a tag')
    return this.#line.slice(from, this.#at)
  }

  /** An atom in upper case: a command, a key. "" is none. */
  keyword(expected: string): string {
    return this.atom(expected).toUpperCase()
  }

  atom(expected = 'an atom'): string {
    const from = this.#at
    while (atomOctet[this.peek()] === 1) this.#at++
    if (this.#at === from) throw this.fail(expected)
    return this.#line.slice(from, this.#at)
  }

  /** Letters, digits, "." and "-" in upper case: names of FETCH items and section parts, which "[" ends. */
  name(expected: string): string {
    const from = this.#at
    for (let c = this.peek(); isLetter(c) || isDigit(c) || c === 0x2e || c === 0x2d; c = this.peek()) this.#at++
    if (this.#at === from) throw this.fail(expected)
    return this.#line.slice(from, this.#at).toUpperCase()
  }

  /** Octets of an astring (RFC 9051 4.3), as latin1. */
  astringRaw(expected = 'a string'): string {
    return this.#stringOr(astringOctet, expected)
  }

  astring(expected = 'a string'): string {
    return this.#utf8(this.astringRaw(expected))
  }

  /** list-mailbox: wildcards may stand in an unquoted one. As latin1. */
  listMailboxRaw(): string {
    return this.#stringOr(listOctet, 'a mailbox pattern')
  }

  /** A string: quoted or literal, no atom. */
  string(expected = 'a string'): string {
    const c = this.peek()
    if (c !== DQUOTE && c !== BRACE) throw this.fail(expected)
    return this.#utf8(this.astringRaw(expected))
  }

  nstring(expected = 'a string or NIL'): string | null {
    const c = this.peek()
    if (c === DQUOTE || c === BRACE) return this.string(expected)
    if (this.keyword(expected) !== 'NIL') throw this.fail(expected)
    return null
  }

  /** Octets or NIL: nstring or literal8 (RFC 5464 5, `value`). */
  nvalue(expected = 'a value or NIL'): Uint8Array | null {
    const c = this.peek()
    if (this.isLiteral()) return this.#literalOctets()
    if (c === DQUOTE) return Buffer.from(this.#quoted(), 'latin1')
    if (this.keyword(expected) !== 'NIL') throw this.fail(expected)
    return null
  }

  /** 0 … 2^32-1 (RFC 9051 `number`). */
  number(expected = 'a number'): number {
    return this.number64(expected, 0xffff_ffff)
  }

  /** 0 … `most`; by default 2^63-1 (RFC 9051 `number64`). What is past 2^53 is past all that there is, and becomes 2^53-1. */
  number64(expected = 'a number', most = mostNumber64): number {
    const from = this.#at
    let value = 0
    for (let c = this.peek(); isDigit(c); c = this.peek()) {
      value = value * 10 + (c - 0x30)
      if (value > most) throw this.fail(`${expected} up to ${most}`)
      this.#at++
    }
    if (this.#at === from) throw this.fail(expected)
    return Math.min(value, Number.MAX_SAFE_INTEGER)
  }

  /** 1 … 2^32-1 (`nz-number`). */
  nzNumber(expected = 'a number from 1'): number {
    const value = this.number(expected)
    if (value === 0) throw this.fail(expected)
    return value
  }

  /** "(" item SP item … ")"; `atLeast` 0 allows "()". */
  list<Item>(item: () => Item, { atLeast, most, what }: { readonly atLeast: 0 | 1; readonly most: number; readonly what: string }): Item[] {
    this.char('(')
    const items: Item[] = []
    if (atLeast === 0 && this.maybe(')')) return items
    for (;;) {
      if (items.length >= most) throw new ImapSyntaxError(`more than ${most} ${what}`)
      items.push(item())
      if (this.maybe(')')) return items
      this.space()
    }
  }

  isOpen(): boolean {
    return this.peek() === OPEN
  }

  /** A list whose first item begins with a letter. */
  isOpenWithLetter(): boolean {
    return this.isOpen() && isLetter(this.#line.charCodeAt(this.#at + 1))
  }

  isDigit(): boolean {
    return isDigit(this.peek())
  }

  isQuoted(): boolean {
    return this.peek() === DQUOTE
  }

  /** A literal, of either kind, announced here. */
  isLiteral(): boolean {
    return this.peek() === BRACE || (this.peek() === TILDE && this.#line.charCodeAt(this.#at + 1) === BRACE)
  }

  /** Everything up to the end of this line. */
  rest(): string {
    const rest = this.#line.slice(this.#at)
    this.#at = this.#line.length
    return rest
  }

  /** A literal's announcement that ends the last line, its octets not read yet (APPEND). */
  pendingLiteral(): LiteralHead {
    const rest = this.#line.slice(this.#at)
    const head = this.#part === this.#lines.length - 1 && /^~?\{\d+\+?\}$/.test(rest) ? literalHead(rest) : undefined
    if (head === undefined) throw this.fail('a literal')
    this.#at = this.#line.length
    return head
  }

  #stringOr(allowed: Uint8Array, expected: string): string {
    const c = this.peek()
    if (c === DQUOTE) return this.#quoted()
    if (c === BRACE) return this.#literal()
    const from = this.#at
    while (allowed[this.peek()] === 1) this.#at++
    if (this.#at === from) throw this.fail(expected)
    return this.#line.slice(from, this.#at)
  }

  #quoted(): string {
    const line = this.#line
    let from = this.#at + 1
    let text = ''
    for (let i = from; ; i++) {
      const c = line.charCodeAt(i)
      if (c === DQUOTE) {
        this.#at = i + 1
        return text + line.slice(from, i)
      }
      if (c === BACKSLASH) {
        const next = line.charCodeAt(i + 1)
        this.#at = i + 1
        if (next !== DQUOTE && next !== BACKSLASH) throw this.fail('\\" or \\\\')
        text += line.slice(from, i)
        from = i + 1
        i++
      } else if (!(c > 0) || c === 13 || c === 10) {
        this.#at = i
        throw this.fail('the closing quote')
      }
    }
  }

  #literal(): string {
    if (this.peek() === TILDE) throw this.fail('a literal')
    const literal = this.#literalOctets()
    return Buffer.from(literal.buffer, literal.byteOffset, literal.length).toString('latin1')
  }

  /** Only a literal8 may hold NUL. */
  #literalOctets(): Uint8Array {
    const literal = this.#literals[this.#part]
    if (literal === undefined || !/^~?\{\d+\+?\}$/.test(this.#line.slice(this.#at))) throw this.fail('a literal')
    if (this.peek() !== TILDE && literal.includes(0)) throw new ImapSyntaxError('NUL in a literal')
    this.#part++
    this.#line = this.#lines[this.#part] ?? ''
    this.#at = 0
    return literal
  }

  #utf8(raw: string): string {
    const text = utf8Text(raw)
    if (text === undefined) throw new ImapSyntaxError('a string is not UTF-8')
    return text
  }
}

/** Octets (as latin1) read as UTF-8; undefined: they are not. */
export function utf8Text(raw: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(raw)) return raw
  try {
    return utf8.decode(Buffer.from(raw, 'latin1'))
  } catch {
    return undefined
  }
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a)
}

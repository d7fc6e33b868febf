import { isUtf8 } from 'node:buffer'
import { type Address, parseAddress } from '../mail/address.ts'
import { readText } from '../message/encoded-word.ts'
import { isWhiteSpace, octet, octetsToText } from '../message/octets.ts'
import type { AuthorTrick } from './authentication.ts'
import { maxAuthors } from './limits.ts'

/** A From field that has one meaning, or why it has not. `words`: display names and comments, as octet strings. */
export type FromReading =
  | { readonly addresses: readonly Address[]; readonly words: readonly string[]; readonly trick?: never }
  | { readonly trick: AuthorTrick }

/**
 * mailbox-list of RFC 5322 3.4, and of what 4.4 permits only that which cannot mislead: brackets, dots and apostrophes in a name, a name with a
 * comma, empty entries. Groups, routes, white space and comments inside an address are refused, since readers differ in what they see there.
 * message/address-list.ts reads forgivingly what this reads strictly; both are needed, for showing and for believing.
 */
export function readMailboxes(text: string): FromReading {
  try {
    return new MailboxReader(text).read()
  } catch (error) {
    if (error instanceof Ambiguous) return { trick: error.trick }
    throw error
  }
}

class Ambiguous extends Error {
  override readonly name = 'Ambiguous'
  readonly trick: AuthorTrick

  constructor(trick: AuthorTrick) {
    super(trick)
    this.trick = trick
  }
}

class MailboxReader {
  readonly #text: string
  readonly #addresses: Address[] = []
  readonly #words: string[] = []
  /** What stands outside quotation marks and brackets since the last comma: an address, or a name that is not quoted. */
  #loose = ''
  /** A local part in quotation marks: the `@` follows at once. */
  #quotedLocal = ''
  #angle: string | undefined
  /** Quoted names and comments since the last comma. */
  #entryWords: string[] = []
  #quotedName = false

  constructor(text: string) {
    this.#text = text
  }

  read(): FromReading {
    const text = this.#text
    let at = 0
    while (at < text.length) {
      const code = text.charCodeAt(at)
      switch (code) {
        case octet.comma:
          this.#endEntry()
          at += 1
          break
        case octet.open:
          at = this.#comment(at)
          // What a comment parts is not one word.
          this.#loose += ' '
          break
        case octet.quote:
          at = this.#quotation(at)
          break
        case octet.less:
          at = this.#bracket(at)
          break
        case octet.backslash:
        case octet.greater:
        case octet.close:
          throw new Ambiguous('something in From that is no part of an address')
        case octet.colon:
        case octet.semicolon:
          throw new Ambiguous('a group or a route in From')
        default:
          if (this.#angle !== undefined && !isWhiteSpace(code)) throw new Ambiguous('something behind the address in From')
          this.#loose += text[at]
          at += 1
      }
    }
    this.#endEntry()
    return { addresses: this.#addresses, words: this.#words }
  }

  #endEntry(): void {
    const loose = this.#loose.trim()
    const words = this.#entryWords
    if (this.#angle !== undefined) {
      // A name that looks like an address, without quotation marks: some readers take it for the address.
      if (loose.includes('@') && loose.toLowerCase() !== this.#angle.toLowerCase()) throw new Ambiguous('addresses in From without a comma between')
      words.push(loose)
      this.#add(this.#angle)
    } else if (loose.includes('@')) {
      if (this.#quotedName || /[ \t]/.test(loose)) throw new Ambiguous('addresses in From without a comma between')
      this.#add(this.#quotedLocal + loose)
    } else {
      // A name alone is nobody's address, unless somebody finds one in it.
      words.push(loose)
      if (words.some((word) => word.includes('@'))) throw new Ambiguous('an address in From that cannot be read')
      if (words.some((word) => readText(word).includes('@'))) throw new Ambiguous('an encoded word where the address should be')
    }
    this.#words.push(...words)
    this.#loose = ''
    this.#quotedLocal = ''
    this.#angle = undefined
    this.#entryWords = []
    this.#quotedName = false
  }

  #add(spec: string): void {
    if (spec.includes('=?')) throw new Ambiguous('an encoded word where the address should be')
    if (!isUtf8(Buffer.from(spec, 'latin1'))) throw new Ambiguous('octets in From that are not UTF-8')
    const address = parseAddress(octetsToText(spec).replace(/\.$/, ''))
    if (address === undefined) throw new Ambiguous('an address in From that cannot be read')
    // "ceo@bank.example"@evil.example, "x> <ceo"@evil.example
    if (/[@<>,;:]/.test(address.localPart)) throw new Ambiguous('an address inside a local part')
    this.#addresses.push(address)
    if (this.#addresses.length > maxAuthors) throw new Ambiguous('too much in From')
  }

  /** A quoted-string; it is a name, unless it touches the `@` of an address. Returns where it ends. */
  #quotation(start: number): number {
    if (this.#angle !== undefined) throw new Ambiguous('something behind the address in From')
    const end = closing(this.#text, start)
    const quotation = this.#text.slice(start, end)
    if (this.#text.charCodeAt(end) === octet.at) {
      if (this.#loose.trim() !== '' || this.#quotedLocal !== '') throw new Ambiguous('addresses in From without a comma between')
      this.#quotedLocal = quotation
    } else {
      this.#entryWords.push(quotation.slice(1, -1).replace(/\\(.)/g, '$1'))
      this.#quotedName = true
    }
    return end
  }

  #comment(start: number): number {
    let depth = 0
    for (let at = start; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at)
      if (code === octet.backslash) at += 1
      else if (code === octet.open) depth += 1
      else if (code === octet.close && --depth === 0) {
        this.#entryWords.push(this.#text.slice(start + 1, at))
        return at + 1
      }
    }
    throw new Ambiguous('a quotation or comment in From that does not end')
  }

  #bracket(start: number): number {
    if (this.#angle !== undefined || this.#quotedLocal !== '') throw new Ambiguous('addresses in From without a comma between')
    let at = start + 1
    while (at < this.#text.length && this.#text.charCodeAt(at) !== octet.greater) {
      const code = this.#text.charCodeAt(at)
      if (code === octet.quote) at = closing(this.#text, at)
      else if (code === octet.open || code === octet.less || code === octet.comma) throw new Ambiguous('something in From that is no part of an address')
      else at += 1
    }
    if (at >= this.#text.length) throw new Ambiguous('a quotation or comment in From that does not end')
    const spec = this.#text.slice(start + 1, at)
    if (/^\s*@/.test(spec)) throw new Ambiguous('a group or a route in From')
    this.#angle = spec.trim()
    return at + 1
  }
}

/** Past the quotation mark that ends what begins at `start`. */
function closing(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === octet.backslash) at += 1
    else if (code === octet.quote) return at + 1
  }
  throw new Ambiguous('a quotation or comment in From that does not end')
}

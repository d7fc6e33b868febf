import { type Read, readComment, readQuotedString } from './lexer.ts'
import { messageLimits } from './limits.ts'
import { isWhiteSpace, octet } from './octets.ts'

/** One entry of an address field. All texts are octet strings; encoded words (RFC 2047) are left as they are. */
export type AddressItem =
  | {
      readonly kind: 'address'
      /** The phrase, quotes removed; where there is none, the comment that old software puts the name into. */
      readonly name: string | undefined
      /** Source route with its `@`s, without the colon (RFC 5322 4.4). */
      readonly route: string | undefined
      /** Quotes removed; '' where there is only a name. */
      readonly localPart: string
      /** undefined: the text has no `@`. */
      readonly domain: string | undefined
    }
  | { readonly kind: 'group-start'; readonly name: string }
  | { readonly kind: 'group-end' }

/** A piece of a phrase or of an addr-spec outside angle brackets. */
interface Word {
  readonly text: string
  readonly spaceBefore: boolean
  readonly quoted?: boolean
}

/**
 * Reads address-list (RFC 5322 3.4, 4.4), forgivingly: whatever stands there becomes an entry, and nothing is lost that could be an
 * address. Groups come as their start, their addresses and their end; a group that is not closed ends with the field.
 */
export function readAddressList(text: string, limit: number = messageLimits.addresses): AddressItem[] {
  return new AddressListReader(text, limit).read()
}

class AddressListReader {
  readonly #text: string
  readonly #limit: number
  readonly #items: AddressItem[] = []
  #addresses = 0
  #inGroup = false
  #words: Word[] = []
  #comment: string | undefined
  /** Set by an address in angle brackets, until its entry ends. */
  #angle: { readonly route: string | undefined; readonly localPart: string; readonly domain: string | undefined; readonly wordsBefore: number } | undefined

  constructor(text: string, limit: number) {
    this.#text = text
    this.#limit = limit
  }

  read(): AddressItem[] {
    const text = this.#text
    let index = 0
    let space = false
    while (index < text.length && this.#addresses < this.#limit) {
      const code = text.charCodeAt(index)
      if (isWhiteSpace(code)) {
        space = true
        index += 1
        continue
      }
      switch (code) {
        case octet.comma:
          this.#endEntry()
          index += 1
          break
        case octet.semicolon:
          this.#endEntry()
          this.#endGroup()
          index += 1
          break
        case octet.colon:
          if (this.#canStartGroup()) this.#startGroup()
          else this.#words.push({ text: ':', spaceBefore: space })
          index += 1
          break
        case octet.open: {
          const comment = readComment(text, index)
          this.#comment = comment.value.trim()
          index = comment.end
          space = true
          continue
        }
        case octet.less:
          index = this.#readAngle(index + 1)
          break
        case octet.quote: {
          const quoted = readQuotedString(text, index)
          // An empty pair of quotes is a word too: ""@example.org has a local part.
          this.#words.push({ text: quoted.value, spaceBefore: space, quoted: true })
          index = quoted.end
          break
        }
        case octet.greater:
        case octet.close:
          // Nothing that they would close.
          index += 1
          break
        case octet.at:
          index = this.#readDomain(index + 1)
          break
        default: {
          const end = atomEnd(text, index)
          this.#words.push({ text: text.slice(index, end), spaceBefore: space })
          index = end
        }
      }
      space = false
    }
    this.#endEntry()
    this.#endGroup()
    return this.#items
  }

  #canStartGroup(): boolean {
    return !this.#inGroup && this.#angle === undefined && this.#words.length > 0
  }

  #startGroup(): void {
    this.#items.push({ kind: 'group-start', name: phrase(this.#words) })
    this.#inGroup = true
    this.#words = []
    this.#comment = undefined
  }

  #endGroup(): void {
    if (!this.#inGroup) return
    this.#items.push({ kind: 'group-end' })
    this.#inGroup = false
  }

  #endEntry(): void {
    const angle = this.#angle
    if (angle !== undefined) {
      // `<a@b> Ann`: a name on the wrong side is better than none.
      const words = angle.wordsBefore > 0 ? this.#words.slice(0, angle.wordsBefore) : this.#words
      this.#add(phrase(words) || this.#comment, angle.route, angle.localPart, angle.domain)
      // No address at all: several words, or one in quotes, are a name; a single one may be a local part.
    } else if (this.#words.length > 1 || this.#words[0]?.quoted === true) this.#add(phrase(this.#words), undefined, '', undefined)
    else if (this.#words.length === 1) this.#add(this.#comment, undefined, phrase(this.#words), undefined)
    this.#words = []
    this.#comment = undefined
    this.#angle = undefined
  }

  #add(name: string | undefined, route: string | undefined, localPart: string, domain: string | undefined): void {
    this.#items.push({ kind: 'address', name: name === '' ? undefined : name, route, localPart, domain })
    this.#addresses += 1
  }

  /** At the `@` of an addr-spec outside brackets. The words that touch it are its local part, those before it a name. */
  #readDomain(start: number): number {
    const domain = readDomain(this.#text, start)
    const next = nextVisible(this.#text, domain.end)
    if (this.#text.charCodeAt(next) === octet.less) {
      // `ann@a.example <ann@a.example>`: what looks like an address is the name.
      this.#words.push({ text: `@${domain.value}`, spaceBefore: false })
      return domain.end
    }
    const words = this.#words
    const floor = this.#angle?.wordsBefore ?? 0
    let first = Math.max(floor, words.length - 1)
    while (first > floor && touches(words[first - 1], words[first])) first -= 1
    const localPart = words.splice(first).reduce((joined, word) => joined + word.text, '')
    this.#splitEntry()
    this.#angle = { route: undefined, localPart, domain: domain.value, wordsBefore: this.#words.length }
    return domain.end
  }

  /** A second address without a comma before it: the first entry ends, and the words between belong to the second. */
  #splitEntry(): void {
    if (this.#angle === undefined) return
    const words = this.#words.splice(this.#angle.wordsBefore)
    this.#endEntry()
    this.#words = words
  }

  /** Past the `<`. Ends at `>`, or where it was forgotten at the next comma, or the text's end. */
  #readAngle(start: number): number {
    const text = this.#text
    const hasRoute = text.charCodeAt(nextVisible(text, start)) === octet.at
    const spec = { route: undefined as string | undefined, before: undefined as string | undefined, text: '' }
    let index = start
    for (; index < text.length; ) {
      const code = text.charCodeAt(index)
      if (code === octet.greater) break
      if (code === octet.comma && (!hasRoute || spec.route !== undefined)) break
      if (isWhiteSpace(code)) index += 1
      else if (code === octet.open) {
        const comment = readComment(text, index)
        this.#comment ??= comment.value.trim()
        index = comment.end
      } else if (code === octet.quote) {
        const quoted = readQuotedString(text, index)
        spec.text += quoted.value
        index = quoted.end
      } else if (code === octet.colon && hasRoute && spec.route === undefined) {
        spec.route = (spec.before ?? '') + spec.text
        spec.before = undefined
        spec.text = ''
        index += 1
      } else if (code === octet.at) {
        // The last unquoted @ divides: what is before it is the local part, other @s and all.
        spec.before = spec.before === undefined ? spec.text : `${spec.before}${spec.text}`
        spec.text = '@'
        index += 1
      } else {
        const end = angleRunEnd(text, index)
        spec.text += text.slice(index, end)
        index = end
      }
    }
    this.#splitEntry()
    const wordsBefore = this.#words.length
    const { route, before, text: rest } = spec
    this.#angle =
      before === undefined ? { route, localPart: rest, domain: undefined, wordsBefore } : { route, localPart: before, domain: rest.slice(1), wordsBefore }
    return text.charCodeAt(index) === octet.greater ? index + 1 : index
  }
}

/** Dots tie words of an obsolete local part together across white space; without it all words do, but for a name in quotes before an address. */
function touches(left: Word | undefined, right: Word | undefined): boolean {
  if (left === undefined || right === undefined) return false
  return right.text.startsWith('.') || left.text.endsWith('.') || (!right.spaceBefore && left.quoted !== true)
}

function phrase(words: readonly Word[]): string {
  let joined = ''
  for (const word of words) joined += word.spaceBefore && joined !== '' ? ` ${word.text}` : word.text
  return joined
}

/** dot-atom, obs-domain or domain-literal, white space and comments removed (RFC 5322 3.4.1, 4.4). */
function readDomain(text: string, start: number): Read {
  let value = ''
  let index = start
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (isWhiteSpace(code) || code === octet.open) {
      const next = nextVisible(text, index)
      // White space inside a domain is only where a dot stands beside it.
      if (value !== '' && !value.endsWith('.') && text.charCodeAt(next) !== octet.dot) break
      index = next
    } else if (code === octet.bracketOpen) {
      const end = literalEnd(text, index)
      value += text.slice(index, end)
      index = end
    } else {
      const end = atomEnd(text, index)
      if (end === index) break
      value += text.slice(index, end)
      index = end
    }
  }
  return { value, end: index }
}

/** Past the `]`, or as far as an atom goes where it is missing. */
function literalEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === octet.bracketClose) return index + 1
    if (code === octet.comma || code === octet.greater || code === octet.semicolon || isWhiteSpace(code)) return index
  }
  return text.length
}

/** Past white space; comments are left, since they may hold a name, unless a domain goes on behind them. */
function nextVisible(text: string, start: number): number {
  let index = start
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (isWhiteSpace(code)) index += 1
    else if (code === octet.open) {
      const comment = readComment(text, index)
      index = comment.end
    } else break
  }
  return index
}

function atomEnd(text: string, start: number): number {
  let index = start
  while (index < text.length && !isDelimiter(text.charCodeAt(index))) index += 1
  return index
}

function isDelimiter(code: number): boolean {
  return code < 128 && delimiters[code] === 1
}

function angleRunEnd(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && !angleDelimiters.has(text.charCodeAt(index))) index += 1
  return index
}

const delimiters = new Uint8Array(128)
for (const character of '",;:<>@() \t\r\n') delimiters[character.charCodeAt(0)] = 1
const angleDelimiters: ReadonlySet<number> = new Set([...'>,:@"( \t\r\n'].map((character) => character.charCodeAt(0)))

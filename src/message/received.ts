import { normaliseIp } from '../mail/ip.ts'
import { readDate } from './date.ts'
import { readComment } from './lexer.ts'
import { isWhiteSpace, octet, skipWhiteSpace } from './octets.ts'

/**
 * One Received field (RFC 5321 4.4) as far as it can be understood; every host writes its own kind. Octet strings. Only the fields above
 * the first one that a stranger could have written are worth believing.
 */
export interface Received {
  /** The word after `from`: what the client called itself, or what the server found; an address literal without its brackets. */
  readonly from: string | undefined
  /** The name that the server found by reverse lookup, where it wrote `(name [ip])` or `(name)`. */
  readonly fromName: string | undefined
  /** The client's IP address in canonical text, where the server wrote it behind the name. */
  readonly fromIp: string | undefined
  /** What the client called itself, where it stands apart from `from`: `(HELO name)`, `helo=name`. */
  readonly helo: string | undefined
  readonly by: string | undefined
  readonly via: string | undefined
  /** In upper case: ESMTPS. */
  readonly with: string | undefined
  readonly id: string | undefined
  /** Without angle brackets. */
  readonly for: string | undefined
  /** undefined where there is none or it cannot be read. */
  readonly dateMs: number | undefined
}

const clauses = ['from', 'by', 'via', 'with', 'id', 'for'] as const
type Clause = (typeof clauses)[number]

/** RFC 5322 2.1.1 lines; a field that is longer is cut. */
const longestField = 10_000

export function readReceived(text: string): Received {
  const value = text.slice(0, longestField)
  const dateStart = lastSemicolon(value)
  const found = readClauses(value.slice(0, dateStart))
  const written = value.slice(dateStart + 1)
  const origin = readOrigin(found.comments)
  return {
    from: found.words.get('from'),
    fromName: origin.name,
    fromIp: origin.ip,
    helo: origin.helo,
    by: found.words.get('by'),
    via: found.words.get('via'),
    with: found.words.get('with')?.toUpperCase(),
    id: found.words.get('id'),
    for: found.words.get('for'),
    dateMs: written === '' ? undefined : readDate(written),
  }
}

/** The first word of each clause, and the comments and literals behind the word of `from`. */
function readClauses(text: string): { readonly words: ReadonlyMap<Clause, string>; readonly comments: readonly string[] } {
  const words = new Map<Clause, string>()
  const comments: string[] = []
  let clause: Clause | undefined
  let expectsWord = false
  for (let index = skipWhiteSpace(text, 0); index < text.length; index = skipWhiteSpace(text, index)) {
    if (text.charCodeAt(index) === octet.open) {
      const comment = readComment(text, index)
      if (clause === 'from') comments.push(comment.value)
      expectsWord = expectsWord && clause !== 'from'
      index = comment.end
      continue
    }
    const end = wordEnd(text, index)
    const word = text.slice(index, end).replace(/,$/, '')
    const next = clauses.find((name) => name === word.toLowerCase())
    if (next !== undefined && !expectsWord && !words.has(next)) {
      clause = next
      expectsWord = true
    } else if (expectsWord && clause !== undefined) {
      words.set(clause, withoutBrackets(word))
      expectsWord = false
    } else if (clause === 'from' && word.startsWith('[')) comments.push(word)
    index = end
  }
  return { words, comments }
}

interface Origin {
  name: string | undefined
  ip: string | undefined
  helo: string | undefined
}

/** `name [ip]`, `name`, `ip`, `HELO name`, `helo=name`, `user@[ip]`, in any order and mixture. */
function readOrigin(comments: readonly string[]): Origin {
  const origin: Origin = { name: undefined, ip: undefined, helo: undefined }
  for (const comment of comments) readOriginComment(comment, origin)
  return origin
}

function readOriginComment(comment: string, origin: Origin): void {
  const words = comment
    .replaceAll('[', ' [')
    .split(/[\s,]+/, 50)
    .filter((word) => word !== '')
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const [key = '', value] = word.split('=', 2)
    if (isGreeting(key)) {
      origin.helo ??= withoutBrackets(value ?? words[index + 1] ?? '') || undefined
      if (value === undefined) index += 1
      continue
    }
    const ip = ipOf(word)
    if (ip !== undefined) origin.ip ??= ip
    // A name is the server's finding only where nothing but its address stands beside it.
    else if (index === 0 && (words.length === 1 || words[1]?.startsWith('[') === true) && isHostName(withoutBrackets(word)))
      origin.name ??= withoutBrackets(word)
  }
}

function isGreeting(word: string): boolean {
  return /^(?:helo|ehlo|lhlo)$/i.test(word)
}

function isHostName(word: string): boolean {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+\.?$/i.test(word)
}

/** `[192.0.2.1]`, `[IPv6:…]`, `192.0.2.1:25`, `[192.0.2.1]:25`, `[(192.0.2.1)]`. */
function ipOf(word: string): string | undefined {
  const bare = word.replace(/^[[(]+(?:ipv6:)?/i, '').replace(/[)\]]+(?::\d{1,5})?$/, '')
  return normaliseIp(bare) ?? normaliseIp(bare.replace(/:\d{1,5}$/, ''))
}

function withoutBrackets(word: string): string {
  if (word.startsWith('<') && word.endsWith('>')) return word.slice(1, -1)
  return word.startsWith('[') && word.endsWith(']') ? word.slice(1, -1) : word
}

/** A word ends at white space or a comment; `<…>` and `[…]` hold together. */
function wordEnd(text: string, start: number): number {
  const opening = text.charCodeAt(start)
  if (opening === octet.less || opening === octet.bracketOpen) {
    const close = text.indexOf(opening === octet.less ? '>' : ']', start)
    if (close >= 0) return close + 1
  }
  let index = start + 1
  while (index < text.length && !isWhiteSpace(text.charCodeAt(index)) && text.charCodeAt(index) !== octet.open) index += 1
  return index
}

/** The date follows the last semicolon that is in no comment; the length where there is none. */
function lastSemicolon(text: string): number {
  let last = text.length
  for (let index = 0; index < text.length; ) {
    const code = text.charCodeAt(index)
    if (code === octet.open) index = readComment(text, index).end
    else {
      if (code === octet.semicolon) last = index
      index += 1
    }
  }
  return last
}

import type { Ip } from '../../mail/ip.ts'
import { formatIp } from '../../mail/ip.ts'

/** What macros stand for (RFC 7208 7.2), texts as they are. */
export interface MacroValues {
  readonly localPart: string
  /** The sender's domain, which `include` and `redirect` do not change. */
  readonly senderDomain: string
  /** The domain whose record is evaluated. */
  readonly domain: string
  readonly ip: Ip
  readonly helo: string
  readonly hostName: string
  readonly nowMs: number
  /** %{p}, asked for when it is needed. */
  validatedName(): Promise<string>
}

/** macro-expand and macro-literal (RFC 7208 7.1). c, r and t are known in explanations only. */
const piece = /%\{([slodipvhcrt])(\d*)(r?)([.\-+,/_=]*)\}|%([%_-])|([\x21-\x24\x26-\x7e]+)/giy

/** A whole text of macros and literals, without c, r and t. */
export function isMacroString(text: string): boolean {
  return readPieces(text) !== undefined
}

/** domain-spec (RFC 7208 7.1): ends with a label that can be a top-level domain's, or with a macro. */
export function isDomainSpec(text: string): boolean {
  const pieces = readPieces(text)
  const last = pieces?.at(-1)
  if (last === undefined) return false
  return last.kind === 'macro' || (last.kind === 'literal' && topLabel.test(last.text))
}

/** `"." toplabel ["."]`: letters and digits, not digits alone, hyphens inside. */
const topLabel = /\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?$/i

/** A domain-spec as a name to ask for; of one that is too long the left labels go (RFC 7208 7.3). */
export async function expandDomain(domainSpec: string, values: MacroValues): Promise<string> {
  let name = (await expand(readPieces(domainSpec) ?? [], values)).replace(/\.$/, '')
  while (name.length > 253 && name.includes('.')) name = name.slice(name.indexOf('.') + 1)
  return name
}

/** An explanation (RFC 7208 6.2), where c, r and t and spaces are allowed; undefined: a syntax error, or not to be shown. */
export async function expandExplanation(text: string, values: MacroValues): Promise<string | undefined> {
  const words: string[] = []
  for (const word of text.split(' ')) {
    const pieces = readPieces(word, true)
    if (pieces === undefined) return undefined
    words.push(await expand(pieces, values))
  }
  return words.join(' ')
}

type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'escape'; readonly text: string }
  | { readonly kind: 'macro'; readonly letter: string; readonly parts: number; readonly reversed: boolean; readonly delimiters: string }

function readPieces(text: string, ofExplanation = false): Piece[] | undefined {
  const pieces: Piece[] = []
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const [, letter, digits = '', reversed = '', delimiters = '', escape, literal] = piece.exec(text) ?? []
    if (literal !== undefined) pieces.push({ kind: 'literal', text: literal })
    else if (escape !== undefined) pieces.push({ kind: 'escape', text: escape === '%' ? '%' : escape === '_' ? ' ' : '%20' })
    else if (letter !== undefined) {
      const parts = digits === '' ? Number.POSITIVE_INFINITY : Number(digits)
      if (parts === 0 || (!ofExplanation && 'crt'.includes(letter.toLowerCase()))) return undefined
      pieces.push({ kind: 'macro', letter, parts, reversed: reversed !== '', delimiters: delimiters === '' ? '.' : delimiters })
    } else return undefined
  }
  return pieces
}

async function expand(pieces: readonly Piece[], values: MacroValues): Promise<string> {
  let text = ''
  for (const one of pieces) {
    if (one.kind !== 'macro') {
      text += one.text
      continue
    }
    const value = transform(await valueOf(one.letter.toLowerCase(), values), one)
    // An upper-case letter means: as part of a URL (RFC 7208 7.3).
    text += one.letter === one.letter.toLowerCase() ? value : encodeUrl(value)
  }
  return text
}

function transform(value: string, { parts, reversed, delimiters }: Extract<Piece, { kind: 'macro' }>): string {
  if (parts === Number.POSITIVE_INFINITY && !reversed && delimiters === '.') return value
  const split: string[] = ['']
  for (const character of value) {
    if (delimiters.includes(character)) split.push('')
    else split[split.length - 1] += character
  }
  if (reversed) split.reverse()
  return split.slice(-Math.min(parts, split.length)).join('.')
}

async function valueOf(letter: string, values: MacroValues): Promise<string> {
  switch (letter) {
    case 's':
      return `${values.localPart}@${values.senderDomain}`
    case 'l':
      return values.localPart
    case 'o':
      return values.senderDomain
    case 'd':
      return values.domain
    case 'i':
      return dottedIp(values.ip)
    case 'p':
      return values.validatedName()
    case 'v':
      return values.ip.version === 4 ? 'in-addr' : 'ip6'
    case 'h':
      return values.helo
    case 'c':
      return formatIp(values.ip)
    case 'r':
      return values.hostName
    default:
      return String(Math.floor(values.nowMs / 1000))
  }
}

/** IPv4 as usual, IPv6 as 32 digits with dots between (RFC 7208 7.3). */
function dottedIp(ip: Ip): string {
  if (ip.version === 4) return formatIp(ip)
  const digits = ip.words.map((word) => word.toString(16).padStart(8, '0')).join('')
  return [...digits].join('.')
}

/** RFC 3986 2.3: all but the unreserved characters. */
function encodeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

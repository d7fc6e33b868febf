import type { SoughtText } from '../../fulltext/sought.ts'
import type { ModSeq } from '../../mail/ids.ts'
import { systemFlags } from '../../store/mailbox.ts'
import { grammarLimits } from '../limits.ts'
import { parseObjectId } from '../object-id.ts'
import { parseDate, type Day } from './date.ts'
import { type FetchItem, parseToldItems } from './fetch.ts'
import { parseKeyword } from './flags.ts'
import { parseModSeq, parseSearchEntry } from './mod-seq.ts'
import { parsePartialRange, type PartialRange } from './partial.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'
import { parseSequenceSet, startsSequenceSet, type SequenceSet } from './sequence-set.ts'

/** One criterion of SEARCH (RFC 9051 6.4.4, RFC 3501 for RECENT and its kin, RFC 5032 for OLDER and YOUNGER). */
export type SearchKey =
  | { readonly kind: 'all' }
  | { readonly kind: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'or'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'not'; readonly key: SearchKey }
  | { readonly kind: 'sequence'; readonly set: SequenceSet }
  | { readonly kind: 'uid'; readonly set: SequenceSet }
  | { readonly kind: 'flag'; readonly bit: number }
  | { readonly kind: 'recent' }
  | { readonly kind: 'keyword'; readonly keyword: string }
  /** INTERNALDATE (`sent` false) or Date field, from one day on (`from`) and before another (`before`). */
  | { readonly kind: 'date'; readonly sent: boolean; readonly from: Day; readonly before: Day }
  /** SAVEDATE likewise (RFC 8514). */
  | { readonly kind: 'saved'; readonly from: Day; readonly before: Day }
  /** EMAILID (RFC 8474). */
  | { readonly kind: 'email-id'; readonly id: string }
  /** INTERNALDATE within the last so many seconds. */
  | { readonly kind: 'younger'; readonly seconds: number }
  /** Changed then or later (RFC 7162 3.1.5). */
  | { readonly kind: 'mod-seq'; readonly from: ModSeq }
  | { readonly kind: 'larger'; readonly octets: number }
  | { readonly kind: 'smaller'; readonly octets: number }
  /** Lower case field name; text '' asks whether there is such a field. `inEnvelope`: as ENVELOPE shows it (FROM, not HEADER FROM). */
  | ({ readonly kind: 'header'; readonly field: string; readonly inEnvelope?: true } & SoughtText)
  | ({ readonly kind: 'body' } & SoughtText)
  | ({ readonly kind: 'text' } & SoughtText)

/** What RETURN asks for (RFC 4731, RFC 5182); undefined: the untagged SEARCH of RFC 3501. */
export interface SearchReturn {
  readonly min: boolean
  readonly max: boolean
  readonly all: boolean
  readonly count: boolean
  readonly save: boolean
  /** Told instead of all (RFC 9394 3.1). */
  readonly partial?: PartialRange
  /** What changes in the result is told from now on (RFC 5267 4.3); and of a new message these items (RFC 5465 7). */
  readonly update?: readonly FetchItem[]
  /** How well each message of ALL or PARTIAL was found (RFC 6203 4). */
  readonly relevancy?: true
}

export interface SearchProgram {
  readonly returns: SearchReturn | undefined
  readonly key: SearchKey
}

/** CHARSET that we cannot read: NO [BADCHARSET] (RFC 9051 6.4.4). */
export class BadCharset extends Error {
  override readonly name = 'BadCharset'
}

/**
 * search-program, after `SEARCH `.
 * @param utf8 the client has enabled UTF-8: then texts are, and CHARSET is an error (RFC 6855 3)
 */
export function parseSearch(scanner: Scanner, utf8 = false): SearchProgram {
  const returns = maybeReturn(scanner)
  let charset: string | undefined
  if (scanner.maybe('CHARSET ')) {
    if (utf8) throw new ImapSyntaxError('no CHARSET after ENABLE UTF8=ACCEPT')
    charset = scanner.astring('a charset')
    scanner.space()
  }
  return { returns, key: parseKeys(scanner, charset) }
}

/** search-criteria of SORT and THREAD (RFC 5256 5): the charset has to be there. */
export function parseCriteria(scanner: Scanner): SearchKey {
  const charset = scanner.astring('a charset')
  scanner.space()
  return parseKeys(scanner, charset)
}

function parseKeys(scanner: Scanner, charset: string | undefined): SearchKey {
  const key = new KeyParser(scanner, decoderFor(charset)).keys()
  scanner.end()
  return key
}

/** RETURN and the space behind it, if there is one. */
export function maybeReturn(scanner: Scanner): SearchReturn | undefined {
  if (!scanner.maybe('RETURN ')) return undefined
  const returns = parseReturn(scanner)
  scanner.space()
  return returns
}

/** CONTEXT is a hint that the same will be searched for again (RFC 5267 4.2): nothing follows from it, since all columns are kept while they are used. */
const returnOptions: readonly string[] = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'PARTIAL', 'UPDATE', 'CONTEXT', 'RELEVANCY']

function parseReturn(scanner: Scanner): SearchReturn {
  let partial: PartialRange | undefined
  let update: readonly FetchItem[] | undefined
  const option = (): string => {
    const name = scanner.keyword('a RETURN option')
    if (!returnOptions.includes(name)) throw new ImapSyntaxError(`RETURN knows no ${name}`)
    if (name === 'PARTIAL') {
      if (partial !== undefined) throw new ImapSyntaxError('PARTIAL stands there twice')
      scanner.space()
      partial = parsePartialRange(scanner)
    } else if (name === 'UPDATE') update = scanner.maybeSpaceBeforeOpen() ? parseToldItems(scanner) : []
    return name
  }
  const options = scanner.list(option, { atLeast: 0, most: 10, what: 'RETURN options' })
  const has = (name: string): boolean => options.includes(name)
  if (partial !== undefined && has('ALL')) throw new ImapSyntaxError('PARTIAL and ALL exclude each other')
  return {
    ...{ min: has('MIN'), max: has('MAX'), all: has('ALL') || options.length === 0, count: has('COUNT'), save: has('SAVE') },
    ...(partial === undefined ? {} : { partial }),
    ...(update === undefined ? {} : { update }),
    ...(has('RELEVANCY') ? { relevancy: true } : {}),
  }
}

type Decode = (raw: string) => string

/** Without CHARSET it is US-ASCII; we take UTF-8 too, as all servers do. */
function decoderFor(charset: string | undefined): Decode {
  const decoder = textDecoder(charset === undefined || /^(us-)?ascii$/i.test(charset) ? 'utf-8' : charset)
  return (raw) => {
    try {
      return decoder.decode(Buffer.from(raw, 'latin1'))
    } catch {
      throw new ImapSyntaxError(`a search text is not ${charset ?? 'UTF-8'}`)
    }
  }
}

function textDecoder(charset: string) {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    throw new BadCharset(charset)
  }
}

const flagKeys: Readonly<Record<string, number>> = {
  ANSWERED: systemFlags['\\Answered'],
  DELETED: systemFlags['\\Deleted'],
  DRAFT: systemFlags['\\Draft'],
  FLAGGED: systemFlags['\\Flagged'],
  SEEN: systemFlags['\\Seen'],
}

const addressFields: Readonly<Record<string, string>> = { BCC: 'bcc', CC: 'cc', FROM: 'from', SUBJECT: 'subject', TO: 'to' }

class KeyParser {
  readonly #scanner: Scanner
  readonly #decode: Decode
  #count = 0
  #depth = 0
  /** Within a FUZZY key. Where it is not a text that is looked for, it is looked for exactly (RFC 6203 5). */
  #fuzzy = false

  constructor(scanner: Scanner, decode: Decode) {
    this.#scanner = scanner
    this.#decode = decode
  }

  /** One or more keys: all of them must hold. */
  keys(): SearchKey {
    const keys = [this.#key()]
    while (this.#scanner.maybeSpace()) keys.push(this.#key())
    return keys.length === 1 && keys[0] !== undefined ? keys[0] : { kind: 'and', keys }
  }

  #key(): SearchKey {
    if (++this.#count > grammarLimits.searchKeys) throw new ImapSyntaxError(`more than ${grammarLimits.searchKeys} search keys`)
    if (++this.#depth > grammarLimits.searchDepth) throw new ImapSyntaxError(`search keys nested more than ${grammarLimits.searchDepth} deep`)
    try {
      return this.#keyInside()
    } finally {
      this.#depth--
    }
  }

  #keyInside(): SearchKey {
    const scanner = this.#scanner
    if (scanner.maybe('(')) {
      const key = this.keys()
      scanner.char(')')
      return key
    }
    if (startsSequenceSet(scanner)) return { kind: 'sequence', set: parseSequenceSet(scanner) }
    const name = scanner.keyword('a search key')
    const bit = flagKeys[name] ?? (name.startsWith('UN') ? flagKeys[name.slice(2)] : undefined)
    if (bit !== undefined) return name.startsWith('UN') ? not({ kind: 'flag', bit }) : { kind: 'flag', bit }
    const field = addressFields[name]
    if (field !== undefined) return { kind: 'header', field, ...this.#text(), inEnvelope: true }
    return this.#other(name)
  }

  #other(name: string): SearchKey {
    switch (name) {
      case 'ALL':
        return { kind: 'all' }
      case 'NEW':
        return { kind: 'and', keys: [{ kind: 'recent' }, not({ kind: 'flag', bit: systemFlags['\\Seen'] })] }
      case 'OLD':
        return not({ kind: 'recent' })
      case 'RECENT':
        return { kind: 'recent' }
      case 'FUZZY':
        return this.#fuzzily()
      case 'NOT':
        return not(this.#next())
      case 'OR':
        return { kind: 'or', keys: [this.#next(), this.#next()] }
      case 'UID':
        this.#scanner.space()
        return { kind: 'uid', set: parseSequenceSet(this.#scanner) }
      case 'KEYWORD':
        return { kind: 'keyword', keyword: this.#keyword() }
      case 'UNKEYWORD':
        return not({ kind: 'keyword', keyword: this.#keyword() })
      case 'MODSEQ':
        return { kind: 'mod-seq', from: this.#modSeq() }
      case 'SAVEDATESUPPORTED':
        return { kind: 'all' }
      case 'EMAILID':
        return { kind: 'email-id', id: this.#objectId() }
      case 'THREADID':
        // No message has one.
        this.#objectId()
        return not({ kind: 'all' })
      case 'LARGER':
        return { kind: 'larger', octets: this.#number() }
      case 'SMALLER':
        return { kind: 'smaller', octets: this.#number() }
      case 'YOUNGER':
        return { kind: 'younger', seconds: this.#interval() }
      case 'OLDER':
        return not({ kind: 'younger', seconds: this.#interval() })
      case 'BODY':
        return { kind: 'body', ...this.#text() }
      case 'TEXT':
        return { kind: 'text', ...this.#text() }
      case 'HEADER': {
        this.#scanner.space()
        const field = this.#scanner.astring('a field name').toLowerCase()
        return { kind: 'header', field, ...this.#text() }
      }
      default:
        return this.#date(name)
    }
  }

  #date(name: string): SearchKey {
    const [, which, relation] = /^(SENT|SAVED)?(.*)$/.exec(name) ?? []
    if (relation !== 'BEFORE' && relation !== 'ON' && relation !== 'SINCE') throw new ImapSyntaxError(`no search key is called ${name}`)
    this.#scanner.space()
    const day = parseDate(this.#scanner)
    const from = relation === 'BEFORE' ? -Infinity : day
    const before = relation === 'BEFORE' ? day : relation === 'ON' ? day + 1 : Infinity
    return which === 'SAVED' ? { kind: 'saved', from, before } : { kind: 'date', sent: which === 'SENT', from, before }
  }

  #next(): SearchKey {
    this.#scanner.space()
    return this.#key()
  }

  #number(): number {
    this.#scanner.space()
    return this.#scanner.number64()
  }

  #objectId(): string {
    this.#scanner.space()
    return parseObjectId(this.#scanner)
  }

  #modSeq(): ModSeq {
    this.#scanner.space()
    parseSearchEntry(this.#scanner)
    return parseModSeq(this.#scanner)
  }

  #interval(): number {
    this.#scanner.space()
    return this.#scanner.nzNumber('seconds from 1')
  }

  #keyword(): string {
    this.#scanner.space()
    return parseKeyword(this.#scanner)
  }

  #fuzzily(): SearchKey {
    const before = this.#fuzzy
    this.#fuzzy = true
    const key = this.#next()
    this.#fuzzy = before
    return key
  }

  #text(): SoughtText {
    this.#scanner.space()
    const text = this.#decode(this.#scanner.astringRaw('a search text'))
    return this.#fuzzy ? { text, fuzzy: true } : { text }
  }
}

function not(key: SearchKey): SearchKey {
  return key.kind === 'not' ? key.key : { kind: 'not', key }
}

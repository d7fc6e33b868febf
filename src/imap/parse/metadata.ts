import { grammarLimits } from '../limits.ts'
import { parseMailboxName } from './mailbox-name.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** GETMETADATA (RFC 5464 4.2). */
export interface GetMetadata {
  /** '': the server. */
  readonly mailbox: string
  readonly names: readonly string[]
  /** Longer values are not told; undefined: any. */
  readonly maxSize: number | undefined
  /** Levels below the names that are told, too. */
  readonly depth: number
}

/** SETMETADATA (RFC 5464 4.3). */
export interface SetMetadata {
  /** '': the server. */
  readonly mailbox: string
  /** null: it goes. */
  readonly entries: readonly { readonly name: string; readonly value: Uint8Array | null }[]
}

/** Options stand before the mailbox in the formal syntax and behind it in the examples: either is taken. */
export function parseGetMetadata(scanner: Scanner, utf8: boolean): GetMetadata {
  const options = { maxSize: undefined as number | undefined, depth: 0 }
  const isBefore = scanner.isOpen()
  if (isBefore) {
    parseOptions(scanner, options)
    scanner.space()
  }
  const mailbox = parseMailboxName(scanner, utf8)
  scanner.space()
  if (!isBefore && scanner.isOpenWithLetter()) {
    parseOptions(scanner, options)
    scanner.space()
  }
  const names = parseEntries(scanner)
  scanner.end()
  return { mailbox, names, ...options }
}

export function parseSetMetadata(scanner: Scanner, utf8: boolean): SetMetadata {
  const mailbox = parseMailboxName(scanner, utf8)
  scanner.space()
  const entry = (): SetMetadata['entries'][number] => {
    const name = entryName(scanner)
    const levels = name.split('/').length - 1
    // "/shared" alone is no entry, nor is a vendor without a name (RFC 5464 3.2).
    if (levels < 2 || (/^\/[^/]+\/vendor(?:\/|$)/.test(name) && levels < 4)) throw new ImapSyntaxError(`${name} is no name of an entry`)
    scanner.space()
    return { name, value: scanner.nvalue() }
  }
  const entries = scanner.list(entry, { atLeast: 1, most: grammarLimits.metadataEntries, what: 'entries' })
  scanner.end()
  return { mailbox, entries }
}

/** `entries`: one name, or several in parentheses. */
export function parseEntries(scanner: Scanner): readonly string[] {
  if (!scanner.isOpen()) return [entryName(scanner)]
  return scanner.list(() => entryName(scanner), { atLeast: 1, most: grammarLimits.metadataEntries, what: 'entries' })
}

function parseOptions(scanner: Scanner, options: { maxSize: number | undefined; depth: number }): void {
  const option = (): void => {
    const label = scanner.keyword('an option')
    if (label !== 'MAXSIZE' && label !== 'DEPTH') throw new ImapSyntaxError(`GETMETADATA has no option ${label}`)
    scanner.space()
    if (label === 'MAXSIZE') options.maxSize = scanner.number('a size')
    else options.depth = parseDepth(scanner)
  }
  scanner.list(option, { atLeast: 1, most: 10, what: 'options' })
}

function parseDepth(scanner: Scanner): number {
  switch (scanner.keyword('a depth')) {
    case '0':
      return 0
    case '1':
      return 1
    case 'INFINITY':
      return Infinity
    default:
      throw scanner.fail('0, 1 or infinity')
  }
}

/** In lower case: names are the same in any (RFC 5464 3.2). What they begin with says who sees them. */
function entryName(scanner: Scanner): string {
  const name = scanner.astringRaw('the name of an entry').toLowerCase()
  if (name.length > grammarLimits.metadataNameOctets) throw new ImapSyntaxError(`the name of an entry has more than ${grammarLimits.metadataNameOctets} octets`)
  if (!/^\/(?:private|shared)(?:\/[^/]+)*$/.test(name) || !/^[ -~]*$/.test(name) || /[*%]/.test(name)) throw new ImapSyntaxError('that is no name of an entry')
  return name
}

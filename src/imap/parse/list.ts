import type { SpecialUse } from '../../store/mailbox.ts'
import { grammarLimits } from '../limits.ts'
import { canonicalPattern } from './mailbox-name.ts'
import { parseEntries } from './metadata.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'
import { parseStatusItems, type StatusItem } from './status.ts'

/** LIST in all its forms (RFC 9051 6.3.9, RFC 5258, RFC 5819, RFC 6154). */
export interface ListCommand {
  readonly select: { readonly subscribed: boolean; readonly recursiveMatch: boolean; readonly specialUse: boolean }
  /** Whoever says more than RFC 3501 could knows \NonExistent. */
  readonly extended: boolean
  /** Reference and pattern put together; undefined: matches nothing. */
  readonly patterns: readonly (string | undefined)[]
  /** `LIST "" ""` of RFC 3501: asks for the separator. */
  readonly separatorOnly: boolean
  readonly returns: {
    readonly subscribed: boolean
    readonly children: boolean
    readonly specialUse: boolean
    readonly status: readonly StatusItem[] | undefined
    /** Annotations of each (RFC 9590). */
    readonly metadata: readonly string[] | undefined
  }
}

const selections = ['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE']

export function parseList(scanner: Scanner, utf8: boolean): ListCommand {
  const options = selectionOptions(scanner)
  const reference = scanner.astringRaw('a reference name')
  scanner.space()
  const { raw, listed } = patterns(scanner)
  const returns = returnOptions(scanner)
  scanner.end()
  const extended = options !== undefined || listed || returns !== noReturns
  const chosen = options ?? []
  if (chosen.includes('RECURSIVEMATCH') && !chosen.includes('SUBSCRIBED') && !chosen.includes('SPECIAL-USE')) {
    throw new ImapSyntaxError('RECURSIVEMATCH needs another selection option')
  }
  return {
    select: { subscribed: chosen.includes('SUBSCRIBED'), recursiveMatch: chosen.includes('RECURSIVEMATCH'), specialUse: chosen.includes('SPECIAL-USE') },
    extended,
    patterns: raw.map((pattern) => canonicalPattern(reference + pattern, utf8)),
    separatorOnly: options === undefined && !listed && raw[0] === '',
    returns,
  }
}

function selectionOptions(scanner: Scanner): readonly string[] | undefined {
  if (!scanner.isOpen()) return undefined
  const options = scanner.list(() => scanner.keyword('a selection option'), { atLeast: 0, most: 20, what: 'selection options' })
  for (const option of options) if (!selections.includes(option)) throw new ImapSyntaxError(`LIST selects by no ${option}`)
  scanner.space()
  return options
}

function patterns(scanner: Scanner): { readonly raw: readonly string[]; readonly listed: boolean } {
  if (!scanner.isOpen()) return { raw: [scanner.listMailboxRaw()], listed: false }
  return { raw: scanner.list(() => scanner.listMailboxRaw(), { atLeast: 1, most: grammarLimits.listPatterns, what: 'patterns' }), listed: true }
}

const noReturns: ListCommand['returns'] = { subscribed: false, children: false, specialUse: false, status: undefined, metadata: undefined }

function returnOptions(scanner: Scanner): ListCommand['returns'] {
  let status: readonly StatusItem[] | undefined
  let metadata: readonly string[] | undefined
  if (!scanner.maybe(' RETURN ')) return noReturns
  const option = (): string => {
    const name = scanner.keyword('a return option')
    if (name === 'STATUS') {
      scanner.space()
      status = parseStatusItems(scanner)
    } else if (name === 'METADATA') {
      scanner.space()
      metadata = parseEntries(scanner)
    } else if (!['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE'].includes(name)) {
      throw new ImapSyntaxError(`LIST returns no ${name}`)
    }
    return name
  }
  const names = scanner.list(option, { atLeast: 0, most: 20, what: 'return options' })
  return { subscribed: names.includes('SUBSCRIBED'), children: names.includes('CHILDREN'), specialUse: names.includes('SPECIAL-USE'), status, metadata }
}

const uses: Readonly<Record<string, SpecialUse>> = {
  '\\ARCHIVE': '\\Archive',
  '\\DRAFTS': '\\Drafts',
  '\\FLAGGED': '\\Flagged',
  '\\JUNK': '\\Junk',
  '\\SENT': '\\Sent',
  '\\TRASH': '\\Trash',
  '\\ALL': '\\All',
}

/** CREATE … `(USE (\Sent))` (RFC 6154 3); undefined for an attribute that we do not know: NO [USEATTR]. */
export function parseUse(scanner: Scanner): readonly (SpecialUse | undefined)[] {
  if (!scanner.maybe(' (USE ')) return []
  const names = scanner.list(
    () => {
      scanner.char('\\')
      return scanner.keyword('a special use')
    },
    { atLeast: 0, most: 20, what: 'special uses' },
  )
  scanner.char(')')
  return names.map((name) => uses[`\\${name}`])
}

/** The same in the value of /private/specialuse (RFC 6154 4): attributes with spaces between. */
export function parseUseValue(value: Uint8Array): readonly (SpecialUse | undefined)[] {
  return Buffer.from(value)
    .toString('latin1')
    .split(' ')
    .map((name) => uses[name.toUpperCase()])
}

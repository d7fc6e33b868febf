import { grammarLimits } from '../limits.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** What BODY[…] names (RFC 9051 6.4.5.1). `path` [] is the message itself. */
export interface Section {
  readonly path: readonly number[]
  readonly text: 'all' | 'header' | 'fields' | 'fields-not' | 'text' | 'mime'
  /** For `fields` and `fields-not`, lower case. */
  readonly fields: readonly string[]
}

/** `<first.length>`, in octets. */
export interface Partial {
  readonly first: number
  readonly length: number
}

export interface SectionItem {
  readonly kind: 'section'
  readonly section: Section
  readonly partial: Partial | undefined
  /** Reading it sets \Seen. */
  readonly seen: boolean
  /** How the answer names it: `BODY[1.HEADER.FIELDS (FROM)]<0>`, `RFC822.TEXT`. */
  readonly label: string
}

/** BINARY[…] (RFC 3516): octets of a part with their transfer encoding undone. */
export interface BinaryItem {
  readonly kind: 'binary'
  readonly path: readonly number[]
  readonly partial: Partial | undefined
  readonly seen: boolean
  readonly label: string
}

/** BINARY.SIZE[…]: how many they are. */
export interface BinarySizeItem {
  readonly kind: 'binary-size'
  readonly path: readonly number[]
  readonly label: string
}

/** PREVIEW (RFC 8970). */
export interface PreviewItem {
  readonly kind: 'preview'
}

/** What is answered out of the message's octets. */
export type OctetsItem = SectionItem | BinaryItem | BinarySizeItem | PreviewItem

export type FetchItem =
  | { readonly kind: 'flags' | 'uid' | 'internal-date' | 'size' | 'envelope' | 'body' | 'body-structure' | 'mod-seq' | 'email-id' | 'thread-id' | 'save-date' }
  | OctetsItem

const flags: FetchItem = { kind: 'flags' }
const uid: FetchItem = { kind: 'uid' }
const internalDate: FetchItem = { kind: 'internal-date' }
const size: FetchItem = { kind: 'size' }
const envelope: FetchItem = { kind: 'envelope' }
const body: FetchItem = { kind: 'body' }

const macros: Readonly<Record<string, readonly FetchItem[]>> = {
  ALL: [flags, internalDate, size, envelope],
  FAST: [flags, internalDate, size],
  FULL: [flags, internalDate, size, envelope, body],
}

const simple: Readonly<Record<string, FetchItem>> = {
  FLAGS: flags,
  UID: uid,
  INTERNALDATE: internalDate,
  'RFC822.SIZE': size,
  ENVELOPE: envelope,
  MODSEQ: { kind: 'mod-seq' },
  EMAILID: { kind: 'email-id' },
  THREADID: { kind: 'thread-id' },
  SAVEDATE: { kind: 'save-date' },
  BODYSTRUCTURE: { kind: 'body-structure' },
  RFC822: rfc822('RFC822', 'all', true),
  'RFC822.HEADER': rfc822('RFC822.HEADER', 'header', false),
  'RFC822.TEXT': rfc822('RFC822.TEXT', 'text', true),
}

function rfc822(label: string, text: 'all' | 'header' | 'text', seen: boolean): SectionItem {
  return { kind: 'section', section: { path: [], text, fields: [] }, partial: undefined, seen, label }
}

/** fetch-att, a list of them, or a macro (RFC 3501 9). Items asked for twice are answered once. */
export function parseFetchItems(scanner: Scanner): readonly FetchItem[] {
  if (scanner.isOpen()) {
    const items = scanner.list(() => fetchItem(scanner), { atLeast: 1, most: grammarLimits.fetchItems, what: 'items to fetch' })
    return items.length === 1 ? items : withoutDoubles(items)
  }
  const name = scanner.name('what to fetch')
  return macros[name] ?? [itemNamed(scanner, name)]
}

/** Items of a message that are told of itself when it comes (RFC 5465 5.2, 7): nobody has read it by that. */
export function parseToldItems(scanner: Scanner): readonly FetchItem[] {
  const items = parseFetchItems(scanner)
  if (items.some((item) => 'seen' in item && item.seen)) throw new ImapSyntaxError('what marks a message as read is not told of itself')
  return items
}

/** All of both, each once. */
export function joinedItems(some: readonly FetchItem[], others: readonly FetchItem[]): readonly FetchItem[] {
  return withoutDoubles([...some, ...others])
}

function fetchItem(scanner: Scanner): FetchItem {
  return itemNamed(scanner, scanner.name('what to fetch'))
}

function itemNamed(scanner: Scanner, name: string): FetchItem {
  if (name === 'BODY' || name === 'BODY.PEEK') {
    if (scanner.maybe('[')) return sectionItem(scanner, name === 'BODY')
    if (name === 'BODY') return body
  }
  if (name === 'BINARY' || name === 'BINARY.PEEK') return binaryItem(scanner, name === 'BINARY')
  if (name === 'BINARY.SIZE') {
    const path = sectionBinary(scanner)
    return { kind: 'binary-size', path, label: `BINARY.SIZE[${path.join('.')}]` }
  }
  if (name === 'PREVIEW') {
    // A server that has it at once may give it to who would do without (RFC 8970 3.2).
    if (scanner.maybe(' (')) scanner.char('LAZY)')
    return { kind: 'preview' }
  }
  const item = simple[name]
  if (item === undefined) throw new ImapSyntaxError(`nothing to fetch is called ${name}`)
  return item
}

function withoutDoubles(items: readonly FetchItem[]): readonly FetchItem[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = item.kind === 'section' || item.kind === 'binary' ? `${item.label} ${item.partial?.length ?? ''} ${item.seen}` : labelOf(item)
    return seen.size < seen.add(key).size
  })
}

function labelOf(item: FetchItem): string {
  return item.kind === 'binary-size' ? item.label : item.kind
}

/** After `BINARY`: section-binary, partial. */
function binaryItem(scanner: Scanner, seen: boolean): BinaryItem {
  const path = sectionBinary(scanner)
  const partial = maybePartial(scanner)
  return { kind: 'binary', path, partial, seen, label: `BINARY[${path.join('.')}]${partial === undefined ? '' : `<${partial.first}>`}` }
}

/** `[1.2]`: numbers only. */
function sectionBinary(scanner: Scanner): readonly number[] {
  scanner.char('[')
  const path: number[] = []
  if (scanner.maybe(']')) return path
  do {
    if (path.length >= grammarLimits.sectionDepth) throw new ImapSyntaxError(`more than ${grammarLimits.sectionDepth} levels in a section`)
    path.push(scanner.nzNumber('a part number'))
  } while (scanner.maybe('.'))
  scanner.char(']')
  return path
}

/** After `BODY[`: section-spec, `]`, partial. */
function sectionItem(scanner: Scanner, seen: boolean): SectionItem {
  const { section, label } = sectionSpec(scanner)
  scanner.char(']')
  const partial = maybePartial(scanner)
  return { kind: 'section', section, partial, seen, label: `BODY[${label}]${partial === undefined ? '' : `<${partial.first}>`}` }
}

function maybePartial(scanner: Scanner): Partial | undefined {
  if (!scanner.maybe('<')) return undefined
  const first = scanner.number64('an octet to begin with')
  scanner.char('.')
  // RFC 9051 wants nz-number here; clients that ask for 0 octets get 0.
  const partial = { first, length: scanner.number64('how many octets') }
  scanner.char('>')
  return partial
}

/** A section of a message by itself, without what FETCH says around it: `1.HEADER]`. */
export function sectionItemOf(scanner: Scanner, { first, length }: { readonly first: number | undefined; readonly length: number | undefined }): SectionItem {
  const { section, label } = sectionSpec(scanner)
  scanner.char(']')
  const partial = first === undefined || length === undefined ? undefined : { first, length }
  return { kind: 'section', section, partial, seen: false, label }
}

function sectionSpec(scanner: Scanner): { readonly section: Section; readonly label: string } {
  const path: number[] = []
  while (scanner.isDigit()) {
    if (path.length >= grammarLimits.sectionDepth) throw new ImapSyntaxError(`more than ${grammarLimits.sectionDepth} levels in a section`)
    path.push(scanner.nzNumber('a part number'))
    if (!scanner.maybe('.')) return { section: { path, text: 'all', fields: [] }, label: path.join('.') }
    if (!scanner.isDigit()) break
  }
  const prefix = path.map((number) => `${number}.`).join('')
  if (path.length === 0 && scanner.peek() === 0x5d) return { section: { path, text: 'all', fields: [] }, label: '' }
  const name = scanner.name('HEADER, HEADER.FIELDS, TEXT, MIME or a part number')
  switch (name) {
    case 'HEADER':
      return { section: { path, text: 'header', fields: [] }, label: `${prefix}HEADER` }
    case 'TEXT':
      return { section: { path, text: 'text', fields: [] }, label: `${prefix}TEXT` }
    case 'MIME':
      if (path.length === 0) throw new ImapSyntaxError('MIME needs a part number')
      return { section: { path, text: 'mime', fields: [] }, label: `${prefix}MIME` }
    case 'HEADER.FIELDS':
    case 'HEADER.FIELDS.NOT': {
      scanner.space()
      const names = scanner.list(() => fieldName(scanner), { atLeast: 1, most: grammarLimits.headerFields, what: 'header fields' })
      const text = name === 'HEADER.FIELDS' ? 'fields' : 'fields-not'
      return { section: { path, text, fields: names.map((field) => field.toLowerCase()) }, label: `${prefix}${name} (${names.map(asAstring).join(' ')})` }
    }
    default:
      throw new ImapSyntaxError(`no section is called ${name}`)
  }
}

/** header-fld-name: an astring, but what no field name can be would make an answer that cannot be read. */
function fieldName(scanner: Scanner): string {
  const name = scanner.astringRaw('a field name')
  if (!/^[\x20-\x7e]*$/.test(name)) throw new ImapSyntaxError('a field name is printable ASCII')
  return name
}

function asAstring(name: string): string {
  return /^[^\s(){%*"\\]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}

import type { Message } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import { messageLimits } from '../../message/limits.ts'
import { filterFields } from '../../message/header-section.ts'
import { findSection } from '../../message/section.ts'
import { AnswerBroken } from '../outcome.ts'
import type { SectionItem } from '../parse/fetch.ts'
import type { Output } from './output.ts'
import { quoted } from './strings.ts'

/** Octets of a message that are read at once; a longer section is read piece by piece, as the client takes it. */
export const readOctets = 256 * 1024

/** The answer to one item that needs the message's octets: found, and its first piece read. */
export interface SectionAnswer {
  readonly label: string
  /** undefined: there is no such section, NIL. A number: BINARY.SIZE. A text: PREVIEW. */
  readonly found: FoundSection | number | string | undefined
}

export interface FoundSection {
  /** Of all of it. */
  readonly octets: number
  readonly first: Uint8Array
  /** What comes behind the first piece. */
  readonly rest: () => AsyncGenerator<Uint8Array, void, undefined>
  /** Written as literal8, since it may hold NUL (RFC 3516). */
  readonly binary: boolean
}

/** Octets that `prepareSection` will read. */
export function sectionOctets(message: Message, item: SectionItem): number {
  return Math.min(readOctets, item.partial?.length ?? Infinity, message.sizeBytes)
}

/** Finds the section and reads its first piece: what fails here still leaves the answer whole. */
export async function prepareSection(
  store: Store,
  message: Message,
  item: SectionItem,
): Promise<{ readonly label: string; readonly found: FoundSection | undefined }> {
  const { section, label } = item
  const filtered = section.text === 'fields' || section.text === 'fields-not'
  const of = section.text === 'fields' || section.text === 'fields-not' ? 'header' : section.text
  const range = findSection(message.parts, { path: section.path, of }, message.body)
  if (range === undefined) return { label, found: undefined }
  if (filtered) {
    const header = await store.read(message.body, range.start, Math.min(range.end, range.start + messageLimits.headerOctets))
    const fields = filterFields(header, section.text === 'fields' ? 'only' : 'without', section.fields)
    const first = item.partial === undefined ? fields : fields.subarray(item.partial.first, item.partial.first + item.partial.length)
    return { label, found: { first, octets: first.length, rest: noMore, binary: false } }
  }
  const start = Math.min(range.end, range.start + (item.partial?.first ?? 0))
  const end = Math.min(range.end, start + (item.partial?.length ?? range.end))
  const firstEnd = Math.min(end, start + readOctets)
  const first = start === end ? nothing : await store.read(message.body, start, firstEnd)
  return { label, found: { first, octets: end - start, rest: () => readPieces(store, message, firstEnd, end), binary: false } }
}

const nothing = new Uint8Array(0)

/** Of a section whose first piece is all of it. */
export async function* noMore(): AsyncGenerator<Uint8Array, void, undefined> {}

async function* readPieces(store: Store, message: Message, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end; at += readOctets) yield await store.read(message.body, at, Math.min(end, at + readOctets))
}

/** `BODY[1] {42}` and the octets, as far as they were read. */
export function beginSection(out: Output, { label, found }: SectionAnswer): void {
  if (found === undefined || typeof found === 'number') {
    out.utf8(`${label} ${found ?? 'NIL'}`)
    return
  }
  if (typeof found === 'string') {
    out.utf8(`${label} ${stringOf(found)}`)
    return
  }
  out.utf8(found.octets === 0 ? `${label} ""` : `${label} ${found.binary ? '~' : ''}{${found.octets}}\r\n`)
  out.octets(found.first)
}

/** All of it. Throws AnswerBroken when a later piece cannot be read: the client waits for octets that do not come. */
export async function writeSection(out: Output, answer: SectionAnswer): Promise<void> {
  beginSection(out, answer)
  const { found } = answer
  if (typeof found !== 'object' || found.first.length === found.octets) return
  const rest = found.rest()
  for (;;) {
    await out.flow()
    try {
      const piece = await rest.next()
      if (piece.done === true) return
      out.octets(piece.value)
    } catch (error) {
      throw new AnswerBroken('a message could not be read to its end', { cause: error })
    }
  }
}

/** What is not ASCII goes as a literal: not everybody has enabled UTF-8. */
function stringOf(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? quoted(text) : `{${Buffer.byteLength(text)}}\r\n${text}`
}

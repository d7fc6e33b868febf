import type { Message } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import { messageLimits } from '../../message/limits.ts'
import { filterFields } from '../../message/header-section.ts'
import { findSection } from '../../message/section.ts'
import { AnswerBroken } from '../outcome.ts'
import type { SectionItem } from '../parse/fetch.ts'
import type { Output } from './output.ts'

/** Octets of a message that are read at once; a longer section is read piece by piece, as the client takes it. */
const readOctets = 256 * 1024

/** The answer to one BODY[…] of one message: found, and its first piece read. */
export interface SectionAnswer {
  readonly label: string
  /** undefined: there is no such section, NIL. */
  readonly found: FoundSection | undefined
}

export interface FoundSection {
  readonly first: Uint8Array
  /** Of all of it. */
  readonly octets: number
  /** What comes behind the first piece, in the octets of the message. */
  readonly rest: { readonly start: number; readonly end: number }
}

/** Octets that `prepareSection` will read. */
export function sectionOctets(message: Message, item: SectionItem): number {
  return Math.min(readOctets, item.partial?.length ?? Infinity, message.sizeBytes)
}

/** Finds the section and reads its first piece: what fails here still leaves the answer whole. */
export async function prepareSection(store: Store, message: Message, item: SectionItem): Promise<SectionAnswer> {
  const { section, label } = item
  const filtered = section.text === 'fields' || section.text === 'fields-not'
  const of = section.text === 'fields' || section.text === 'fields-not' ? 'header' : section.text
  const range = findSection(message.parts, { path: section.path, of }, message.body)
  if (range === undefined) return { label, found: undefined }
  if (filtered) {
    const header = await store.read(message.body, range.start, Math.min(range.end, range.start + messageLimits.headerOctets))
    const fields = filterFields(header, section.text === 'fields' ? 'only' : 'without', section.fields)
    const first = item.partial === undefined ? fields : fields.subarray(item.partial.first, item.partial.first + item.partial.length)
    return { label, found: { first, octets: first.length, rest: { start: 0, end: 0 } } }
  }
  const start = Math.min(range.end, range.start + (item.partial?.first ?? 0))
  const end = Math.min(range.end, start + (item.partial?.length ?? range.end))
  const firstEnd = Math.min(end, start + readOctets)
  const first = start === end ? nothing : await store.read(message.body, start, firstEnd)
  return { label, found: { first, octets: end - start, rest: { start: firstEnd, end } } }
}

const nothing = new Uint8Array(0)

/** `BODY[1] {42}` and the octets. Throws AnswerBroken when a later piece cannot be read: the client waits for octets that do not come. */
export async function writeSection(out: Output, store: Store, message: Message, answer: SectionAnswer): Promise<void> {
  const { label, found } = answer
  if (found === undefined) {
    out.utf8(`${label} NIL`)
    return
  }
  out.utf8(found.octets === 0 ? `${label} ""` : `${label} {${found.octets}}\r\n`)
  const pieces = sectionPieces(store, message, found)
  for (;;) {
    await out.flow()
    try {
      const piece = await pieces.next()
      if (piece.done === true) return
      out.octets(piece.value)
    } catch (error) {
      throw new AnswerBroken('a message could not be read to its end', { cause: error })
    }
  }
}

/** All octets of a section, piece by piece. */
export async function* sectionPieces(store: Store, message: Message, { first, rest }: FoundSection): AsyncGenerator<Uint8Array, void, undefined> {
  yield first
  for (let at = rest.start; at < rest.end; at += readOctets) yield await store.read(message.body, at, Math.min(rest.end, at + readOctets))
}

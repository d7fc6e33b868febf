import { eachField } from '../message/header-section.ts'
import { forgedResults } from '../msgauth/foreign-results.ts'
import type { Slice } from '../store/slices.ts'

/** Octets of the message as received that are left out, and text that stands there instead. In order. */
export interface Edit {
  readonly at: number
  readonly cut: number
  readonly insert: string
}

/** What we say of a message in its header (SPEC A5, A8). From outside they would be taken for ours. */
const ownNames = new Set(['x-spam-flag', 'x-spam-score', 'x-spam-level', 'x-spam-status', 'x-quarantine-id', 'x-virus-status'])

/**
 * Fields of the header section that must not be shown, since they would be taken for ours: those of our names, and Authentication-Results in
 * the name of `hostname` (RFC 8601 5), no others.
 */
export function foreignFields(headerSection: Uint8Array, hostname: string): Edit[] {
  const section = Buffer.from(headerSection.buffer, headerSection.byteOffset, headerSection.length)
  if (!mayHold(section)) return []
  const edits: Edit[] = []
  for (const { start, nameEnd, end } of eachField(section)) {
    if (ownNames.has(section.toString('latin1', start, nameEnd).toLowerCase())) edits.push({ at: start, cut: end - start, insert: '' })
  }
  for (const { start, end } of forgedResults(section, [hostname])) edits.push({ at: start, cut: end - start, insert: '' })
  return edits.sort((a, b) => a.at - b.at)
}

/** "[SPAM]" before the subject; a message without one gets it for its subject. */
export function markedSubject(headerSection: Uint8Array, mark: string): Edit {
  const section = Buffer.from(headerSection.buffer, headerSection.byteOffset, headerSection.length)
  for (const { start, nameEnd, valueStart, end } of eachField(section)) {
    if (section.toString('latin1', start, nameEnd).toLowerCase() !== 'subject' || valueStart === end) continue
    const isApart = /^\s/.test(section.toString('latin1', valueStart, valueStart + 1))
    return { at: valueStart, cut: 0, insert: isApart ? ` ${mark}` : ` ${mark} ` }
  }
  return { at: 0, cut: 0, insert: `Subject: ${mark}\r\n` }
}

/** What is left of so many octets, and the text of ours, which stands right before them in the record. */
export function applyEdits(edits: readonly Edit[], octetsLength: number): { readonly slices: readonly Slice[]; readonly inserted: string } {
  const inserted = edits.map(({ insert }) => insert).join('')
  const slices: Slice[] = []
  const keep = (start: number, length: number) => {
    if (length > 0) slices.push([start, length])
  }
  let at = 0
  let ours = -Buffer.byteLength(inserted)
  for (const { at: place, cut, insert } of edits) {
    keep(at, place - at)
    const length = Buffer.byteLength(insert)
    keep(ours, length)
    ours += length
    at = place + cut
  }
  keep(at, octetsLength - at)
  return { slices, inserted }
}

/** The same for who reads the octets from front to back, in pieces of any cut. */
export async function* edited(octets: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, edits: readonly Edit[]): AsyncGenerator<Uint8Array, void, undefined> {
  let next = 0
  /** Of the piece, and of what is kept next, in the octets as received. */
  let start = 0
  let from = 0
  for await (const piece of octets) {
    const end = start + piece.length
    for (let edit = edits[next]; edit !== undefined && edit.at < end; edit = edits[++next]) {
      if (edit.at > from) yield piece.subarray(from - start, edit.at - start)
      if (edit.insert !== '') yield Buffer.from(edit.insert)
      from = edit.at + edit.cut
    }
    if (end > from) {
      yield piece.subarray(from - start)
      from = end
    }
    start = end
  }
  for (const { insert } of edits.slice(next)) yield Buffer.from(insert)
}

/** Names that matter begin with X- or A: most messages have none of them, and are not taken apart. */
function mayHold(section: Buffer): boolean {
  return /^(?:x-(?:spam-|quarantine-id|virus-status)|authentication-results)/im.test(section.toString('latin1'))
}

import { decodeParts, type StoredPart } from './parts.ts'

/**
 * What stands between the brackets of BODY[…] (RFC 9051 6.4.5.1), as far as it names octets: HEADER.FIELDS and HEADER.FIELDS.NOT are
 * `header`, whose octets `filterFields` then filters.
 */
export interface Section {
  /** Part numbers, from 1; empty for the message itself. */
  readonly path: readonly number[]
  /** `all`: nothing after the numbers. `mime` needs a path. */
  readonly of: 'all' | 'header' | 'text' | 'mime'
}

/** How long the message is as clients see it: the prefix of our own fields, then the octets that were scanned. */
export interface MessageExtent {
  readonly prefixLength: number
  readonly octetsLength: number
}

/** Octets of the message as clients see it, prefix included; `end` exclusive. What Store.read takes. */
export interface OctetRange {
  readonly start: number
  readonly end: number
}

/**
 * Where a section's octets are; undefined where the message has no such section (its FETCH answer is NIL). `parts` is what `encodeParts`
 * made. The prefix belongs to the top header, which begins with it.
 */
export function findSection(parts: Uint8Array, section: Section, extent: MessageExtent): OctetRange | undefined {
  const end = extent.prefixLength + extent.octetsLength
  if (section.path.length === 0 && section.of === 'all') return { start: 0, end }
  const decoded = decodeParts(parts)
  if (decoded === undefined) return undefined
  const top = { ...decoded, headerStart: -extent.prefixLength }
  const found = section.path.length === 0 ? messageRange(top, section.of) : partRange(top, section)
  if (found === undefined) return undefined
  // Never past the octets that are there, whatever an older scanner wrote.
  const range = { start: found.start + extent.prefixLength, end: Math.min(found.end + extent.prefixLength, end) }
  return range.start <= range.end ? range : undefined
}

/** What BINARY[path] names (RFC 3516, RFC 9051 6.4.5.1), and how it is encoded. Of what is no leaf, which has no encoding of its own, the octets as they are. */
export function findEncoded(
  parts: Uint8Array,
  path: readonly number[],
  extent: MessageExtent,
): { readonly range: OctetRange; readonly encoding: string } | undefined {
  const range = findSection(parts, { path, of: 'all' }, extent)
  if (range === undefined) return undefined
  const top = path.length === 0 ? undefined : decodeParts(parts)
  const part = top && findPart(top, path)
  return { range, encoding: part?.kind === 'leaf' ? part.encoding : 'binary' }
}

/** The part that BODY[path] names; undefined: there is none. For the decoding of single parts. */
export function findPart(top: StoredPart, path: readonly number[]): StoredPart | undefined {
  let inside: StoredPart | undefined = top
  let found: StoredPart | undefined
  for (const number of path) {
    if (inside === undefined) return undefined
    // A message that is no multipart has one part, number 1: its body.
    found = inside.kind === 'multipart' ? inside.children[number - 1] : number === 1 ? inside : undefined
    if (found === undefined) return undefined
    inside = found.kind === 'multipart' ? found : found.kind === 'message' ? found.children[0] : undefined
  }
  return found
}

function partRange(top: StoredPart, section: Section): OctetRange | undefined {
  const part = findPart(top, section.path)
  if (part === undefined) return undefined
  switch (section.of) {
    case 'all':
      return { start: part.bodyStart, end: part.bodyEnd }
    case 'mime':
      return { start: part.headerStart, end: part.bodyStart }
    case 'header':
    case 'text': {
      const inner = part.kind === 'message' ? part.children[0] : undefined
      return inner === undefined ? undefined : messageRange(inner, section.of)
    }
  }
}

function messageRange(message: StoredPart, of: Section['of']): OctetRange | undefined {
  switch (of) {
    case 'header':
      return { start: message.headerStart, end: message.bodyStart }
    case 'text':
      return { start: message.bodyStart, end: message.bodyEnd }
    case 'all':
      return { start: message.headerStart, end: message.bodyEnd }
    case 'mime':
      return undefined
  }
}

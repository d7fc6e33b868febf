import { decodeText, mostDecodedOctets } from '../message/decode.ts'
import { messageLimits } from '../message/limits.ts'
import type { StoredPart } from '../message/parts.ts'
import { fold } from '../message/fold.ts'
import { headerText } from './header-text.ts'
import { htmlText } from '../message/html-text.ts'

/** `header`: the message's own header section, and those of its parts and of messages inside. `body`: the text parts, wherever they stand. */
export type TextField = 'header' | 'body'

/** A stretch of a message that is searched as one text. Octets count from the message's first one as clients see it. */
export interface Piece {
  readonly field: TextField
  readonly start: number
  readonly end: number
  /** undefined: a header section. */
  readonly part: StoredPart | undefined
}

/** What a piece's place is counted in. */
export interface Extent {
  /** Octets of our own fields before the message as received, from whose first octet parts are counted. */
  readonly prefixLength: number
  readonly sizeBytes: number
}

/** What is searched of a message, and no more: the index must know of all that a search looks at. The message's own header section comes first. */
export function* searchedPieces(top: StoredPart, extent: Extent): Generator<Piece> {
  yield { field: 'header', start: 0, end: Math.min(extent.prefixLength + top.bodyStart, messageLimits.headerOctets, extent.sizeBytes), part: undefined }
  yield* piecesOf(top, extent, true)
}

function* piecesOf(part: StoredPart, extent: Extent, isTop: boolean): Generator<Piece> {
  if (!isTop && part.bodyStart > part.headerStart) {
    yield place('header', part.headerStart, Math.min(part.bodyStart, part.headerStart + messageLimits.headerOctets), extent)
  }
  if (part.kind === 'leaf' && part.type.startsWith('text/') && part.bodyEnd > part.bodyStart) {
    yield { ...place('body', part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + mostDecodedOctets), extent), part }
  }
  for (const child of part.children) yield* piecesOf(child, extent, false)
}

function place(field: TextField, start: number, end: number, { prefixLength, sizeBytes }: Extent): Piece {
  return { field, start: prefixLength + start, end: Math.min(prefixLength + end, sizeBytes), part: undefined }
}

/** What is searched of a piece, folded. HTML is searched as its reader sees it. */
export function pieceText({ part }: Piece, octets: Uint8Array): string {
  if (part === undefined) return headerText(octets)
  const text = decodeText(part, octets)
  return fold(part.type === 'text/html' ? htmlText(text) : text)
}

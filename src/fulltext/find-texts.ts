import type { StoredPart } from '../message/parts.ts'
import { type Extent, pieceText, searchedPieces, type TextField } from './pieces.ts'
import { asWritten, type Score, type Sought } from './sought.ts'

/** Fields that are searched for a text: RFC 9051 6.4.4, BODY and TEXT. */
export function fieldsOf({ in: where }: { readonly in: 'body' | 'text' }): readonly TextField[] {
  return where === 'body' ? ['body'] : ['body', 'header']
}

export interface WantedSought {
  readonly fields: readonly TextField[]
  readonly sought: Sought
}

/** How well a message holds each of these texts. Reads one part after another, so that a message costs no more than its largest text. */
export async function findTexts(
  top: StoredPart | undefined,
  extent: Extent,
  wanted: readonly WantedSought[],
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<readonly Score[]> {
  const open = wanted.map(({ fields, sought }) => ({ fields, looking: sought.begin() }))
  for (const piece of top === undefined ? [] : searchedPieces(top, extent)) {
    const asking = open.filter(({ fields, looking }) => looking.score < asWritten && fields.includes(piece.field))
    if (asking.length === 0) continue
    const text = pieceText(piece, await read(piece.start, piece.end))
    for (const { looking } of asking) looking.look(text)
  }
  return open.map(({ looking }) => looking.score)
}

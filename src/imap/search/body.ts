import { holds } from '../../fulltext/holds.ts'
import { pieceText, searchedPieces } from '../../fulltext/pieces.ts'
import { fold } from '../../message/fold.ts'
import { decodeParts } from '../../message/parts.ts'
import type { Message } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import type { SearchKey } from '../parse/search.ts'
import type { Pauses } from './pauses.ts'

export type TextKey = SearchKey & { readonly kind: 'body' | 'text' }

/**
 * Which of the keys have their text in the message's body: in its text parts, decoded (RFC 9051 6.4.4); for TEXT also in the
 * header sections of parts and of messages inside. Reads one part after another, so a message costs no more than its largest text.
 */
export async function findInBody(store: Store, message: Message, keys: readonly TextKey[], pauses: Pauses): Promise<ReadonlySet<SearchKey>> {
  const found = new Set<SearchKey>()
  const wanted = keys.map((key) => ({ key, text: fold(key.text) }))
  const top = decodeParts(message.parts)
  if (top === undefined) return found
  const headers = keys.some(({ kind }) => kind === 'text')
  for (const piece of searchedPieces(top, { prefixLength: message.body.prefixLength, sizeBytes: message.sizeBytes })) {
    // The message's own header section has been looked at.
    if (piece.field === 'header' && (!headers || piece.start === 0)) continue
    const text = pieceText(piece, await store.read(message.body, piece.start, piece.end))
    for (const { key, text: needle } of wanted) {
      if (!found.has(key) && (piece.field === 'body' || key.kind === 'text') && holds(text, needle)) found.add(key)
      await pauses.due()
    }
    if (found.size === keys.length) break
  }
  // Every message holds the empty text, a message without text too.
  for (const { key, text } of wanted) if (text === '') found.add(key)
  return found
}

import { decodeText, mostDecodedOctets } from '../../message/decode.ts'
import { fold } from '../../message/fold.ts'
import { messageLimits } from '../../message/limits.ts'
import { decodeParts, type StoredPart } from '../../message/parts.ts'
import type { Message } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import type { SearchKey } from '../parse/search.ts'
import { headerText } from './header.ts'
import type { Pauses } from './pauses.ts'
import { holds } from './text.ts'

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
  for (const piece of searchable(
    top,
    keys.some(({ kind }) => kind === 'text'),
  )) {
    const start = message.body.prefixLength + piece.start
    const octets = await store.read(message.body, start, Math.min(message.body.prefixLength + piece.end, message.sizeBytes))
    const text = piece.part === undefined ? headerText(octets) : fold(decodeText(piece.part, octets))
    for (const { key, text: needle } of wanted) {
      if (!found.has(key) && (piece.part !== undefined || key.kind === 'text') && holds(text, needle)) found.add(key)
      await pauses.due()
    }
    if (found.size === keys.length) break
  }
  // Every message holds the empty text, a message without text too.
  for (const { key, text } of wanted) if (text === '') found.add(key)
  return found
}

interface Searchable {
  readonly start: number
  readonly end: number
  /** undefined: a header section. */
  readonly part: StoredPart | undefined
}

function* searchable(part: StoredPart, headers: boolean, top = true): Generator<Searchable> {
  if (headers && !top && part.bodyStart > part.headerStart) {
    yield { start: part.headerStart, end: Math.min(part.bodyStart, part.headerStart + messageLimits.headerOctets), part: undefined }
  }
  if (part.kind === 'leaf' && part.type.startsWith('text/') && part.bodyEnd > part.bodyStart) {
    yield { start: part.bodyStart, end: Math.min(part.bodyEnd, part.bodyStart + mostDecodedOctets), part }
  }
  for (const child of part.children) yield* searchable(child, headers, false)
}

import { decodeText } from '../../message/decode.ts'
import { htmlText } from '../../message/html-text.ts'
import { decodeParts, type StoredPart } from '../../message/parts.ts'
import type { Message } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'

/** RFC 8970 3.1: at most 256; it recommends 200. */
const mostCharacters = 200
/** Octets of a part that are looked at. HTML begins with styles, which can be long. */
const lookedAt = { 'text/plain': 8 * 1024, 'text/html': 64 * 1024 } as const
/** Parts that are looked at: the first may have no text. */
const mostParts = 3

/** PREVIEW (RFC 8970): how the first text of a message begins, in one line; "" where it has none. One short read, so LAZY gets it too. */
export async function previewOf(store: Store, message: Message): Promise<string> {
  const top = decodeParts(message.parts)
  let left = mostParts
  for (const part of top === undefined ? [] : texts(top)) {
    const octets = lookedAt[part.type as keyof typeof lookedAt]
    const start = message.body.prefixLength + part.bodyStart
    const end = Math.min(message.body.prefixLength + part.bodyEnd, start + octets, message.sizeBytes)
    const text = start < end ? decodeText(part, await store.read(message.body, start, end), octets) : ''
    const line = inOneLine(part.type === 'text/html' ? htmlText(fromBody(text)) : text)
    if (line !== '' || --left === 0) return line
  }
  return ''
}

/** Texts to be read, the first ones first. What is encrypted has none. */
function* texts(part: StoredPart): Generator<StoredPart> {
  if (part.type === 'multipart/encrypted') return
  if (part.kind === 'leaf' && part.type in lookedAt) yield part
  for (const child of part.children) yield* texts(child)
}

/** Without the head, whose title is not how the text begins. */
function fromBody(html: string): string {
  const body = html.search(/<body[\s>]/i)
  return body < 0 ? html : html.slice(body)
}

/** Without what only fills the preview of other readers (soft hyphens, joiners, marks of no width). */
function inOneLine(text: string): string {
  const line = text
    .replace(/\u034f|[\u00ad\u200b\u200c\u2060\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length <= mostCharacters ? line : [...line.slice(0, 2 * mostCharacters)].slice(0, mostCharacters).join('').toWellFormed().trimEnd()
}

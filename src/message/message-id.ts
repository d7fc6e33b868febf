import { fields } from './header-section.ts'
import { readComment } from './lexer.ts'
import { isWhiteSpace, octet, octetsToText } from './octets.ts'

/** RFC 5322 2.1.1 keeps a line, and so an id, under 998; the journal keeps less. */
const longestMessageId = 250

/** The message's own id: the first of its Message-ID, as text, without brackets and NUL, at most 250 characters. */
export function messageIdOf(headerSection: Uint8Array): string | undefined {
  return keptMessageId(fields(headerSection, 'message-id')[0])
}

/** The same of the field's value. */
export function keptMessageId(written: string | undefined): string | undefined {
  const id = written === undefined ? undefined : readMessageIds(written)[0]
  return id === undefined ? undefined : octetsToText(id).replaceAll('\0', '').slice(0, longestMessageId)
}

/** Ids read from one field; References of a long thread has dozens. */
const mostIds = 1000

/**
 * The ids of Message-ID, In-Reply-To or References (RFC 5322 3.6.4), without brackets, as octet strings. Text outside brackets, as old
 * In-Reply-To fields have it, is skipped; only where there are no brackets at all, a first word is taken for the id.
 */
export function readMessageIds(text: string): string[] {
  const ids: string[] = []
  let bare: string | undefined
  let index = 0
  while (index < text.length && ids.length < mostIds) {
    const code = text.charCodeAt(index)
    if (code === octet.less) {
      const close = text.indexOf('>', index)
      const end = close < 0 ? text.length : close
      const id = text
        .slice(index + 1, end)
        .replace(/[\r\n]/g, '')
        .trim()
      if (id !== '') ids.push(id)
      index = end + 1
    } else if (code === octet.open) index = readComment(text, index).end
    else if (isWhiteSpace(code)) index += 1
    else {
      const end = wordEnd(text, index)
      bare ??= text.slice(index, end)
      index = end
    }
  }
  if (ids.length > 0 || bare === undefined) return ids
  // `<>` is an id that says nothing.
  return bare === '>' ? [] : [bare]
}

function wordEnd(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && !isWhiteSpace(text.charCodeAt(index)) && text.charCodeAt(index) !== octet.less) index += 1
  return index
}

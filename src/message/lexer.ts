import { isWhiteSpace, octet } from './octets.ts'

/**
 * Words shared by structured fields (RFC 5322 3.2). Each function reads at `start` and says where it stopped; what is not closed
 * ends with the text. Folding inside is dropped.
 */
export interface Read {
  readonly value: string
  readonly end: number
}

/** quoted-string at its quote (RFC 5322 3.2.4), quotes and escapes removed. */
export function readQuotedString(text: string, start: number): Read {
  let value = ''
  let from = start + 1
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === octet.quote) return { value: value + text.slice(from, index), end: index + 1 }
    if (code === octet.backslash) {
      value += text.slice(from, index)
      from = index + 1
      index += 1
    } else if (code === octet.cr || code === octet.lf) {
      value += text.slice(from, index)
      from = index + 1
    }
  }
  return { value: value + text.slice(from), end: text.length }
}

/** comment at its parenthesis (RFC 5322 3.2.2), outer parentheses and escapes removed, inner comments kept as text. */
export function readComment(text: string, start: number): Read {
  let value = ''
  let depth = 0
  let from = start + 1
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === octet.open) depth += 1
    else if (code === octet.close) {
      depth -= 1
      if (depth === 0) return { value: value + text.slice(from, index), end: index + 1 }
    } else if (code === octet.backslash) {
      value += text.slice(from, index)
      from = index + 1
      index += 1
    } else if (code === octet.cr || code === octet.lf) {
      value += text.slice(from, index)
      from = index + 1
    }
  }
  return { value: value + text.slice(from), end: text.length }
}

/** Past white space and comments. */
export function skipCfws(text: string, start: number): number {
  let index = start
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (isWhiteSpace(code)) index += 1
    else if (code === octet.open) index = readComment(text, index).end
    else break
  }
  return index
}

import { reportLimits } from './limits.ts'

/** An element; its text is that which stands in it directly. */
export interface XmlElement {
  /** Without a prefix. */
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

interface OpenElement {
  readonly name: string
  readonly qualified: string
  readonly children: XmlElement[]
  text: string
}

/** Elements, text and what goes with them (XML 1.0). Sticky: each match begins where the last one ended. */
const piece =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)(?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*?)?(\/?)>|([^<]+)/gy

/**
 * Reads a small and plain document: elements and texts; attributes are passed over. undefined: it is not well-formed, has a document type (entities
 * are how a small file becomes a large one), or is more than `reportLimits` permits. Linear time.
 */
export function parseXml(text: string): XmlElement | undefined {
  const root: OpenElement = { name: '', qualified: '', children: [], text: '' }
  const open = [root]
  let elements = 0
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text)
    const current = open.at(-1)
    if (found === null || current === undefined) return undefined
    const [, cdata, closing, opening, selfClosing, characters] = found
    if (cdata !== undefined) current.text += cdata
    else if (characters !== undefined) current.text += decodeReferences(characters)
    else if (closing !== undefined) {
      if (open.length === 1 || current.qualified !== closing) return undefined
      open.pop()
    } else if (opening !== undefined) {
      if (++elements > reportLimits.elements || open.length > reportLimits.depth) return undefined
      const element = { name: opening.slice(opening.indexOf(':') + 1), qualified: opening, children: [], text: '' }
      current.children.push(element)
      if (selfClosing === '') open.push(element)
    }
  }
  const [document, ...more] = root.children
  return open.length === 1 && more.length === 0 && root.text.replace(/^\ufeff/, '').trim() === '' ? document : undefined
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Character references; what is none stays as it stands. */
function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
    return code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff) ? String.fromCodePoint(code) : whole
  })
}

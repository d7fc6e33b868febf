import { isAsciiText } from './fold.ts'
import { namedCharacter } from './html-characters.ts'

/** Elements whose content is nothing that is read. */
const unread: ReadonlySet<string> = new Set(['style', 'script', 'title', 'template'])

/** Elements that stand within a line: what is before and after them may be one word. All others end a line. */
const withinLine: ReadonlySet<string> = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)

/** Longer names are no element's. */
const longestName = 12

/**
 * What a reader sees of HTML: tags, comments and what style sheets and scripts hold are gone, character references are characters, white space is
 * one space. Not a browser's parser: whatever the octets are, it takes time by their length, and what it cannot read stays as text.
 */
export function htmlText(html: string): string {
  let text = ''
  let at = 0
  for (;;) {
    const open = html.indexOf('<', at)
    if (open < 0) return readable(text + html.slice(at))
    text += html.slice(at, open)
    const tag = readTag(html, open)
    if (tag === undefined) {
      text += '<'
      at = open + 1
      continue
    }
    if (!tag.withinLine) text += '\n'
    at = tag.end
  }
}

interface Tag {
  readonly end: number
  readonly withinLine: boolean
}

const comment: Omit<Tag, 'end'> = { withinLine: true }

/** The tag, comment or declaration that begins at `start`, with the content that goes with it; undefined: the sign is text. */
function readTag(html: string, start: number): Tag | undefined {
  const first = html.charCodeAt(start + 1)
  const slash = first === 0x2f
  if (first === 0x21 || first === 0x3f) {
    const end = html.startsWith('!--', start + 1) ? after(html, '-->', start + 4) : after(html, '>', start + 2)
    return { end, ...comment }
  }
  const nameStart = slash ? start + 2 : start + 1
  if (!isLetter(html.charCodeAt(nameStart))) return undefined
  let nameEnd = nameStart + 1
  while (nameEnd < html.length && !endsName(html.charCodeAt(nameEnd))) nameEnd++
  const name = nameEnd - nameStart > longestName ? '' : html.slice(nameStart, nameEnd).toLowerCase()
  const end = tagEnd(html, nameEnd)
  if (slash || !unread.has(name)) return { end, withinLine: withinLine.has(name) }
  return { end: contentEnd(html, end, name), withinLine: false }
}

/** Past the `>` that is not in a quoted value; the end where there is none. */
function tagEnd(html: string, from: number): number {
  let at = from
  while (at < html.length) {
    const code = html.charCodeAt(at++)
    if (code === 0x3e) return at
    // Only a value is quoted: an apostrophe somewhere else is a slip.
    if ((code === 0x22 || code === 0x27) && isAfterEquals(html, at - 2)) {
      const close = html.indexOf(code === 0x22 ? '"' : "'", at)
      // Nobody looks for it again: there is none.
      if (close >= 0) at = close + 1
    }
  }
  return html.length
}

/** White space before a quoted value is looked at once: it does not begin another. */
function isAfterEquals(html: string, from: number): boolean {
  let at = from
  while (isSpace(html.charCodeAt(at))) at--
  return html.charCodeAt(at) === 0x3d
}

/** Where the end tag of an element begins whose content is not read. */
export function contentEnd(html: string, from: number, name: string): number {
  let at = html.indexOf('</', from)
  while (at >= 0) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at
    at = html.indexOf('</', at + 2)
  }
  return html.length
}

/** Past the next `mark`; the end where there is none. */
export function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from)
  return at < 0 ? html.length : at + mark.length
}

/** Numbers of up to seven digits; names of up to 31 letters (HTML standard 13.5: none that mail uses is longer). */
const reference = /&(?:#(\d{1,7}|[xX][0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));?/g
/** Soft hyphens and other characters that nobody sees, put into words to break or to hide them. */
const unseen = /[\u00ad\u200b-\u200d\u2060\ufeff]/g
/** One after the other they take half the time of one for both. */
const lineEnds = /[\t\n\f\r][\t\n\f\r ]*/g
const spaces = / {2,}/g

/** Character references are characters, what nobody sees is gone, white space is one space. */
export function readable(text: string): string {
  let read = text.includes('&')
    ? text.replace(reference, (whole, number?: string, name?: string) => (name === undefined ? numbered(number ?? '') : (namedCharacter(name) ?? whole)))
    : text
  if (!isAsciiText(read)) read = read.replace(unseen, '').replaceAll('\u00a0', ' ')
  return read.replace(lineEnds, ' ').replace(spaces, ' ')
}

function numbered(number: string): string {
  const code = /^[xX]/.test(number) ? Number.parseInt(number.slice(1), 16) : Number.parseInt(number, 10)
  return code === 0 || code > 0x10_ff_ff || (code >= 0xd8_00 && code <= 0xdf_ff) ? '\ufffd' : String.fromCodePoint(code)
}

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function endsName(code: number): boolean {
  return code === 0x3e || code === 0x2f || isSpace(code)
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

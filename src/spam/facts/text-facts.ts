import { comparable } from '../view/letters.ts'
import type { MessageView } from '../view/message-view.ts'

/** Characters of the text whose kinds are counted. */
const counted = 20_000

/** What the text shows, and what is done so that a filter does not read it. */
export function textFacts(view: MessageView) {
  const { text, plain, html, htmlSource, words, leaves, header } = view
  const head = text.slice(0, counted)
  const kinds = countKinds(head)
  const source = htmlSource.slice(0, counted)
  const texts = leaves.filter(({ type }) => type.startsWith('text/'))
  return {
    'text.words': words.length,
    'text.capitals': kinds.letters < 40 ? 0 : kinds.capitals / kinds.letters,
    'text.exclaims': kinds.exclaims,
    'text.unseen': kinds.unseen,
    'text.mixed-words': kinds.isAscii ? 0 : count(head, /[a-z](?=[\u0370-\u03ff\u0400-\u04ff])|[\u0370-\u03ff\u0400-\u04ff](?=[a-z])/gi),
    'text.styled-letters': kinds.isAscii ? 0 : count(head, /[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}\uff21-\uff5a]/gu),
    'text.unreadable': kinds.unreadable,
    'text.non-latin': kinds.letters === 0 ? 0 : kinds.nonLatin / kinds.letters,
    'text.spaced-letters': count(head, /\b[a-z](?:[ .*_-][a-z]){5,}\b/gi),
    ...lineFacts(plain),
    'text.sampled': flag(view.sampled),
    'html.only': flag(htmlSource !== '' && plain === ''),
    'html.size': htmlSource.length,
    'html.text-share': htmlSource.length < 200 ? 1 : html.visible.length / htmlSource.length,
    'html.hidden': html.hidden.replace(/\s+/g, '').length,
    'html.hidden-share': html.hidden.length / (html.hidden.length + html.visible.length + 1),
    'html.word-breaks': html.wordBreaks,
    'html.pixels': html.pixels,
    'html.images': html.images.length,
    'html.image-only': flag(html.images.length > 0 && html.visible.replace(/\s+/g, '').length < 120 && plain.length < 120),
    'html.links': html.links.length,
    'html.forms': html.forms.length,
    'html.scripts': html.elements.get('script') ?? 0,
    'html.frames': (html.elements.get('iframe') ?? 0) + (html.elements.get('frame') ?? 0),
    'html.fonts': html.elements.get('font') ?? 0,
    'html.tables': html.elements.get('table') ?? 0,
    'html.styles': html.elements.get('style') ?? 0,
    'html.centered': html.elements.get('center') ?? 0,
    'html.no-frame': flag(htmlSource !== '' && !html.elements.has('body') && !html.elements.has('html')),
    'html.letter-codes': count(source, /&#(?:x[46-7][0-9a-f]|x5[0-9a]|6[5-9]|[7-9]\d|1[01]\d|12[0-2]);/gi),
    'html.coloured': count(source, /color\s*[:=]\s*["']?#?(?:f{3,6}|ff0000|red)\b/gi),
    'parts.count': leaves.length,
    'parts.differ': plain === '' || htmlSource === '' ? 0 : differing(plain, html.visible),
    'parts.coded-ascii': flag(kinds.isAscii && text !== '' && texts.some(({ encoding }) => encoding === 'base64')),
    'parts.encoding-unknown': leaves.filter(({ encoding }) => !/^(?:7bit|8bit|binary|base64|quoted-printable)$/.test(encoding)).length,
    'parts.charset-unknown': texts.filter(({ charset }) => charset !== '' && !knownCharset.test(charset)).length,
    'parts.mime-without-version': flag(header.has('content-type') && !header.has('mime-version')),
    'parts.unopened': flag(/^multipart\//i.test(header.first('content-type')) && view.scanned.top.kind === 'leaf'),
    'parts.unclosed': flag(view.scanned.top.kind === 'multipart' && view.scanned.top.children.length === 0),
  }
}

/** Lines that are looked at. */
const mostLines = 2_000

function lineFacts(plain: string) {
  const facts = { 'text.capital-lines': 0, 'text.quoted-lines': 0, 'text.code-lines': 0, 'text.long-lines': 0, 'text.patch': 0, 'text.signature': 0 }
  const lines = plain === '' ? [] : plain.split('\n', mostLines)
  for (const line of lines) {
    if (line.startsWith('>')) facts['text.quoted-lines'] += 1
    if (line.length > 200) facts['text.long-lines'] += 1
    if (line === '-- ' || line === '-- \r') facts['text.signature'] = 1
    if (line.length > 12 && /[A-Z]{4}/.test(line) && line === line.toUpperCase()) facts['text.capital-lines'] += 1
    if (/[;{}]\s{0,9}$|^\s{0,99}(?:#include|def |return |if \()/.test(line)) facts['text.code-lines'] += 1
    if (/^(?:diff --git|--- a\/|@@ -\d+,\d+ \+\d+|Index: )/.test(line)) facts['text.patch'] = 1
  }
  return { ...facts, 'text.intro-line': flag(/wrote|writes|schrieb/.test(plain) && lines.some((line) => introduction.test(line.trimEnd()))) }
}

/** How mail programs introduce a quotation. */
const introduction = /^(?:>\s?)?(?:On|Am|At) .{5,120}(?:wrote|schrieb).{0,60}:$|^\S.{0,80} (?:wrote|writes|schrieb):$/

/** One pass over a text: most of it is ASCII, and what is not is rare enough to be looked at closely. */
function countKinds(text: string) {
  const kinds = { isAscii: true, letters: 0, capitals: 0, exclaims: 0, unseen: 0, unreadable: 0, nonLatin: 0 }
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x80) {
      const lower = code | 0x20
      if (lower >= 0x61 && lower <= 0x7a) {
        kinds.letters += 1
        if (code !== lower) kinds.capitals += 1
      } else if (code === 0x21) kinds.exclaims += 1
      continue
    }
    kinds.isAscii = false
    if (isUnseen(code)) kinds.unseen += 1
    else if (code === 0xff_fd) kinds.unreadable += 1
    else if (code >= 0xc0 && code < 0x20_00) {
      kinds.letters += 1
      if (code >= 0x04_00) kinds.nonLatin += 1
    } else if (code >= 0x30_40 && code < 0xd8_00) {
      kinds.letters += 1
      kinds.nonLatin += 1
    }
  }
  return kinds
}

/** Soft hyphen, joiners, zero-width spaces, marks of direction. */
function isUnseen(code: number): boolean {
  if (code < 0x20_00) return code === 0xad || code === 0x03_4f || code === 0x06_1c || code === 0x18_0e
  return (code >= 0x20_0b && code <= 0x20_0f) || (code >= 0x20_2a && code <= 0x20_2e) || (code >= 0x20_60 && code <= 0x20_64) || code === 0xfe_ff
}

const knownCharset =
  /^(?:us-ascii|ascii|utf-?8|utf-16(?:le|be)?|utf-7|iso-8859-\d{1,2}(?:-[ie])?|windows-\d{3,4}|cp-?\d{3,4}|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(?:jp|kr|tw|cn)|iso-2022-\w+|shift_?jis|x?-?mac\w*|ks_c_5601-1987|tis-620|macintosh|utf8mb4)$/

/** Share of the words of the shorter text that the other one lacks; 0 where one is too short to say. */
function differing(plain: string, visible: string): number {
  const first = new Set(wordsOf(plain))
  const second = new Set(wordsOf(visible))
  const [small, large] = first.size < second.size ? [first, second] : [second, first]
  if (small.size < 8) return 0
  let missing = 0
  for (const word of small) if (!large.has(word)) missing += 1
  return missing / small.size
}

function wordsOf(text: string): readonly string[] {
  return comparable(text.slice(0, 5_000)).match(/[a-z]{4,20}/g) ?? []
}

function count(text: string, pattern: RegExp): number {
  let found = 0
  pattern.lastIndex = 0
  while (pattern.test(text)) found += 1
  return found
}

function flag(condition: boolean): 0 | 1 {
  return condition ? 1 : 0
}

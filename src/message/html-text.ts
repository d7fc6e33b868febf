/** Elements whose text nobody sees. */
const unseen = new Set(['head', 'script', 'style', 'template', 'title'])
/** Those that a line goes through; all others divide words. */
const inline = new Set([
  'a',
  'abbr',
  'b',
  'bdi',
  'bdo',
  'big',
  'cite',
  'code',
  'em',
  'font',
  'i',
  'ins',
  'kbd',
  'mark',
  'q',
  's',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'tt',
  'u',
  'wbr',
])

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bull: '•',
  copy: '©',
  euro: '€',
  gt: '>',
  hellip: '…',
  laquo: '«',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  middot: '·',
  nbsp: ' ',
  ndash: '–',
  quot: '"',
  raquo: '»',
  rdquo: '”',
  reg: '®',
  rsquo: '’',
  shy: '',
  zwj: '',
  zwnj: '',
}
const umlauts: Readonly<Record<string, string>> = {
  uml: '\u0308',
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  tilde: '\u0303',
  cedil: '\u0327',
  ring: '\u030a',
}

/** What people read of an HTML text, roughly: enough to recognise a message by. In time by its length, whatever it is. */
export function htmlText(html: string): string {
  let text = ''
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at)
    text += decoded(html.slice(at, open < 0 ? html.length : open))
    if (open < 0) break
    const tag = tagAt(html, open)
    if (tag.name !== '' && !inline.has(tag.name)) text += ' '
    at = unseen.has(tag.name) && !tag.closing ? endOf(html, tag.name, tag.end) : tag.end
  }
  return text
}

function tagAt(html: string, open: number): { readonly name: string; readonly closing: boolean; readonly end: number } {
  if (html.startsWith('<!--', open)) {
    const close = html.indexOf('-->', open + 4)
    return { name: '', closing: false, end: close < 0 ? html.length : close + 3 }
  }
  const close = html.indexOf('>', open)
  const [, slash = '', name = ''] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 20)) ?? []
  return { name: name.toLowerCase(), closing: slash !== '', end: close < 0 ? html.length : close + 1 }
}

/** Past the tag that closes it; without one, it goes to the end. */
function endOf(html: string, name: string, from: number): number {
  const close = new RegExp(`</${name}`, 'gi')
  close.lastIndex = from
  const end = close.exec(html) === null ? -1 : html.indexOf('>', close.lastIndex)
  return end < 0 ? html.length : end + 1
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,10}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? letter(name) ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd'
  })
}

/** `auml`, `Eacute`, `szlig`. */
function letter(name: string): string | undefined {
  if (name === 'szlig') return 'ß'
  const mark = umlauts[name.slice(1)]
  return mark === undefined ? undefined : `${name[0]}${mark}`.normalize('NFC')
}

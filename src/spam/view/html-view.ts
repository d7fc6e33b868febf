import { after, contentEnd, readable } from '../../message/html-text.ts'
import { viewLimits } from './limits.ts'

/** A link with what it shows. */
export interface Link {
  readonly href: string
  /** Visible text between its tags. */
  readonly text: string
}

/** HTML as its reader sees it, and what its writer did so that he does not. */
export interface HtmlView {
  readonly visible: string
  /** Text that is there for filters only: not displayed, without size, or in the background's colour. */
  readonly hidden: string
  readonly links: readonly Link[]
  /** Addresses of images. */
  readonly images: readonly string[]
  /** Where forms are sent. */
  readonly forms: readonly string[]
  /** Opening tags by element, in lower case. */
  readonly elements: ReadonlyMap<string, number>
  /** Comments or unknown tags between two letters. */
  readonly wordBreaks: number
  /** Images of at most 2 by 2 pixels. */
  readonly pixels: number
}

export const emptyHtml: HtmlView = { visible: '', hidden: '', links: [], images: [], forms: [], elements: new Map(), wordBreaks: 0, pixels: 0 }

/** Elements whose content nobody reads. */
const unread: ReadonlySet<string> = new Set(['style', 'script', 'title', 'template', 'noscript'])
/** Elements without an end tag (HTML standard 13.1.2). */
const empty: ReadonlySet<string> = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))
/** Elements that stand within a line; all others end one. */
const withinLine: ReadonlySet<string> = new Set(
  'a abbr b bdo big cite code del em font i ins kbd label mark s small span strike strong sub sup tt u var wbr'.split(' '),
)
/** An element may be called so; what is longer is a trick. */
const longestName = 12
const longestTag = 4_000

/** Not a browser: one pass over the tags, in time by the length, whatever the octets are. */
export function readHtml(html: string): HtmlView {
  return new HtmlReader(html).read()
}

class HtmlReader {
  readonly #html: string
  #visible = ''
  #hidden = ''
  readonly #links: Link[] = []
  readonly #images: string[] = []
  readonly #forms: string[] = []
  readonly #elements = new Map<string, number>()
  #wordBreaks = 0
  #pixels = 0
  /** The element that hides what is in it, and how many of its name are open. */
  #hidingName = ''
  #hidingDepth = 0
  #background = 'ffffff'
  #link: { href: string; from: number } | undefined

  constructor(html: string) {
    this.#html = html
  }

  read(): HtmlView {
    const html = this.#html
    let at = 0
    for (;;) {
      const open = html.indexOf('<', at)
      this.#text(html.slice(at, open < 0 ? html.length : open))
      if (open < 0) break
      at = this.#tag(open)
    }
    this.#endLink()
    return {
      visible: readable(this.#visible),
      hidden: readable(this.#hidden),
      links: this.#links,
      images: this.#images,
      forms: this.#forms,
      elements: this.#elements,
      wordBreaks: this.#wordBreaks,
      pixels: this.#pixels,
    }
  }

  #text(text: string): void {
    if (this.#hidingDepth > 0) this.#hidden += text
    else this.#visible += text
  }

  /** Reads what begins with the `<` at `start`; returns where the text goes on. */
  #tag(start: number): number {
    const html = this.#html
    const first = html.charCodeAt(start + 1)
    if (first === 0x21 || first === 0x3f) {
      const end = html.startsWith('!--', start + 1) ? after(html, '-->', start + 4) : after(html, '>', start + 2)
      this.#countBreak(start, end)
      return end
    }
    const slash = first === 0x2f
    const nameStart = slash ? start + 2 : start + 1
    if (!isLetter(html.charCodeAt(nameStart))) {
      this.#text('<')
      return start + 1
    }
    let nameEnd = nameStart + 1
    while (nameEnd - nameStart <= longestName && isNameCharacter(html.charCodeAt(nameEnd))) nameEnd++
    const name = html.slice(nameStart, nameEnd).toLowerCase()
    const end = tagEnd(html, nameEnd)
    if (nameEnd - nameStart > longestName) this.#countBreak(start, end)
    if (slash) this.#close(name)
    else this.#open(name, html.slice(nameEnd, Math.min(end, nameEnd + longestTag)))
    if (!withinLine.has(name)) this.#text('\n')
    return !slash && unread.has(name) ? contentEnd(html, end, name) : end
  }

  /** Something that is not shown stands inside a word. */
  #countBreak(start: number, end: number): void {
    if (isLetter(this.#html.charCodeAt(start - 1)) && isLetter(this.#html.charCodeAt(end))) this.#wordBreaks += 1
  }

  #open(name: string, attributes: string): void {
    this.#elements.set(name, (this.#elements.get(name) ?? 0) + 1)
    if (this.#hidingDepth > 0) {
      if (name === this.#hidingName) this.#hidingDepth += 1
    } else if (!empty.has(name) && this.#hides(name, attributes)) {
      this.#hidingName = name
      this.#hidingDepth = 1
    }
    if (attributes.length < 4) return
    if (name === 'a' || name === 'area') this.#startLink(attribute(attributes, 'href'))
    else if (name === 'img') this.#image(attributes)
    else if (name === 'form') this.#forms.push(attribute(attributes, 'action').slice(0, viewLimits.urlCharacters))
    else if (name === 'body') this.#background = colour(attribute(attributes, 'bgcolor')) ?? this.#background
  }

  #close(name: string): void {
    if (this.#hidingDepth > 0 && name === this.#hidingName) this.#hidingDepth -= 1
    if (name === 'a') this.#endLink()
  }

  #hides(name: string, attributes: string): boolean {
    if (attributes.length < 6) return false
    const style = attributes.includes('style') || attributes.includes('STYLE') ? attribute(attributes, 'style').toLowerCase() : ''
    if (style !== '') {
      if (hidingStyle.test(style)) return true
      const own = /(?:^|[;\s])color\s*:\s*([^;]{3,30})/.exec(style)?.[1]
      const behind = colour(/background(?:-color)?\s*:\s*([^;]{3,30})/.exec(style)?.[1]) ?? this.#background
      if (own !== undefined && colour(own) === behind) return true
    }
    if (name !== 'font') return false
    return colour(attribute(attributes, 'color')) === this.#background || /\bsize\s*=\s*["']?0\b/i.test(attributes)
  }

  #image(attributes: string): void {
    if (this.#images.length < viewLimits.urls) this.#images.push(attribute(attributes, 'src').slice(0, viewLimits.urlCharacters))
    if (/\bwidth\s*=\s*["']?[012]\b/i.test(attributes) && /\bheight\s*=\s*["']?[012]\b/i.test(attributes)) this.#pixels += 1
  }

  #startLink(href: string): void {
    this.#endLink()
    if (href !== '') this.#link = { href: readable(href).slice(0, viewLimits.urlCharacters), from: this.#visible.length }
  }

  #endLink(): void {
    const link = this.#link
    this.#link = undefined
    if (link === undefined || this.#links.length >= viewLimits.urls) return
    this.#links.push({ href: link.href, text: readable(this.#visible.slice(link.from, link.from + viewLimits.urlCharacters)).trim() })
  }
}

const hidingStyle =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*(?:[01]px|0(?![.\d])|0?\.\d)|opacity\s*:\s*0(?![.\d])|max-height\s*:\s*0(?![.\d])|text-indent\s*:\s*-\d{3}/

/** The value of an attribute; '' where it is missing. */
function attribute(attributes: string, name: string): string {
  for (const found of attributes.matchAll(/([a-zA-Z-]{2,20})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g)) {
    if (found[1]?.toLowerCase() === name) return (found[2] ?? found[3] ?? found[4] ?? '').trim()
  }
  return ''
}

/** Six hexadecimal digits; undefined: not understood. */
function colour(written: string | undefined): string | undefined {
  const text =
    written
      ?.trim()
      .toLowerCase()
      .replace(/\s*!important$/, '') ?? ''
  if (text === 'white') return 'ffffff'
  if (text === 'black') return '000000'
  const [, digits] = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/.exec(text) ?? []
  if (digits !== undefined) return digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join('')
  const [, red, green, blue] = /^rgba?\((\d{1,3}), ?(\d{1,3}), ?(\d{1,3})\b/.exec(text) ?? []
  return red === undefined ? undefined : [red, green, blue].map((value) => Number(value).toString(16).padStart(2, '0')).join('')
}

/** Past the `>` that is not in a quoted value. An unclosed quote ends with its tag. */
function tagEnd(html: string, from: number): number {
  const close = html.indexOf('>', from)
  if (close < 0) return html.length
  let at = from
  while (at < html.length && at < from + longestTag) {
    const code = html.charCodeAt(at++)
    if (code === 0x3e) return at
    if ((code !== 0x22 && code !== 0x27) || html.charCodeAt(at - 2) !== 0x3d) continue
    const end = html.indexOf(code === 0x22 ? '"' : "'", at)
    if (end < 0 || end > from + longestTag) return close + 1
    at = end + 1
  }
  return close + 1
}

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isNameCharacter(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x3a || code === 0x2d
}

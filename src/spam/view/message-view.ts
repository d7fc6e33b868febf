import { decodeCharset } from '../../message/charset.ts'
import { decodeBody } from '../../message/decode.ts'
import { asBuffer, octet } from '../../message/octets.ts'
import { decodedParameter } from '../../message/parameter-text.ts'
import type { Part, Scanned } from '../../message/part.ts'
import { scan } from '../../message/scan.ts'
import type { SpamInput } from '../input.ts'
import { HeaderView, type Party } from './header-view.ts'
import { emptyHtml, type HtmlView, readHtml } from './html-view.ts'
import { comparable, wordHashes } from './letters.ts'
import { viewLimits } from './limits.ts'
import { readUrl, type Url, urlsInText } from './url.ts'

/** A part that holds something, not other parts. */
export interface Leaf {
  readonly part: Part
  /** "text/html". */
  readonly type: string
  readonly charset: string
  readonly encoding: string
  /** Decoded; '' where none is given. */
  readonly fileName: string
  readonly attached: boolean
  /** Octets as they stand in the message. */
  readonly sizeBytes: number
}

/** A message as the tests and the learner look at it: decoded once, bounded by `viewLimits`. */
export interface MessageView {
  readonly input: SpamInput
  readonly scanned: Scanned
  readonly header: HeaderView
  readonly subject: string
  readonly from: readonly Party[]
  readonly leaves: readonly Leaf[]
  /** Text of text/plain parts that are no attachments. */
  readonly plain: string
  /** Source of text/html parts. */
  readonly htmlSource: string
  readonly html: HtmlView
  /** What a reader sees: plain text and HTML. */
  readonly text: string
  /** The same as words are compared (letters.ts), and the hashes of its words. */
  readonly comparable: string
  readonly words: Int32Array
  /** Of links, images, forms and plain text. */
  readonly urls: readonly Url[]
  /** Something was longer than is looked at. */
  readonly sampled: boolean
}

export function viewMessage(input: SpamInput): MessageView {
  const octets = asBuffer(input.octets)
  const scanned = input.scanned ?? scan(octets)
  const header = new HeaderView(octets.toString('latin1', 0, Math.min(scanned.top.bodyStart, viewLimits.headerOctets)))
  const leaves: Leaf[] = []
  collectLeaves(scanned.top, leaves)
  const texts = readTexts(octets, leaves)
  const html = texts.html === '' ? emptyHtml : readHtml(texts.html)
  const text = sample(texts.plain === '' ? html.visible : `${texts.plain}\n${html.visible}`, viewLimits.textCharacters)
  const compared = comparable(text)
  return {
    input,
    scanned,
    header,
    subject: header.text('subject'),
    from: header.parties('from'),
    leaves,
    plain: texts.plain,
    htmlSource: texts.html,
    html,
    text,
    comparable: compared,
    words: bothEnds(compared),
    urls: collectUrls(html, text),
    sampled: texts.sampled,
  }
}

/** At most `limit` characters of a text: three quarters from its beginning, the others from its end. */
function sample(text: string, limit: number): string {
  if (text.length <= limit) return text
  const head = Math.floor((limit * 3) / 4)
  return `${text.slice(0, head)}\n${text.slice(head + 1 - limit)}`
}

/** The words of a comparable text; of a long one, those at its beginning and its end. */
function bothEnds(text: string): Int32Array {
  const head = wordHashes(text, viewLimits.words)
  if (head.length < viewLimits.words) return head
  const tail = wordHashes(text.slice(-viewLimits.tailCharacters), viewLimits.words)
  const both = new Int32Array(head.length + tail.length)
  both.set(head)
  both.set(tail, head.length)
  return both
}

function collectLeaves(part: Part, leaves: Leaf[]): void {
  if (leaves.length >= viewLimits.leaves) return
  for (const child of part.children) collectLeaves(child, leaves)
  // A multipart whose boundary never comes: what stands there is shown as text by many.
  const empty = part.kind === 'multipart' && part.children.length === 0
  if (part.kind !== 'leaf' && !empty) return
  const { fields } = part
  const fileName = decodedParameter(fields.disposition?.parameters ?? [], 'filename') ?? decodedParameter(fields.parameters, 'name') ?? ''
  leaves.push({
    part,
    type: empty ? 'text/plain' : `${fields.type}/${fields.subtype}`,
    charset: (decodedParameter(fields.parameters, 'charset') ?? '').toLowerCase(),
    encoding: fields.encoding,
    fileName: fileName.replace(/\s+/g, ' ').slice(0, 255),
    attached: fields.disposition?.disposition === 'attachment',
    sizeBytes: part.bodyEnd - part.bodyStart,
  })
}

function readTexts(octets: Buffer, leaves: readonly Leaf[]): { plain: string; html: string; sampled: boolean } {
  let plain = ''
  let html = ''
  let left: number = viewLimits.textParts
  let sampled = false
  for (const leaf of leaves) {
    // An attached page is no text that is shown; an attached message/rfc822 has its own leaves, which are.
    if (!leaf.type.startsWith('text/') || (leaf.attached && leaf.fileName !== '') || left-- <= 0) continue
    const isHtml = leaf.type === 'text/html'
    if ((isHtml ? html : plain).length >= viewLimits.textCharacters) {
      sampled = true
      continue
    }
    const body = octets.subarray(leaf.part.bodyStart, leaf.part.bodyEnd)
    const cut = body.length > (viewLimits.textHeadOctets + viewLimits.textTailOctets) * 3
    sampled ||= cut
    const text = cut ? `${decode(leaf, body.subarray(0, viewLimits.textHeadOctets))}\n${decode(leaf, tail(body))}` : decode(leaf, body)
    // What calls itself plain and begins as a page is shown as one by some.
    if (isHtml || /^\s{0,20}<(?:!doctype )?html\b/i.test(text)) html += html === '' ? text : `\n${text}`
    else plain += plain === '' ? text : `\n${text}`
  }
  const limit = viewLimits.textCharacters * 3
  return { plain: sample(plain, viewLimits.textCharacters), html: sample(html, limit), sampled: sampled || html.length > limit }
}

function decode({ encoding, charset }: Leaf, body: Buffer): string {
  return decodeCharset(decodeBody(encoding, body), charset)
}

/** The last octets, from the beginning of a line, where base64 and quoted-printable can be read from. */
function tail(body: Buffer): Buffer {
  const from = body.length - viewLimits.textTailOctets
  const lf = body.indexOf(octet.lf, from)
  return body.subarray(lf < 0 ? from : lf + 1)
}

function collectUrls(html: HtmlView, text: string): Url[] {
  const written = new Set<string>()
  for (const link of html.links) written.add(link.href)
  for (const image of html.images) written.add(image)
  for (const form of html.forms) written.add(form)
  for (const found of urlsInText(text)) written.add(found)
  const urls: Url[] = []
  for (const one of written) {
    const url = readUrl(one)
    if (url !== undefined) urls.push(url)
    if (urls.length >= viewLimits.urls) break
  }
  return urls
}

import { decodeCharset } from './charset.ts'
import { unfoldToSpace } from './header-section.ts'
import { hexValue, octet, octetsToText } from './octets.ts'

/** RFC 2047 2: charset names are far shorter. */
const longestCharset = 64

interface EncodedWord {
  readonly charset: string
  readonly octets: Buffer
  readonly end: number
}

/**
 * Text of an unstructured field (RFC 5322 3.2.5): encoded words decoded (RFC 2047), folding as one space, outer white space gone.
 */
export function readText(value: string): string {
  return decodeWords(value.trim())
}

/**
 * Decodes encoded words wherever they stand, also inside quotes and next to other text, as senders do. Between two of them white space is
 * dropped (RFC 2047 6.2); neighbours of one charset are decoded together, since some senders cut characters in two.
 */
export function decodeWords(octets: string): string {
  let text = ''
  let plainFrom = 0
  let charset = ''
  let run: Buffer[] = []
  let at = octets.indexOf('=?')
  const endRun = () => {
    if (run.length > 0) text += decodeCharset(run.length === 1 && run[0] !== undefined ? run[0] : Buffer.concat(run), charset)
    run = []
  }
  while (at >= 0) {
    const word = readEncodedWord(octets, at)
    if (word === 'unclosed') break
    if (word === undefined) {
      at = octets.indexOf('=?', at + 2)
      continue
    }
    const between = octets.slice(plainFrom, at)
    const adjacent = run.length > 0 && between.trim() === ''
    if (!adjacent || word.charset !== charset || isStateful(charset)) endRun()
    if (!adjacent) text += octetsToText(unfoldToSpace(between))
    charset = word.charset
    run.push(word.octets)
    plainFrom = word.end
    at = octets.indexOf('=?', plainFrom)
  }
  endRun()
  return text + octetsToText(unfoldToSpace(octets.slice(plainFrom)))
}

/** `=?charset*language?B|Q?text?=`; unclosed: there is no `?=` from here to the end, so that nobody need look for another. */
function readEncodedWord(octets: string, start: number): EncodedWord | 'unclosed' | undefined {
  const charsetEnd = octets.slice(start + 2, start + 2 + longestCharset).indexOf('?')
  if (charsetEnd < 1) return undefined
  const mark = start + 2 + charsetEnd + 1
  const coding = octets[mark]?.toLowerCase()
  // Before its end is looked for: a word that is none is skipped, and the end may be a megabyte away, for each of them.
  if ((coding !== 'b' && coding !== 'q') || octets.charCodeAt(mark + 1) !== octet.question) return undefined
  const textStart = mark + 2
  const textEnd = octets.indexOf('?=', textStart)
  if (textEnd < 0) return 'unclosed'
  const coded = octets.slice(textStart, textEnd)
  const [charset = ''] = octets
    .slice(start + 2, mark - 1)
    .toLowerCase()
    .split('*', 1)
  return { charset, octets: coding === 'b' ? Buffer.from(coded, 'base64') : decodeQ(coded), end: textEnd + 2 }
}

/** RFC 2047 4.2; white space that folding put in is dropped, other is kept though it is not allowed. */
function decodeQ(coded: string): Buffer {
  const decoded = Buffer.allocUnsafe(coded.length)
  let length = 0
  for (let index = 0; index < coded.length; index += 1) {
    let code = coded.charCodeAt(index)
    if (code === octet.cr || code === octet.lf) {
      while (coded.charCodeAt(index + 1) === octet.space || coded.charCodeAt(index + 1) === octet.tab) index += 1
      continue
    }
    if (code === octet.equals) {
      const value = hexValue(coded.charCodeAt(index + 1), coded.charCodeAt(index + 2))
      if (value >= 0) {
        code = value
        index += 2
      }
    } else if (code === 0x5f) code = octet.space
    decoded[length++] = code
  }
  return decoded.subarray(0, length)
}

/** Each word of these begins and ends in ASCII (RFC 1468); joined, the escape sequences between them are one too many for decoders. */
function isStateful(charset: string): boolean {
  return charset.startsWith('iso-2022-')
}

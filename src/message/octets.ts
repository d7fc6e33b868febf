/**
 * Header fields are read as *octet strings*: a string with one character (U+0000 … U+00FF) for each octet. Nothing is lost, whatever
 * charset the sender had in mind; text is made at the edge, by `octetsToText`.
 */

export const octet = {
  tab: 9,
  lf: 10,
  cr: 13,
  space: 32,
  quote: 34,
  open: 40,
  close: 41,
  comma: 44,
  hyphen: 45,
  dot: 46,
  slash: 47,
  colon: 58,
  semicolon: 59,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
  at: 64,
  bracketOpen: 91,
  backslash: 92,
  bracketClose: 93,
} as const

/** The same memory as a Buffer, whose searches are fast. */
export function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
}

/** Space, tab, or the CR and LF of folding. */
export function isWhiteSpace(code: number): boolean {
  return code === octet.space || code === octet.tab || code === octet.cr || code === octet.lf
}

export function skipWhiteSpace(text: string, start: number): number {
  let index = start
  while (index < text.length && isWhiteSpace(text.charCodeAt(index))) index += 1
  return index
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const windows1252 = new TextDecoder('windows-1252')

/** UTF-8 where it is (RFC 6532), else what old software means by unlabelled octets. */
export function octetsToText(octets: string): string {
  if (isAscii(octets)) return octets
  return decodeUnlabelled(Buffer.from(octets, 'latin1'))
}

export function decodeUnlabelled(octets: Uint8Array): string {
  try {
    return strictUtf8.decode(octets)
  } catch {
    return windows1252.decode(octets)
  }
}

/** A to Z only: an octet past ASCII is a piece of a character that nobody knows here. */
export function lowerAscii(octets: string): string {
  return isAscii(octets) ? octets.toLowerCase() : octets.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false
  return true
}

/** The octet that two hexadecimal digits name; -1 where they are not two. */
export function hexValue(high: number | undefined, low: number | undefined): number {
  const first = hexDigit(high)
  const second = hexDigit(low)
  return first < 0 || second < 0 ? -1 : first * 16 + second
}

/** NaN, from past a string's end, is no digit either. */
function hexDigit(code = 0): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

export const emptyBuffer: Buffer = Buffer.alloc(0)

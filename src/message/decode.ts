import { decodeCharset } from './charset.ts'
import { asBuffer, hexValue, octet } from './octets.ts'
import type { StoredPart } from './parts.ts'

/** Octets of a body that are decoded for searching; past that, a text is not searched. */
export const mostDecodedOctets = 4 * 1_048_576

/** A leaf's body as its sender meant it, at most `limit` octets of what is stored. `body` is what stands between the part's bodyStart and bodyEnd. */
export function decodeText(part: Pick<StoredPart, 'encoding' | 'charset'>, body: Uint8Array, limit: number = mostDecodedOctets): string {
  return decodeCharset(decodeBody(part.encoding, body, limit), part.charset)
}

/** Content-Transfer-Encoding undone (RFC 2045 6); octets of an unknown encoding stay as they are. */
export function decodeBody(encoding: string, body: Uint8Array, limit: number = mostDecodedOctets): Uint8Array {
  const octets = asBuffer(body).subarray(0, limit)
  switch (encoding) {
    case 'base64':
      return decodeBase64(octets)
    case 'quoted-printable':
      return decodeQuotedPrintable(octets)
    default:
      return octets
  }
}

/** Characters outside the alphabet are skipped (RFC 2045 6.8). What follows padding is decoded too: some senders join two codings. */
function decodeBase64(octets: Buffer): Buffer {
  const text = octets.toString('latin1')
  const padding = text.indexOf('=')
  const isJoined = padding >= 0 && /[^=\s]/.test(text.slice(padding))
  return isJoined ? decodeJoined(octets) : Buffer.from(text, 'base64')
}

const sextets = new Int8Array(256).fill(-1)
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) sextets[character.charCodeAt(0)] = value

/** In one pass, however many codings there are: padding ends each of them, and what is left of its bits is none. */
function decodeJoined(octets: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(octets.length)
  let length = 0
  let bits = 0
  let count = 0
  for (const code of octets) {
    const sextet = sextets[code] ?? -1
    if (code === octet.equals) count = 0
    if (sextet < 0) continue
    bits = ((bits << 6) | sextet) & 0xfff
    count += 6
    if (count < 8) continue
    count -= 8
    decoded[length++] = (bits >> count) & 0xff
  }
  return decoded.subarray(0, length)
}

/** RFC 2045 6.7; an equals sign without two hexadecimal digits or a line end behind it is kept. */
function decodeQuotedPrintable(octets: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(octets.length)
  let length = 0
  /** Past the last octet of the line that is no space or tab: those at a line's end are not text. */
  let visible = 0
  for (let index = 0; index < octets.length; index += 1) {
    const code = octets[index] ?? 0
    if (code === octet.lf) {
      const crlf = length > visible && decoded[length - 1] === octet.cr
      length = visible
      if (crlf) decoded[length++] = octet.cr
      decoded[length++] = code
      visible = length
      continue
    }
    if (code === octet.equals) {
      const end = softBreakEnd(octets, index + 1)
      if (end > 0) {
        index = end - 1
        visible = length
        continue
      }
      const value = hexValue(octets[index + 1], octets[index + 2])
      if (value >= 0) {
        decoded[length++] = value
        visible = length
        index += 2
        continue
      }
    }
    decoded[length++] = code
    if (code !== octet.space && code !== octet.tab && code !== octet.cr) visible = length
  }
  return decoded.subarray(0, visible)
}

/** Past the line end of a soft line break, whose white space does not count; 0 where there is none. */
function softBreakEnd(octets: Buffer, start: number): number {
  let index = start
  while (octets[index] === octet.space || octets[index] === octet.tab) index += 1
  if (octets[index] === octet.cr) index += 1
  return octets[index] === octet.lf ? index + 1 : 0
}

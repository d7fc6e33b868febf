import { Base64Decoder } from './base64-decoder.ts'
import { decodeCharset } from './charset.ts'
import { asBuffer, octet } from './octets.ts'
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
  return isJoined ? new Base64Decoder().push(octets) : Buffer.from(text, 'base64')
}

const hexDigits = new Int8Array(256).fill(-1)
for (const [value, character] of [...'0123456789ABCDEF'].entries()) {
  hexDigits[character.charCodeAt(0)] = value
  hexDigits[character.toLowerCase().charCodeAt(0)] = value
}

/** RFC 2045 6.7; an equals sign without two hexadecimal digits or a line end behind it is kept. */
function decodeQuotedPrintable(octets: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(octets.length)
  const total = octets.length
  let length = 0
  /** Where what cannot be white space at a line's end ends: the line before, a coded octet, a soft line break. */
  let kept = 0
  let index = 0
  while (index < total) {
    const code = octets[index++] ?? 0
    if (code === octet.equals && index < total) {
      const high = hexDigits[octets[index] ?? 0] ?? -1
      const low = index + 1 < total ? (hexDigits[octets[index + 1] ?? 0] ?? -1) : -1
      if (high >= 0 && low >= 0) {
        decoded[length++] = high * 16 + low
        kept = length
        index += 2
        continue
      }
      const end = softBreakEnd(octets, index)
      if (end > 0) {
        index = end
        kept = length
        continue
      }
    } else if (code === octet.lf) {
      const crlf = length > kept && decoded[length - 1] === octet.cr
      length = trimmedEnd(decoded, kept, length)
      if (crlf) decoded[length++] = octet.cr
      decoded[length++] = code
      kept = length
      continue
    }
    decoded[length++] = code
  }
  return decoded.subarray(0, trimmedEnd(decoded, kept, length))
}

/** Without the white space and CR at a line's end, which are not text; no further than `from`. */
function trimmedEnd(decoded: Buffer, from: number, end: number): number {
  let at = end
  while (at > from && isLineEndSpace(decoded[at - 1] ?? 0)) at--
  return at
}

function isLineEndSpace(code: number): boolean {
  return code === octet.space || code === octet.tab || code === octet.cr
}

/** Past the line end of a soft line break, whose white space does not count; 0 where there is none. */
function softBreakEnd(octets: Buffer, start: number): number {
  let index = start
  while (octets[index] === octet.space || octets[index] === octet.tab) index += 1
  if (octets[index] === octet.cr) index += 1
  return octets[index] === octet.lf ? index + 1 : 0
}

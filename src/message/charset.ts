import { TextDecoder } from 'node:util'
import { asBuffer, decodeUnlabelled } from './octets.ts'

/** By name; unknown names too, since finding out costs an exception. */
const decoders = new Map<string, TextDecoder | undefined>()
/** There are about 230 names (Encoding standard 4.2); past this many, what is kept is mostly nonsense. */
const mostDecoders = 1000

/** Text of octets in a named charset. Unknown, missing and us-ascii names are taken as `decodeUnlabelled` does; bad octets become U+FFFD. */
export function decodeCharset(octets: Uint8Array, charset: string): string {
  const name = charset.trim().toLowerCase()
  // The Encoding standard leaves it out, since browsers were deceived with it. Nobody runs what we read.
  if (name === 'utf-7' || name === 'unicode-1-1-utf-7') return decodeUtf7(octets)
  const decoder = decoderFor(name)
  return decoder === undefined ? decodeUnlabelled(octets) : decoder.decode(octets)
}

function decoderFor(name: string): TextDecoder | undefined {
  // The Encoding standard reads us-ascii as windows-1252; mail that says us-ascii and is not, is mostly UTF-8.
  if (name === '' || name === 'us-ascii' || name === 'ascii' || name.length > 40) return undefined
  if (decoders.has(name)) return decoders.get(name)
  const decoder = makeDecoder(name)
  if (decoders.size >= mostDecoders) decoders.clear()
  decoders.set(name, decoder)
  return decoder
}

function makeDecoder(name: string): TextDecoder | undefined {
  try {
    return new TextDecoder(name)
  } catch {
    return undefined
  }
}

/** RFC 2152: UTF-16 in base64 between "+" and what is no base64, of which a "-" is not text. What is no UTF-7 stays as it is. */
function decodeUtf7(octets: Uint8Array): string {
  return asBuffer(octets)
    .toString('latin1')
    .replace(/\+([A-Za-z0-9+/]*)(-?)/g, (whole, coded: string, end: string) => {
      if (coded === '') return end === '' ? whole : '+'
      const units = Buffer.from(coded, 'base64')
      return units
        .subarray(0, units.length & ~1)
        .swap16()
        .toString('utf16le')
    })
}

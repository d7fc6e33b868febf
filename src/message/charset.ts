import { TextDecoder } from 'node:util'
import { decodeUnlabelled } from './octets.ts'

/** Only names that TextDecoder knows come in here, so it cannot grow past their number. */
const decoders = new Map<string, TextDecoder>()

/** Text of octets in a named charset. Unknown, missing and us-ascii names are taken as `decodeUnlabelled` does; bad octets become U+FFFD. */
export function decodeCharset(octets: Uint8Array, charset: string): string {
  const decoder = decoderFor(charset.trim().toLowerCase())
  return decoder === undefined ? decodeUnlabelled(octets) : decoder.decode(octets)
}

function decoderFor(name: string): TextDecoder | undefined {
  // The Encoding standard reads us-ascii as windows-1252; mail that says us-ascii and is not, is mostly UTF-8.
  if (name === '' || name === 'us-ascii' || name === 'ascii' || name.length > 40) return undefined
  const known = decoders.get(name)
  if (known !== undefined) return known
  try {
    const decoder = new TextDecoder(name)
    decoders.set(name, decoder)
    return decoder
  } catch {
    return undefined
  }
}

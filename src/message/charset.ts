import { TextDecoder } from 'node:util'
import { decodeUnlabelled } from './octets.ts'

/** By name; unknown names too, since finding out costs an exception. */
const decoders = new Map<string, TextDecoder | undefined>()
/** There are about 230 names (Encoding standard 4.2); past this many, what is kept is mostly nonsense. */
const mostDecoders = 1000

/** Text of octets in a named charset. Unknown, missing and us-ascii names are taken as `decodeUnlabelled` does; bad octets become U+FFFD. */
export function decodeCharset(octets: Uint8Array, charset: string): string {
  const decoder = decoderFor(charset.trim().toLowerCase())
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

import { emptyLineEnd, fieldEnd, isNamed, lineEnd } from './header-section.ts'
import { octet } from './octets.ts'

/** Fields that the index keeps something of: MIME's for every part, ENVELOPE's and References for a message. */
export const knownNames = [
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'content-description',
  'content-md5',
  'content-language',
  'content-location',
  'date',
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'in-reply-to',
  'references',
  'message-id',
] as const

export type KnownName = (typeof knownNames)[number]

/** Raw values (octet strings with their folding) of the known fields that are there, each in its order. */
export type KnownFields = { readonly [name in KnownName]?: readonly string[] }

/** A field that comes a thousand times is not read a thousand times. */
const mostOfOneName = 100

/** One pass over a header section: lines whose first letter and length fit no known name cost one search for their end. */
export function readKnownFields(section: Buffer, withEnvelope: boolean): KnownFields {
  const found: { [name in KnownName]?: string[] } = {}
  let at = 0
  while (at < section.length && emptyLineEnd(section, at) === at) {
    const name = knownAt(section, at, withEnvelope)
    if (name === undefined) {
      at = lineEnd(section, at)
      continue
    }
    const end = fieldEnd(section, at)
    const values = (found[name] ??= [])
    if (values.length < mostOfOneName) values.push(section.toString('latin1', section.indexOf(octet.colon, at + name.length) + 1, end))
    at = end
  }
  return found
}

function knownAt(section: Buffer, at: number, withEnvelope: boolean): KnownName | undefined {
  const candidates = byFirstLetter[(section[at] ?? 0) | 0x20]
  if (candidates === undefined) return undefined
  for (const name of candidates) {
    if (isNamed(section, at, name)) return withEnvelope || name.startsWith('content-') ? name : undefined
  }
  return undefined
}

const byFirstLetter: (readonly KnownName[] | undefined)[] = []
for (const name of knownNames) {
  const letter = name.charCodeAt(0)
  byFirstLetter[letter] = [...(byFirstLetter[letter] ?? []), name]
}

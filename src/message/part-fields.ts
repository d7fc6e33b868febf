import { type Parameter, parameter, readContentType, readDisposition } from './content-type.ts'
import { unfold } from './header-section.ts'
import type { KnownFields } from './known-fields.ts'
import { skipCfws } from './lexer.ts'
import { lowerAscii } from './octets.ts'
import type { PartFields } from './part.ts'
import { decodedParameter } from './parameter-text.ts'

const usAscii: readonly Parameter[] = [['charset', 'us-ascii']]

/** `digest`: the part stands in a multipart/digest, where a message is the default (RFC 2046 5.1.5). */
export function readPartFields(known: KnownFields, digest: boolean): PartFields {
  const written = known['content-type']?.[0]
  const contentType = written === undefined ? undefined : readContentType(written)
  const disposition = known['content-disposition']?.[0]
  return {
    ...effectiveType(contentType, digest),
    encoding: readEncoding(known['content-transfer-encoding']?.[0]),
    id: text(known['content-id']),
    description: text(known['content-description']),
    md5: text(known['content-md5']),
    disposition: disposition === undefined ? undefined : readDisposition(unfold(disposition)),
    languages: readLanguages(known['content-language']?.[0]),
    location: text(known['content-location']),
  }
}

/** The octets that a multipart's delimiter lines begin with after `--`; undefined: it cannot be divided. */
export function boundaryOf(fields: PartFields): Buffer | undefined {
  // The usual case first: nothing to decode, and white space at the end can be none of it (RFC 2046 5.1.1).
  const written = parameter(fields.parameters, 'boundary') ?? decodedParameter(fields.parameters, 'boundary')
  const boundary = written?.replace(/[\r\n]/g, '').trimEnd()
  return boundary === undefined || boundary === '' ? undefined : Buffer.from(boundary, 'latin1')
}

function effectiveType(
  contentType: { readonly type: string; readonly subtype: string; readonly parameters: readonly Parameter[] } | undefined,
  digest: boolean,
): Pick<PartFields, 'type' | 'subtype' | 'parameters'> {
  if (contentType === undefined)
    return digest ? { type: 'message', subtype: 'rfc822', parameters: [] } : { type: 'text', subtype: 'plain', parameters: usAscii }
  const { type, subtype, parameters } = contentType
  // RFC 2045 5.2: what cannot be understood is plain text. "text" alone is common enough to keep its charset.
  if (type === '' || subtype === '') return { type: 'text', subtype: 'plain', parameters: type === 'text' ? parameters : usAscii }
  return { type, subtype, parameters }
}

/** The mechanism's name without comments; nonsense stays as it is, so that nobody decodes it. */
function readEncoding(value: string | undefined): string {
  if (value === undefined) return '7bit'
  const start = skipCfws(value, 0)
  let end = start
  while (end < value.length && !/[\s;(]/.test(value[end] ?? '')) end += 1
  return end === start ? '7bit' : lowerAscii(value.slice(start, end))
}

function readLanguages(value: string | undefined): string[] {
  if (value === undefined) return []
  return unfold(value)
    .split(',', 100)
    .map((tag) => tag.replace(/\([^()]*\)/g, '').trim())
    .filter((tag) => tag !== '')
}

function text(values: readonly string[] | undefined): string | undefined {
  const value = values?.[0]
  if (value === undefined) return undefined
  const unfolded = unfold(value)
  return unfolded === '' ? undefined : unfolded
}

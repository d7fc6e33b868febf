import type { Parameter } from './content-type.ts'
import { emptyEnvelope } from './envelope.ts'
import { isMessageType, type Part } from './part.ts'
import { imapNstring, imapString, octetsOf } from './wire-text.ts'

/** BODYSTRUCTURE (RFC 9051 7.5.2) with all extension data, parentheses included, ready for the wire. */
export function writeBodyStructure(top: Part): Uint8Array {
  return octetsOf(body(top, true))
}

/** The same without extension data: the answer to FETCH BODY. */
export function writeBody(top: Part): Uint8Array {
  return octetsOf(body(top, false))
}

/** A multipart needs a part and a message needs a body in IMAP's grammar, even where the message has none. */
function emptyText(extended: boolean): string {
  return `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0${extended ? ' NIL NIL NIL NIL' : ''})`
}

function body(part: Part, extended: boolean): string {
  return part.kind === 'multipart' ? multipart(part, extended) : single(part, extended)
}

function multipart(part: Part, extended: boolean): string {
  const { fields } = part
  const parts = part.children.length === 0 ? emptyText(extended) : part.children.map((child) => body(child, extended)).join('')
  const plain = `(${parts} ${imapString(fields.subtype)}`
  return extended ? `${plain} ${parameterList(fields.parameters)} ${extension(part)})` : `${plain})`
}

function single(part: Part, extended: boolean): string {
  const { fields } = part
  const size = part.bodyEnd - part.bodyStart
  const basic = `(${imapString(fields.type)} ${imapString(fields.subtype)} ${parameterList(fields.parameters)} ${imapNstring(fields.id)} ${imapNstring(fields.description)} ${imapString(fields.encoding)} ${size}`
  const plain = `${basic}${specific(part, extended)}`
  return extended ? `${plain} ${imapNstring(fields.md5)} ${extension(part)})` : `${plain})`
}

function specific(part: Part, extended: boolean): string {
  if (isMessageType(part.fields)) {
    const inner = part.children[0]
    // A message that could not be opened keeps its type, so that clients offer it as one, with nothing known of its inside.
    if (inner?.envelope === undefined) return ` ${latin1(emptyEnvelope)} ${emptyText(extended)} ${part.lines}`
    return ` ${latin1(inner.envelope)} ${body(inner, extended)} ${part.lines}`
  }
  return part.fields.type === 'text' ? ` ${part.lines}` : ''
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1')
}

/** body-fld-dsp, body-fld-lang, body-fld-loc. */
function extension(part: Part): string {
  const { disposition, languages, location } = part.fields
  const dsp =
    disposition === undefined || disposition.disposition === '' ? 'NIL' : `(${imapString(disposition.disposition)} ${parameterList(disposition.parameters)})`
  return `${dsp} ${languageList(languages)} ${imapNstring(location)}`
}

/** A list even for one, as most servers have it. */
function languageList(languages: readonly string[]): string {
  return languages.length === 0 ? 'NIL' : `(${languages.map(imapString).join(' ')})`
}

function parameterList(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'NIL'
  return `(${parameters.map(([name, value]) => `${imapString(name)} ${imapString(value)}`).join(' ')})`
}

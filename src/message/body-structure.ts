import type { Parameter } from './content-type.ts'
import type { Part } from './part.ts'
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
const emptyText = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'

function body(part: Part, extended: boolean): string {
  return part.kind === 'multipart' ? multipart(part, extended) : single(part, extended)
}

function multipart(part: Part, extended: boolean): string {
  const { fields } = part
  const parts = part.children.length === 0 ? emptyText : part.children.map((child) => body(child, extended)).join('')
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
  if (part.kind === 'message') {
    const inner = part.children[0]
    if (inner?.envelope === undefined) return ''
    return ` ${Buffer.from(inner.envelope).toString('latin1')} ${body(inner, extended)} ${part.lines}`
  }
  return part.fields.type === 'text' ? ` ${part.lines}` : ''
}

/** body-fld-dsp, body-fld-lang, body-fld-loc. */
function extension(part: Part): string {
  const { disposition, languages, location } = part.fields
  const dsp =
    disposition === undefined || disposition.disposition === '' ? 'NIL' : `(${imapString(disposition.disposition)} ${parameterList(disposition.parameters)})`
  return `${dsp} ${languageList(languages)} ${imapNstring(location)}`
}

function languageList(languages: readonly string[]): string {
  if (languages.length === 0) return 'NIL'
  return languages.length === 1 ? imapString(languages[0] ?? '') : `(${languages.map(imapString).join(' ')})`
}

function parameterList(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'NIL'
  return `(${parameters.map(([name, value]) => `${imapString(name)} ${imapString(value)}`).join(' ')})`
}

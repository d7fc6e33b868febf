import { encodeUtf7 } from '../parse/utf7.ts'

/** A quoted string (RFC 9051 4.3) of text that has no CR, LF or NUL. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A string that is a literal where it holds more than ASCII (RFC 9051 4.3). For `Output.utf8`. */
export function astring(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? quoted(text) : `{${Buffer.byteLength(text)}}\r\n${text}`
}

/** A mailbox name for the wire: quoted, modified UTF-7 unless the client enabled UTF-8 (RFC 6855). */
export function mailboxName(name: string, utf8: boolean): string {
  return quoted(utf8 ? name : encodeUtf7(name))
}

/** Text from outside in a human-readable answer: one line, ASCII. */
export function plainText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?').slice(0, 300)
}

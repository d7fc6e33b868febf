/**
 * Strings of an IMAP response (RFC 9051 4.3, 9) as octet strings: quoted where all is printable ASCII or tab, else a literal, so that
 * 8-bit, CR and LF go through as they came. NUL, which IMAP cannot carry, becomes `?`.
 */

/** Longer ones are literals, since some clients read quoted strings into short buffers. */
const longestQuoted = 1000

export function imapString(octets: string): string {
  if (octets.length <= longestQuoted) {
    let escapes = false
    let index = 0
    for (; index < octets.length; index += 1) {
      const code = octets.charCodeAt(index)
      if ((code < 0x20 && code !== 0x09) || code > 0x7e) break
      if (code === 0x22 || code === 0x5c) escapes = true
    }
    if (index === octets.length) return escapes ? `"${octets.replace(/["\\]/g, '\\$&')}"` : `"${octets}"`
  }
  return `{${octets.length}}\r\n${octets.includes('\0') ? octets.replaceAll('\0', '?') : octets}`
}

export function imapNstring(octets: string | undefined): string {
  return octets === undefined ? 'NIL' : imapString(octets)
}

export function octetsOf(wire: string): Uint8Array {
  return Buffer.from(wire, 'latin1')
}

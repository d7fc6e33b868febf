import { type Address, type AddressFault, readAddress } from './address.ts'
import { parseDomain } from './domain.ts'

/** RFC 5321 4.5.3.1.3: octets with brackets and source route. */
const longestPath = 256

/** What stands between the angle brackets of MAIL FROM or RCPT TO. */
export type Path =
  | { readonly kind: 'mailbox'; readonly address: Address }
  /** `<>`: only a reverse-path may be null. */
  | { readonly kind: 'null' }
  /** `<postmaster>` without a domain (RFC 5321 4.5.1): only a forward-path may be this. */
  | { readonly kind: 'postmaster' }
  | { readonly kind: 'invalid'; readonly fault: AddressFault }

export interface PathReading {
  readonly path: Path
  /** Past the closing `>`; where reading stopped for an invalid path. */
  readonly end: number
}

/** The whole text is one path. */
export function parsePath(text: string, options: { readonly utf8: boolean }): Path {
  const { path, end } = readPath(text, 0, options)
  return path.kind !== 'invalid' && end !== text.length ? { kind: 'invalid', fault: 'syntax' } : path
}

/**
 * Reads a path at `start`, so that `>` and spaces inside a quoted local part do not end it. A source route (`@a,@b:`, RFC 5321
 * 4.1.2 A-d-l and appendix C) is checked and then ignored, as 3.3 asks: mail never goes another way because of it.
 * `utf8`: SMTPUTF8 was asked for with this transaction (RFC 6531 3.4); without it, anything past ASCII is a fault.
 */
export function readPath(text: string, start: number, options: { readonly utf8: boolean }): PathReading {
  if (text[start] !== '<') return invalid('syntax', start)
  if (text[start + 1] === '>') return { path: { kind: 'null' }, end: start + 2 }
  if (text.slice(start + 1, start + 12).toLowerCase() === 'postmaster>') return { path: { kind: 'postmaster' }, end: start + 12 }
  const mailboxStart = text[start + 1] === '@' ? skipSourceRoute(text, start + 1) : start + 1
  if (mailboxStart === undefined) return invalid('syntax', start)
  const reading = readAddress(text, mailboxStart, options)
  if (reading.address === undefined) return invalid(reading.fault, mailboxStart)
  if (text[reading.end] !== '>') return invalid('syntax', reading.end)
  const end = reading.end + 1
  if (Buffer.byteLength(text.slice(start, end)) > longestPath) return invalid('too-long', end)
  return { path: { kind: 'mailbox', address: reading.address }, end }
}

function invalid(fault: AddressFault, end: number): PathReading {
  return { path: { kind: 'invalid', fault }, end }
}

/** Where the mailbox begins, after `@one,@two:`. */
function skipSourceRoute(text: string, start: number): number | undefined {
  const colon = text.slice(start, start + longestPath).indexOf(':')
  if (colon < 0) return undefined
  for (const hop of text.slice(start, start + colon).split(',')) {
    if (!hop.startsWith('@') || parseDomain(hop.slice(1)) === undefined) return undefined
  }
  return start + colon + 1
}

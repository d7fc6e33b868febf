import { isAtext, readLocalPart } from './local-part.ts'
import { parseDomain } from './domain.ts'
import { formatIp, parseIp } from './ip.ts'

/**
 * A mailbox as RFC 5321 4.1.2 writes it. `localPart` is unquoted, as sent; `domain` is lower case, U-labels turned
 * into A-labels (RFC 5891), or an address literal with its brackets. Both compare with `addressKey`.
 */
export interface Address {
  readonly localPart: string
  readonly domain: string
}

/** RFC 5321 4.1.1.2: whom to tell of failures; null is `<>`, "nobody". */
export type ReversePath = Address | null

/** RFC 5321 4.5.3.1.1, octets as written, quotes included. */
const longestLocalPart = 64
/** RFC 5321 4.5.3.1.3 without the angle brackets, octets as written. */
export const longestAddress = 254

/** What keeps a text from being an address. `non-ascii`: it needs SMTPUTF8 (RFC 6531), which was not asked for. */
export type AddressFault = 'syntax' | 'non-ascii' | 'local-part' | 'local-part-too-long' | 'domain' | 'too-long'

export type AddressReading = { readonly address: Address; readonly end: number } | { readonly address?: never; readonly fault: AddressFault }

/** An address as people type it: in settings, on the command line, as a login name. Any case, U-labels or A-labels; otherwise RFC 5321 to the letter. */
export function parseAddress(text: string): Address | undefined {
  const reading = readAddress(text, 0, { utf8: true })
  return reading.address !== undefined && reading.end === text.length ? reading.address : undefined
}

/** Reads Mailbox (RFC 5321 4.1.2, RFC 6531 3.3) at `start`; the domain ends at the text's end or at `>`. */
export function readAddress(text: string, start: number, options: { readonly utf8: boolean }): AddressReading {
  const local = readLocalPart(text, start)
  if (local === undefined || text.charCodeAt(local.end) !== at) return { fault: 'local-part' }
  const domainStart = local.end + 1
  const closing = text.indexOf('>', domainStart)
  const end = closing < 0 ? text.length : closing
  if (!options.utf8 && !isAscii(text, start, end)) return { fault: 'non-ascii' }
  if (Buffer.byteLength(text.slice(start, local.end)) > longestLocalPart) return { fault: 'local-part-too-long' }
  if (Buffer.byteLength(text.slice(start, end)) > longestAddress) return { fault: 'too-long' }
  const written = text.slice(domainStart, end)
  const domain = written.startsWith('[') ? parseAddressLiteral(written) : parseDomain(written)
  return domain === undefined ? { fault: 'domain' } : { address: { localPart: local.value, domain }, end }
}

/** `local@domain`; the local part in quotes where RFC 5321 wants them. `parseAddress` reads it back. */
export function formatAddress(address: Address): string {
  return `${formatLocalPart(address.localPart)}@${address.domain}`
}

/**
 * Two addresses with the same key are the same address. Our own choice, as RFC 5321 2.4 leaves it to the domain's host: the case of
 * the local part does not matter here. The domain holds no `@`, so no two addresses share a key by accident of quoting.
 */
export function addressKey(address: Address): string {
  return `${foldCase(address.localPart)}@${address.domain}`
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 4.1.3) in its one spelling; other tags have never been registered. */
export function parseAddressLiteral(text: string): string | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined
  const tagged = text.slice(1, 6).toLowerCase() === 'ipv6:'
  const inner = text.slice(tagged ? 6 : 1, -1)
  if (tagged !== inner.includes(':')) return undefined
  const ip = parseIp(inner)
  if (ip === undefined) return undefined
  return ip.version === 4 ? `[${formatIp(ip)}]` : `[IPv6:${formatIp(ip)}]`
}

const at = 0x40

function formatLocalPart(localPart: string): string {
  return isDotString(localPart) ? localPart : `"${localPart.replace(/["\\]/g, '\\$&')}"`
}

function isDotString(text: string): boolean {
  let atomLength = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      if (atomLength === 0) return false
      atomLength = 0
    } else if (isAtext(code)) atomLength += 1
    else return false
  }
  return atomLength > 0
}

/** Lower case misses one thing that folding does: a Greek word's final sigma. */
function foldCase(text: string): string {
  return isAscii(text, 0, text.length) ? text.toLowerCase() : text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}

function isAscii(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (text.charCodeAt(index) > 127) return false
  return true
}

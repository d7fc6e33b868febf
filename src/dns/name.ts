import { parseIp } from '../mail/ip.ts'

/** RFC 1035 2.3.4, as text without the last dot. */
const maxNameLength = 253
const maxLabelLength = 63

/**
 * A domain name as it is asked for and compared: lower case, no last dot. Undefined: no such name can be in the DNS, or not one that is
 * a text (labels of other octets than printable ASCII). Host names with an underscore exist, and SPF macros make names with spaces, so this is
 * wider than mail/domain.ts.
 */
export function canonicalName(text: string): string | undefined {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length === 0 || name.length > maxNameLength) return undefined
  let labelLength = 0
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at)
    if (code === 0x2e) {
      if (labelLength === 0) return undefined
      labelLength = 0
    } else if (code < 0x20 || code > 0x7e || code === 0x5c || ++labelLength > maxLabelLength) return undefined
  }
  return labelLength === 0 ? undefined : name.toLowerCase()
}

/** `1.2.0.192.in-addr.arpa` (RFC 1035 3.5) or its ip6.arpa kin (RFC 3596 2.5); undefined: not an IP address. */
export function reverseName(ip: string): string | undefined {
  const parsed = parseIp(ip)
  if (parsed === undefined) return undefined
  if (parsed.version === 4) {
    const word = parsed.words[0] ?? 0
    return `${word & 255}.${(word >>> 8) & 255}.${(word >>> 16) & 255}.${word >>> 24}.in-addr.arpa`
  }
  const hex = parsed.words.map((word) => word.toString(16).padStart(8, '0')).join('')
  return `${hex.split('').reverse().join('.')}.ip6.arpa`
}

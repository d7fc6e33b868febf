import { type Address, addressKey, formatAddress, parseAddress } from '../mail/address.ts'
import { parseDomain } from '../mail/domain.ts'
import { type Cidr, formatCidr, formatIp, parseCidr } from '../mail/ip.ts'

/**
 * One line of the lists of SPEC A3, as people write it:
 *
 *     ann@a.example           the address
 *     a.example               addresses at this domain, not at its subdomains (also: @a.example, *@a.example)
 *     .a.example              addresses at this domain and all below it (also: *.a.example)
 *     192.0.2.1, 2001:db8::/32    the client's IP address or network
 *     host:mx.a.example       the client's verified host name
 *     host:.a.example         the client's verified host name, this one or any below it
 */
export type ListEntry =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'domain'; readonly domain: string; readonly subdomains: boolean }
  | { readonly kind: 'network'; readonly network: Cidr }
  | { readonly kind: 'host'; readonly name: string; readonly subdomains: boolean }

/** SPEC A3. */
export const maxListEntries = 10_000

/** Longer text is no entry: `host:.` and the longest domain; an address has at most 254 octets. */
const longestEntry = 260

/** Undefined: not an entry. Spaces around it do not matter. */
export function parseListEntry(text: string): ListEntry | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > longestEntry) return undefined
  if (/^host:/i.test(trimmed)) {
    const host = parseDomainPattern(trimmed.slice('host:'.length).trim())
    return host === undefined ? undefined : { kind: 'host', name: host.domain, subdomains: host.subdomains }
  }
  const network = parseCidr(trimmed)
  if (network !== undefined) return { kind: 'network', network }
  if (trimmed.startsWith('*@')) return parseExactDomain(trimmed.slice(2))
  if (trimmed.startsWith('@')) return parseExactDomain(trimmed.slice(1))
  if (trimmed.includes('@')) {
    const address = parseAddress(trimmed)
    return address === undefined ? undefined : { kind: 'address', address }
  }
  const domain = parseDomainPattern(trimmed)
  return domain === undefined ? undefined : { kind: 'domain', ...domain }
}

/** The one spelling of an entry, which is what the database holds: two entries that mean the same are the same text. */
export function formatListEntry(entry: ListEntry): string {
  switch (entry.kind) {
    case 'address':
      return formatAddress({ ...entry.address, localPart: keyOf(entry.address) })
    case 'domain':
      return `${entry.subdomains ? '.' : ''}${entry.domain}`
    case 'network': {
      const single = entry.network.prefix === (entry.network.base.version === 4 ? 32 : 128)
      return single ? formatIp(entry.network.base) : formatCidr(entry.network)
    }
    case 'host':
      return `host:${entry.subdomains ? '.' : ''}${entry.name}`
  }
}

function parseExactDomain(text: string): ListEntry | undefined {
  const domain = parseDomain(text)
  return domain === undefined ? undefined : { kind: 'domain', domain, subdomains: false }
}

function parseDomainPattern(text: string): { readonly domain: string; readonly subdomains: boolean } | undefined {
  const subdomains = text.startsWith('.') || text.startsWith('*.')
  const domain = parseDomain(subdomains ? text.slice(text.indexOf('.') + 1) : text)
  return domain === undefined ? undefined : { domain, subdomains }
}

/** The local part as addresses compare: case folded. */
function keyOf(address: Address): string {
  const key = addressKey(address)
  return key.slice(0, key.lastIndexOf('@'))
}

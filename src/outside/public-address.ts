import { type Cidr, cidrContains, type Ip, parseCidr } from '../mail/ip.ts'

/** IPv4 that is not everybody's: IANA's special-purpose registry (RFC 6890) as far as it is not globally reachable, multicast and class E. */
const specialIpv4 = networks(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16',
  '198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
)

/** All that IANA has given out for use between networks (RFC 4291 2.4). */
const globalUnicast = networks('2000::/3')

/** In there, and yet not everybody's: protocol assignments with Teredo and ORCHID, documentation, 6to4, which wraps IPv4. */
const specialIpv6 = networks('2001::/23 2001:db8::/32 2002::/16 3fff::/20')

/** An IPv4 address behind a translator (RFC 6052 2.1): as public as the address itself. */
const translated = networks('64:ff9b::/96')

/** Whether it is an address of the Internet at large, and not of this machine, this network, or no single host. IPv4-mapped IPv6 was read as IPv4. */
export function isPublic(ip: Ip): boolean {
  if (ip.version === 4) return !isWithin(specialIpv4, ip)
  if (isWithin(translated, ip)) return isPublic({ version: 4, words: [ip.words[3] ?? 0] })
  return isWithin(globalUnicast, ip) && !isWithin(specialIpv6, ip)
}

export function isWithin(some: readonly Cidr[], ip: Ip): boolean {
  return some.some((network) => cidrContains(network, ip))
}

/** Networks with a space between; what is none is passed over. */
export function networks(...texts: readonly string[]): readonly Cidr[] {
  return texts.flatMap((text) => text.split(' ')).flatMap((text) => parseCidr(text) ?? [])
}

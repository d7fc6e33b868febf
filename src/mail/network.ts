import { formatCidr, parseIp } from './ip.ts'

/** What stands for one host: the IPv4 address, the IPv6 /64 that it has to itself. `ip`: canonical text (`normaliseIp`). */
export function hostOf(ip: string): string {
  return ip.includes(':') ? ipv6Network(ip, 64) : ip
}

/** The network that stands for a sender whose addresses change: `192.0.2.0/24`; for IPv6 one host's /64, or the /48 of a site. */
export function networkOf(ip: string, ipv6Bits: 48 | 64): string {
  // Nearly every call, and no parsing needed.
  return ip.includes(':') ? ipv6Network(ip, ipv6Bits) : `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`
}

function ipv6Network(ip: string, bits: 48 | 64): string {
  const parsed = parseIp(ip)
  if (parsed === undefined) return ip
  const [first = 0, second = 0] = parsed.words
  const words = [first, bits === 48 ? (second & 0xff_ff_00_00) >>> 0 : second, 0, 0]
  return formatCidr({ base: { version: 6, words }, prefix: bits })
}

import { formatCidr, parseIp } from '../mail/ip.ts'

/** The network of a canonical address as text: `192.0.2.0/24`, `2001:db8:1:2::/64`. Text that is no address stands for itself. */
export function networkOf(ip: string, ipv4Bits: 24 | 32, ipv6Bits: 48 | 64): string {
  // Nearly every call, and no parsing needed
  if (!ip.includes(':')) return ipv4Bits === 32 ? ip : `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`
  const parsed = parseIp(ip)
  if (parsed === undefined) return ip
  const [first = 0, second = 0] = parsed.words
  const words = [first, ipv6Bits === 48 ? (second & 0xff_ff_00_00) >>> 0 : second, 0, 0]
  return formatCidr({ base: { version: 6, words }, prefix: ipv6Bits })
}

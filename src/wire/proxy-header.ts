import { formatIp, normaliseIp, parseIp } from '../mail/ip.ts'

/**
 * The PROXY protocol header, versions 1 and 2 (haproxy.org/download/3.0/doc/proxy-protocol.txt): by it a balancer says who
 * connected. Pure.
 */

/** Octets of a version 1 line with its CRLF (2.1 of the document). */
const maxVersion1Octets = 107
/** Octets of a version 2 header: 16 and what it announces, address and TLVs. The document's minimum is 536; TLVs may need more. */
const maxVersion2Octets = 4096

const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const signature1 = Buffer.from('PROXY ', 'latin1')

/** `source` undefined: the balancer speaks for itself (LOCAL), or does not know (UNKNOWN); the connection's own address holds. */
export interface ProxyHeader {
  readonly source: { readonly ip: string; readonly port: number } | undefined
  readonly octets: number
}

/** The header at the start of `octets`; `more`: not complete yet; `bad`: none, or not one that can be understood. */
export function parseProxyHeader(octets: Buffer): ProxyHeader | 'more' | 'bad' {
  if (startsLike(octets, signature2)) return octets.length < 16 ? 'more' : version2(octets)
  if (startsLike(octets, signature1)) return version1(octets)
  return 'bad'
}

function startsLike(octets: Buffer, signature: Buffer): boolean {
  const length = Math.min(octets.length, signature.length)
  return octets.subarray(0, length).equals(signature.subarray(0, length))
}

function version1(octets: Buffer): ProxyHeader | 'more' | 'bad' {
  const lf = octets.subarray(0, maxVersion1Octets).indexOf(10)
  if (lf < 0) return octets.length < maxVersion1Octets ? 'more' : 'bad'
  if (octets[lf - 1] !== 13) return 'bad'
  const length = lf + 1
  const [, protocol, source, , sourcePort, destinationPort, ...rest] = octets.toString('latin1', 0, lf - 1).split(' ')
  // After UNKNOWN anything may follow, and is to be ignored.
  if (protocol === 'UNKNOWN') return { source: undefined, octets: length }
  if ((protocol !== 'TCP4' && protocol !== 'TCP6') || destinationPort === undefined || rest.length > 0) return 'bad'
  const ip = parseIp(source ?? '')
  const port = /^\d{1,5}$/.test(sourcePort ?? '') ? Number(sourcePort) : 65_536
  if (ip === undefined || port > 65_535) return 'bad'
  if (protocol === 'TCP4' && ip.version !== 4) return 'bad'
  return { source: { ip: formatIp(ip), port }, octets: length }
}

function version2(octets: Buffer): ProxyHeader | 'more' | 'bad' {
  const versionAndCommand = octets.readUInt8(12)
  const family = octets.readUInt8(13)
  const length = 16 + octets.readUInt16BE(14)
  if (length > maxVersion2Octets) return 'bad'
  if (octets.length < length) return 'more'
  if (versionAndCommand === 0x20) return { source: undefined, octets: length }
  if (versionAndCommand !== 0x21) return 'bad'
  switch (family) {
    case 0x11: {
      if (length < 16 + 12) return 'bad'
      return { source: { ip: octets.subarray(16, 20).join('.'), port: octets.readUInt16BE(24) }, octets: length }
    }
    case 0x21: {
      if (length < 16 + 36) return 'bad'
      const groups: string[] = []
      for (let i = 16; i < 32; i += 2) groups.push(octets.readUInt16BE(i).toString(16))
      const ip = normaliseIp(groups.join(':'))
      return ip === undefined ? 'bad' : { source: { ip, port: octets.readUInt16BE(48) }, octets: length }
    }
    default:
      // UDP, Unix sockets, unspecified: not ours to understand; its own address holds for UNSPEC only.
      return family === 0x00 ? { source: undefined, octets: length } : 'bad'
  }
}

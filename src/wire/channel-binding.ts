import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/** RFC 9266 and RFC 5929 4. `tls-unique` (RFC 5929 3) is not here: TLS 1.3 has none, and that of TLS 1.2 was broken (CVE-2014-1295). */
export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point'

/** RFC 9266 2. */
const exporterLabel = 'EXPORTER-Channel-Binding'
const exporterOctets = 32

/** RFC 5929 4.1: the hash of the certificate's signature, with SHA-256 in the place of MD5 and SHA-1. By object identifier (RFC 8017, RFC 5758). */
const certificateHashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'sha256',
  '1.2.840.113549.1.1.5': 'sha256',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.1': 'sha256',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}

/** What both ends of this TLS connection know and nobody in the middle of it has; undefined: this connection has none of the type. */
export function channelBinding(socket: TLSSocket, type: ChannelBindingType): Uint8Array | undefined {
  return type === 'tls-exporter' ? exporter(socket) : serverEndPoint(socket)
}

/** TLS 1.3 only: in TLS 1.2 the value is unique only with the extended master secret (RFC 9266 4.1), and Node does not say whether it is in use. */
function exporter(socket: TLSSocket): Uint8Array | undefined {
  if (socket.getProtocol() !== 'TLSv1.3') return undefined
  return socket.exportKeyingMaterial(exporterOctets, exporterLabel, Buffer.alloc(0))
}

/** Not defined for signatures whose hash the object identifier does not tell (Ed25519, RSASSA-PSS). */
function serverEndPoint(socket: TLSSocket): Uint8Array | undefined {
  const certificate = socket.getX509Certificate()
  if (certificate === undefined) return undefined
  const hash = certificateHashes[certificate.signatureAlgorithmOid]
  return hash === undefined ? undefined : createHash(hash).update(certificate.raw).digest()
}

import type { TLSSocket } from 'node:tls'

/** What Node asks its own servers' connections; it has no public name for a connection whose handshake was begun by hand. */
interface Handle {
  verifyError?: () => Error | null
}

/** Names looked at in one certificate. */
const maxNames = 20

/**
 * The mail addresses (rfc822Name, RFC 5280 4.2.1.6) in the certificate that the client has shown and proved to own. None where it showed none, or
 * one that the listener's authorities (`ca`) have not issued, that is over, or that is not for clients.
 */
export function clientAddresses(socket: TLSSocket): readonly string[] {
  const handle = Reflect.get(socket, '_handle') as Handle | null | undefined
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined || handle?.verifyError === undefined || handle.verifyError() !== null) return []
  return addressesIn(certificate.subjectAltName ?? '').filter((address) => certificate.checkEmail(address, { subject: 'never' }) !== undefined)
}

/**
 * Node writes names as "email:ann@a.example, DNS:a.example", and one that holds anything special as a JSON string after its kind: such a name
 * is no address of ours, but must not be read as several.
 */
export function addressesIn(subjectAltName: string): readonly string[] {
  const name = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y
  const addresses: string[] = []
  while (name.lastIndex < subjectAltName.length) {
    const match = name.exec(subjectAltName)
    if (match === null) return []
    const [, kind, value = ''] = match
    if (kind === 'email' && !value.startsWith('"') && addresses.length < maxNames) addresses.push(value)
  }
  return addresses
}

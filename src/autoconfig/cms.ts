import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { context, integer, nothing, objectIdentifier, octetString, sequence, setOf, time } from '../base/der.ts'

const data = objectIdentifier('1.2.840.113549.1.7.1')
const signedData = objectIdentifier('1.2.840.113549.1.7.2')
const contentType = objectIdentifier('1.2.840.113549.1.9.3')
const messageDigest = objectIdentifier('1.2.840.113549.1.9.4')
const signingTime = objectIdentifier('1.2.840.113549.1.9.5')
const sha256 = sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'))

/** RFC 3370 3.2, RFC 5754 3.3. */
const signatureAlgorithms: Readonly<Record<string, Uint8Array>> = {
  rsa: sequence(objectIdentifier('1.2.840.113549.1.1.1'), nothing),
  ec: sequence(objectIdentifier('1.2.840.10045.4.3.2')),
}

/**
 * The content with a signature over it and the certificates that vouch for that (CMS signed-data, RFC 5652 5).
 * @param chain PEM, the signer's own first. @param key PEM. Undefined: a key of another kind than RSA or ECDSA
 */
export function signCms(content: Uint8Array, { chain, key }: { readonly chain: string; readonly key: string }, nowMs: number): Buffer | undefined {
  const privateKey = createPrivateKey(key)
  const algorithm = signatureAlgorithms[privateKey.asymmetricKeyType ?? '']
  if (algorithm === undefined) return undefined
  const certificates = (chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem).raw)
  const [own] = certificates
  if (own === undefined) throw new TypeError('no certificate to sign with')
  const signerInfo = signerInfoOf(content, own, privateKey, algorithm, nowMs)
  return sequence(
    signedData,
    context(
      0,
      sequence(integer(Buffer.of(1)), setOf(sha256), sequence(data, context(0, octetString(content))), context(0, ...certificates), setOf(signerInfo)),
    ),
  )
}

function signerInfoOf(content: Uint8Array, certificate: Buffer, privateKey: KeyObject, algorithm: Uint8Array, nowMs: number): Buffer {
  const attributes = [
    sequence(contentType, setOf(data)),
    sequence(messageDigest, setOf(octetString(createHash('sha256').update(content).digest()))),
    sequence(signingTime, setOf(time(nowMs))),
  ]
  const signedAttributes = setOf(...attributes)
  // RFC 5652 5.4: signed as the set that they are, sent as [0] in its place.
  const implicit = Buffer.from(signedAttributes)
  implicit[0] = 0xa0
  const { issuer, serialNumber } = nameOf(certificate)
  return sequence(integer(Buffer.of(1)), sequence(issuer, serialNumber), sha256, implicit, algorithm, octetString(sign('sha256', signedAttributes, privateKey)))
}

/** Issuer and serial number of a certificate, as they stand there (RFC 5280 4.1): Certificate ::= { { [0] version, serialNumber, signature, issuer … } … } */
function nameOf(certificate: Buffer): { readonly issuer: Buffer; readonly serialNumber: Buffer } {
  const inner = contentOf(contentOf(certificate))
  const version = inner[0] === 0xa0 ? wholeOf(inner) : inner.subarray(0, 0)
  const serialNumber = wholeOf(inner.subarray(version.length))
  const signature = wholeOf(inner.subarray(version.length + serialNumber.length))
  const issuer = wholeOf(inner.subarray(version.length + serialNumber.length + signature.length))
  return { issuer, serialNumber }
}

/** Tag, length and content of the element that stands first. OpenSSL has read the certificate before, so that it is known to be whole. */
function wholeOf(octets: Buffer): Buffer {
  return octets.subarray(0, headLength(octets) + contentLength(octets))
}

function contentOf(octets: Buffer): Buffer {
  return octets.subarray(headLength(octets), headLength(octets) + contentLength(octets))
}

function headLength(octets: Buffer): number {
  const first = octets[1] ?? 0
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}

function contentLength(octets: Buffer): number {
  const first = octets[1] ?? 0
  return first < 0x80 ? first : octets.readUIntBE(2, first & 0x7f)
}

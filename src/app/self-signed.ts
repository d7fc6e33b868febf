import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { errorCode } from '../base/file.ts'
import { parseIp } from '../mail/ip.ts'
import { replaceFile } from './replace-file.ts'
import { bitString, boolean, context, contextPrimitive, integer, objectIdentifier, octetString, sequence, set, time, utf8String } from '../base/der.ts'

/** Ten years: who has once told the mail client to trust it is not asked again soon. */
const validDays = 3650
const renewBeforeDays = 30
const dayMs = 86_400_000

interface SelfSigned {
  readonly chain: string
  readonly key: string
  readonly notAfterMs: number
}

/**
 * The self-signed certificate kept in `folder` (certificate.pem, and key.pem with mode 0600). Made anew where there is none, where
 * it is damaged or for another host name, or where it expires within 30 days. @throws the system's error when it cannot be written
 */
export async function keepSelfSigned(folder: string, hostname: string, nowMs: number): Promise<SelfSigned> {
  const kept = await readKept(folder, hostname, nowMs)
  if (kept !== undefined) return kept
  const made = makeSelfSigned(hostname, nowMs)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // The key first: a stop between the two leaves a pair that does not fit, which is made anew.
  await replaceFile(join(folder, 'key.pem'), made.key, 0o600)
  await replaceFile(join(folder, 'certificate.pem'), made.chain, 0o644)
  return made
}

async function readKept(folder: string, hostname: string, nowMs: number): Promise<SelfSigned | undefined> {
  const read = async (name: string) => await readFile(join(folder, name), 'latin1').catch(noneIfMissing)
  const chain = await read('certificate.pem')
  const key = await read('key.pem')
  if (chain === undefined || key === undefined) return undefined
  try {
    const certificate = new X509Certificate(chain)
    const notAfterMs = certificate.validToDate.getTime()
    const serves = (isIP(hostname) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(hostname)) !== undefined
    const fits = serves && certificate.checkPrivateKey(createPrivateKey(key)) && notAfterMs - nowMs > renewBeforeDays * dayMs
    return fits ? { chain, key, notAfterMs } : undefined
  } catch {
    // Damaged; it is ours, so a new one does no harm.
    return undefined
  }
}

function noneIfMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined
  throw error
}

/** RFC 5280: version 3, ECDSA on P-256, for a TLS server. */
function makeSelfSigned(hostname: string, nowMs: number): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  // A certificate counts seconds.
  const notAfterMs = Math.floor(nowMs / 1000) * 1000 + validDays * dayMs
  const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
  // X.520 allows a common name 64 characters; whoever looks for the host looks at the alternative names.
  const name = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(hostname.slice(0, 64)))))
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' })
  const toBeSigned = sequence(
    context(0, integer(Buffer.of(2))),
    // RFC 5280 4.1.2.2: positive, at most 20 octets.
    integer(Buffer.concat([Buffer.of(1), randomBytes(16)])),
    ecdsaWithSha256,
    name,
    // A day back, for clients whose clock is slow.
    sequence(time(nowMs - dayMs), time(notAfterMs)),
    name,
    publicKeyInfo,
    context(3, extensions([...new Set([hostname, 'localhost', '127.0.0.1', '::1'])], publicKeyInfo)),
  )
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bitString(sign('sha256', toBeSigned, privateKey)))
  const base64 = certificate.toString('base64').replaceAll(/.{1,64}/g, '$&\n')
  return {
    chain: `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    notAfterMs,
  }
}

/** RFC 5280 4.2.1: what the key is for, and which names and addresses the server has. */
function extensions(names: readonly string[], publicKeyInfo: Uint8Array): Buffer {
  const extension = (id: string, critical: boolean, value: Uint8Array) =>
    sequence(objectIdentifier(`2.5.29.${id}`), ...(critical ? [boolean(true)] : []), octetString(value))
  const generalNames = names.map((name) => (isIP(name) === 0 ? contextPrimitive(2, Buffer.from(name)) : contextPrimitive(7, ipOctets(name))))
  return sequence(
    // Not an authority: the default of basicConstraints is written as nothing.
    extension('19', true, sequence()),
    // digitalSignature is the first bit.
    extension('15', true, bitString(Buffer.of(0x80), 7)),
    // id-kp-serverAuth
    extension('37', false, sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    extension('17', false, sequence(...generalNames)),
    extension('14', false, octetString(createHash('sha1').update(publicKeyInfo).digest())),
  )
}

/** Network order: 4 or 16 octets. */
function ipOctets(text: string): Uint8Array {
  const words = parseIp(text)?.words ?? []
  const octets = Buffer.alloc(words.length * 4)
  for (const [index, word] of words.entries()) octets.writeUInt32BE(word, index * 4)
  return octets
}

import { createHash, verify } from 'node:crypto'
import type { DkimFinding } from '../authentication.ts'
import type { BoundedDns } from '../dns.ts'
import type { HeaderField } from '../header-fields.ts'
import { maxSignatures } from '../limits.ts'
import type { BodyHash } from './body-hash.ts'
import { canonicalSignature, hashedFields, signedFields } from './canonical-header.ts'
import { type Fault, findKey, type PublicKey } from './key.ts'
import { type ReadSignature, readSignature, type Signature } from './signature.ts'

/** A signature on its way: the key is being asked for while the body comes in. */
export interface PendingSignature extends ReadSignature {
  readonly key: Promise<PublicKey | Fault>
}

/** The signatures that are looked at, from the top. */
export function findSignatures(fields: readonly HeaderField[], nowMs: number, dns: BoundedDns): PendingSignature[] {
  const found = fields.filter(({ name }) => name === 'dkim-signature').slice(0, maxSignatures)
  return found.map((field) => pending(readSignature(field, 'dkim', nowMs), dns))
}

export function pending(signature: ReadSignature, dns: BoundedDns): PendingSignature {
  const { read } = signature
  return { ...signature, key: 'result' in read ? Promise.resolve(read) : findKey(read.selector, read.domain, dns) }
}

/** `bodyHash`: of the canonicalization and length that the signature asks for. */
export async function verifySignature(pendingOne: PendingSignature, fields: readonly HeaderField[], bodyHash: BodyHash | undefined): Promise<DkimFinding> {
  const { names, read } = pendingOne
  const key = await pendingOne.key
  const keyBits = 'result' in key ? undefined : key.bits
  const fault = faultOf(read, key, fields, bodyHash)
  return fault === undefined ? { result: 'pass', ...names, keyBits } : { result: fault.result, ...names, keyBits, reason: fault.reason }
}

function faultOf(read: Signature | Fault, key: PublicKey | Fault, fields: readonly HeaderField[], bodyHash: BodyHash | undefined): Fault | undefined {
  if ('result' in read) return read
  if (bodyHash === undefined || bodyHash.base64 !== read.bodyHash) return { result: 'fail', reason: 'the body was changed' }
  if ('result' in key) return key
  if (key.type !== read.keyType) return { result: 'permerror', reason: 'the key is of another type' }
  if (key.sameDomain && read.belowDomain) return { result: 'permerror', reason: 'the key is not for domains below its own' }
  if (!isSignedBy(read, fields, key)) return { result: 'fail', reason: 'the header was changed, or the signature is wrong' }
  if (bodyHash.uncovered > 0) return { result: 'policy', reason: `${bodyHash.uncovered} octets of the body are not signed` }
  const doubled = unsignedDouble(read, fields)
  return doubled === undefined ? undefined : { result: 'policy', reason: `one of several ${doubled} fields is not signed` }
}

function isSignedBy({ field, header, signed, signature }: Signature, fields: readonly HeaderField[], key: PublicKey): boolean {
  const others = fields.filter((other) => other !== field)
  const hashed = hashedFields(signedFields(others, signed), header)
  return verifies(Buffer.from(hashed + canonicalSignature(field, header), 'latin1'), signature, key)
}

/** RSASSA-PKCS1-v1_5 over the octets; Ed25519 over their SHA-256 (RFC 8463 3). */
export function verifies(octets: Buffer, signature: Buffer, { type, key }: PublicKey): boolean {
  if (type === 'rsa') return verify('sha256', octets, key, signature)
  return verify(null, createHash('sha256').update(octets).digest(), key, signature)
}

/** Fields of which there is one only (RFC 5322 3.6, RFC 2045), and which say how a message is seen. */
const single = ['from', 'sender', 'reply-to', 'to', 'cc', 'date', 'subject', 'message-id', 'mime-version', 'content-type', 'content-transfer-encoding']

/**
 * A field that was signed and has a double that was not: whoever put it in shows the reader something else under the same signature
 * (RFC 6376 8.15; Chen et al., "Composition Kills", 2020). Signers prevent it by naming the field once more than it is there.
 */
function unsignedDouble({ signed }: Signature, fields: readonly HeaderField[]): string | undefined {
  return single.find((name) => {
    const covered = signed.filter((one) => one === name).length
    return covered > 0 && fields.filter((field) => field.name === name).length > covered
  })
}

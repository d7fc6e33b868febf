import { createPublicKey, type KeyObject } from 'node:crypto'
import type { BoundedDns } from '../dns.ts'
import { rsaKeyBits } from '../limits.ts'
import { colonList, parseTagList, withoutFws } from '../tag-list.ts'

export type KeyType = 'rsa' | 'ed25519'

/** Why there is no pass, in the words of RFC 8601 2.7.1. */
export interface Fault {
  readonly result: 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror'
  readonly reason: string
}

export interface PublicKey {
  readonly type: KeyType
  readonly key: KeyObject
  readonly bits: number
  /** t=s: i= must be d= itself, not below it. */
  readonly sameDomain: boolean
}

/** The key that a signature names (RFC 6376 3.6.2.2). Of several records the first that is a key is taken (6.1.2). */
export async function findKey(selector: string, domain: string, dns: BoundedDns): Promise<PublicKey | Fault> {
  const answer = await dns.lookup(`${selector}._domainkey.${domain}`, 'TXT')
  if (answer.status === 'failed') return { result: 'temperror', reason: 'the DNS could not tell the key' }
  if (answer.status === 'none') return { result: 'permerror', reason: 'there is no such key' }
  const keys = answer.records.map(parseKey)
  return keys.find((key) => !('result' in key)) ?? keys[0] ?? { result: 'permerror', reason: 'there is no such key' }
}

/** A key record (RFC 6376 3.6.1, RFC 8463 4). */
function parseKey(text: string): PublicKey | Fault {
  const tags = parseTagList(text)
  const encoded = tags?.get('p')
  if (tags === undefined || encoded === undefined) return notAKey
  const version = tags.get('v')
  if (version !== undefined && (version !== 'DKIM1' || tags.keys().next().value !== 'v')) return notAKey
  if (encoded === '') return { result: 'permerror', reason: 'the key was revoked' }
  const hashes = tags.get('h')
  if (hashes !== undefined && !colonList(hashes).includes('sha256')) return { result: 'permerror', reason: 'the key is not for SHA-256' }
  if (!['*', 'email'].some((service) => colonList(tags.get('s') ?? '*').includes(service))) return { result: 'permerror', reason: 'the key is not for mail' }
  const type = tags.get('k') ?? 'rsa'
  if (type !== 'rsa' && type !== 'ed25519') return { result: 'permerror', reason: 'the key is of an unknown type' }
  const key = readKey(type, Buffer.from(withoutFws(encoded), 'base64'))
  if (key === undefined) return notAKey
  const bits = type === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 256
  if (type === 'rsa' && bits < rsaKeyBits.least) return { result: 'policy', reason: `the key has ${bits} bits only` }
  if (type === 'rsa' && bits > rsaKeyBits.most) return { result: 'policy', reason: `the key has ${bits} bits` }
  return { type, key, bits, sameDomain: colonList(tags.get('t') ?? '').includes('s') }
}

const notAKey: Fault = { result: 'permerror', reason: 'the key record cannot be read' }

function readKey(type: KeyType, octets: Buffer): KeyObject | undefined {
  try {
    if (type === 'ed25519') {
      if (octets.length !== 32) return undefined
      return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: octets.toString('base64url') }, format: 'jwk' })
    }
    // RFC 6376 says RSAPublicKey; what everybody publishes is SubjectPublicKeyInfo (errata 3758).
    const key = firstOf(
      () => createPublicKey({ key: octets, format: 'der', type: 'spki' }),
      () => createPublicKey({ key: octets, format: 'der', type: 'pkcs1' }),
    )
    return key.asymmetricKeyType === 'rsa' ? key : undefined
  } catch {
    return undefined
  }
}

function firstOf<T>(first: () => T, second: () => T): T {
  try {
    return first()
  } catch {
    return second()
  }
}

import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Cbor } from './cbor.ts'

/** Public keys of passkeys: COSE (RFC 9053) as authenticators write them, JWK (RFC 7517) as they are kept. */

/** ES256, EdDSA, RS256 (RFC 9053 2, RFC 8812 2), the most wanted first: what Windows, Apple, Google and security keys have. */
export const algorithms = [-7, -8, -257] as const

/** Bits; RFC 7518 3.3. */
const leastRsaBits = 2048

/** Undefined: not one of these, or no key. */
export function jwkOf(cose: Cbor): string | undefined {
  if (!(cose instanceof Map)) return undefined
  const key: ReadonlyMap<number | string, Cbor> = cose
  const jwk = describe(key)
  return jwk === undefined || importKey(jwk) === undefined ? undefined : JSON.stringify(jwk)
}

/** Is `signature` of this key over `signed`? */
export function isSignedBy(jwkText: string, signed: Uint8Array, signature: Uint8Array): boolean {
  const key = importKey(JSON.parse(jwkText) as Record<string, unknown>)
  if (key === undefined) return false
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key, signature)
  } catch {
    return false
  }
}

/** RFC 9053 7. Labels: 1 kty, 3 alg, -1 crv or n, -2 x or e, -3 y. */
function describe(key: ReadonlyMap<number | string, Cbor>): Record<string, string> | undefined {
  const [kty, algorithm] = [key.get(1), key.get(3)]
  const [one, two, three] = [-1, -2, -3].map((label) => base64url(key.get(label)))
  if (kty === 2 && algorithm === -7 && key.get(-1) === 1 && two !== undefined && three !== undefined) return { kty: 'EC', crv: 'P-256', x: two, y: three }
  if (kty === 1 && algorithm === -8 && key.get(-1) === 6 && two !== undefined) return { kty: 'OKP', crv: 'Ed25519', x: two }
  if (kty === 3 && algorithm === -257 && one !== undefined && two !== undefined) return { kty: 'RSA', n: one, e: two }
  return undefined
}

function importKey(jwk: Record<string, unknown>): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const bits = key.asymmetricKeyDetails?.modulusLength
    return bits !== undefined && bits < leastRsaBits ? undefined : key
  } catch {
    return undefined
  }
}

function base64url(value: Cbor | undefined): string | undefined {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : undefined
}

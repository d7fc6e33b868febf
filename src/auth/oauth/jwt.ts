import { createPublicKey, constants, type KeyObject, verify } from 'node:crypto'

/** A JSON Web Token (RFC 7519) in the compact form of JWS (RFC 7515 7.1), taken apart and not yet believed. */
export interface Jwt {
  readonly algorithm: Algorithm
  /** Which of the issuer's keys; undefined: it does not say. */
  readonly keyId: string | undefined
  readonly claims: Readonly<Record<string, unknown>>
  readonly signed: Buffer
  readonly signature: Buffer
}

/** RFC 7518 3.1, RFC 8037 3.1. Neither "none" nor a shared secret: who could check the latter could make tokens. */
const algorithms = {
  RS256: { kty: 'RSA', crv: undefined, hash: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  RS384: { kty: 'RSA', crv: undefined, hash: 'sha384', padding: constants.RSA_PKCS1_PADDING },
  RS512: { kty: 'RSA', crv: undefined, hash: 'sha512', padding: constants.RSA_PKCS1_PADDING },
  PS256: { kty: 'RSA', crv: undefined, hash: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING },
  PS384: { kty: 'RSA', crv: undefined, hash: 'sha384', padding: constants.RSA_PKCS1_PSS_PADDING },
  PS512: { kty: 'RSA', crv: undefined, hash: 'sha512', padding: constants.RSA_PKCS1_PSS_PADDING },
  ES256: { kty: 'EC', crv: 'P-256', hash: 'sha256', padding: undefined },
  ES384: { kty: 'EC', crv: 'P-384', hash: 'sha384', padding: undefined },
  ES512: { kty: 'EC', crv: 'P-521', hash: 'sha512', padding: undefined },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', hash: null, padding: undefined },
} as const
type Algorithm = keyof typeof algorithms

/** RFC 9068 2.1, and what most issuers write. An ID token says JWT as well: its audience is another. */
const types: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt']

/** Bits; RFC 7518 3.3. */
const leastRsaBits = 2048

/** Undefined: no token of this kind, or signed in a way that is not taken. */
export function parseJwt(token: string): Jwt | undefined {
  const parts = token.split('.')
  const [head = '', body = '', tail = ''] = parts
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return undefined
  const header = objectOf(head)
  const claims = objectOf(body)
  if (header === undefined || claims === undefined) return undefined
  const { alg, kid, typ } = header
  const type = typeof typ === 'string' ? typ.toLowerCase() : typ
  // RFC 7515 4.1.11: what is critical must be understood, and nothing is.
  if (typeof alg !== 'string' || !isAlgorithm(alg) || 'crit' in header || !types.includes(type)) return undefined
  if (kid !== undefined && typeof kid !== 'string') return undefined
  return { algorithm: alg, keyId: kid, claims, signed: Buffer.from(`${head}.${body}`), signature: Buffer.from(tail, 'base64url') }
}

/** Is it signed with one of these keys (RFC 7517)? Only the one that it names counts; where it names none, there must be only one that fits. */
export function isSigned(jwt: Jwt, keys: readonly Readonly<Record<string, unknown>>[]): boolean {
  const fitting = keys.filter((key) => fits(key, jwt))
  const key = jwt.keyId === undefined && fitting.length !== 1 ? undefined : fitting[0]
  const publicKey = key === undefined ? undefined : publicKeyOf(key)
  if (publicKey === undefined) return false
  const { hash, padding } = algorithms[jwt.algorithm]
  const options = padding === undefined ? { dsaEncoding: 'ieee-p1363' as const } : { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  try {
    return verify(hash, jwt.signed, { key: publicKey, ...options }, jwt.signature)
  } catch {
    return false
  }
}

function fits(key: Readonly<Record<string, unknown>>, { algorithm, keyId }: Jwt): boolean {
  const { kty, crv } = algorithms[algorithm]
  const { alg, use, kid } = key
  return (
    key['kty'] === kty &&
    (crv === undefined || key['crv'] === crv) &&
    (alg === undefined || alg === algorithm) &&
    (use === undefined || use === 'sig') &&
    (keyId === undefined || kid === keyId)
  )
}

function publicKeyOf(key: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' })
    const bits = publicKey.asymmetricKeyDetails?.modulusLength
    return bits !== undefined && bits < leastRsaBits ? undefined : publicKey
  } catch {
    return undefined
  }
}

function isAlgorithm(alg: string): alg is Algorithm {
  return Object.hasOwn(algorithms, alg)
}

function objectOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

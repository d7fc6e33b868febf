import type { JWK } from 'jose'
import { createLocalJWKSet, type LocalJWKSet } from 'jose/jwks/local'
import { compactVerify } from 'jose/jws/compact/verify'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { decodeJwt } from 'jose/jwt/decode'

/** A JSON Web Token (RFC 7519) in the compact form of JWS (RFC 7515 7.1), taken apart and not yet believed. */
export interface Jwt {
  readonly token: string
  /** Which of the issuer's keys; undefined: it does not say. */
  readonly keyId: string | undefined
  /** `typ` (RFC 7515 4.1.9) in lower case; undefined: it does not say. */
  readonly type: string | undefined
  readonly claims: Readonly<Record<string, unknown>>
}

/** RFC 7518 3.1, RFC 8037 3.1. Neither "none" nor a shared secret: who could check the latter could make tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const

/** Undefined: no token of this kind, or signed in a way that is not taken. */
export function parseJwt(token: string): Jwt | undefined {
  try {
    const { alg, kid, typ, crit } = decodeProtectedHeader(token) as Readonly<Record<string, unknown>>
    // RFC 7515 4.1.11: what is critical must be understood, and nothing is; RFC 7797 7: a JWT's claims are always encoded.
    if (crit !== undefined) return undefined
    if (!algorithms.some((algorithm) => algorithm === alg) || !isTextOrNone(kid) || !isTextOrNone(typ)) return undefined
    return { token, keyId: kid, type: typ?.toLowerCase(), claims: decodeJwt(token) }
  } catch {
    return undefined
  }
}

/** Keys as an issuer publishes them (RFC 7517 4); what is no key at all is passed over. */
export function readKeys(published: readonly unknown[]): LocalJWKSet {
  const keys = published.filter((key): key is JWK => typeof key === 'object' && key !== null && !Array.isArray(key))
  return createLocalJWKSet({ keys })
}

/** Is it signed with one of these keys? Only the one that it names counts; where it names none, there must be only one that fits. */
export async function isSigned({ token }: Jwt, keys: LocalJWKSet): Promise<boolean> {
  try {
    await compactVerify(token, keys, { algorithms: [...algorithms] })
    return true
  } catch {
    return false
  }
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

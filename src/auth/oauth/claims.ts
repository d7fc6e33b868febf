import type { OAuthOptions, TokenClaims } from './verifier.ts'

/** Clocks of others may differ by this much. */
const leewayMs = 30_000

/** Octets of the mailbox's name: longer is no address. */
const longestName = 320

/**
 * What a token's claims (RFC 7519 4, RFC 7662 2.2) come to; undefined: not good here, or not now. A claim of the wrong type is never taken for
 * a missing one. Pure.
 * @param needed claims that must be there
 */
export function acceptClaims(
  claims: Readonly<Record<string, unknown>>,
  { issuer, audience, claim }: Pick<OAuthOptions, 'issuer' | 'audience' | 'claim'>,
  nowMs: number,
  needed: readonly ('iss' | 'exp')[],
): TokenClaims | undefined {
  const { iss, aud, exp, nbf } = claims
  if (iss === undefined ? needed.includes('iss') : iss !== issuer) return undefined
  if (audience !== undefined && !(Array.isArray(aud) ? aud : [aud]).includes(audience)) return undefined
  if (exp === undefined ? needed.includes('exp') : !isSeconds(exp) || exp * 1000 + leewayMs <= nowMs) return undefined
  if (nbf !== undefined && (!isSeconds(nbf) || nbf * 1000 - leewayMs > nowMs)) return undefined
  const mailbox = Object.hasOwn(claims, claim) ? claims[claim] : undefined
  if (typeof mailbox !== 'string' || mailbox === '' || mailbox.length > longestName) return undefined
  // OpenID Connect 5.1: whoever may type any address at the provider is not its owner for that.
  if (claim === 'email' && claims['email_verified'] !== undefined && claims['email_verified'] !== true) return undefined
  return { mailbox, expiresAtMs: isSeconds(exp) ? exp * 1000 : undefined }
}

/** NumericDate (RFC 7519 2). */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

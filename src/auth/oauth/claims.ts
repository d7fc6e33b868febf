import type { OAuthOptions, TokenClaims } from './verifier.ts'

export type Claims = Readonly<Record<string, unknown>>

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
  claims: Claims,
  { issuer, audience, claim, verifiedOnly }: Pick<OAuthOptions, 'issuer' | 'audience' | 'claim' | 'verifiedOnly'>,
  nowMs: number,
  needed: readonly ('iss' | 'exp')[],
): TokenClaims | undefined {
  const { iss, aud, exp } = claims
  if (iss === undefined ? needed.includes('iss') : iss !== issuer) return undefined
  if (audience !== undefined && !(Array.isArray(aud) ? aud : [aud]).includes(audience)) return undefined
  if ((exp === undefined && needed.includes('exp')) || !isTimely(claims, nowMs)) return undefined
  const mailbox = mailboxIn(claims, claim)
  if (mailbox === undefined || (claim === 'email' && !isVerified(claims, verifiedOnly))) return undefined
  return { mailbox, expiresAtMs: isSeconds(exp) ? exp * 1000 : undefined }
}

/** Between its beginning and its end, where it says them (RFC 7519 4.1.4 and 4.1.5). */
export function isTimely({ exp, nbf }: Claims, nowMs: number): boolean {
  if (exp !== undefined && (!isSeconds(exp) || exp * 1000 + leewayMs <= nowMs)) return false
  return nbf === undefined || (isSeconds(nbf) && nbf * 1000 - leewayMs <= nowMs)
}

/** The mailbox that a claim names; undefined: none. */
export function mailboxIn(claims: Claims, claim: string): string | undefined {
  const mailbox = Object.hasOwn(claims, claim) ? claims[claim] : undefined
  return typeof mailbox === 'string' && mailbox !== '' && mailbox.length <= longestName ? mailbox : undefined
}

/** OpenID Connect 5.1: whoever may type any address at the provider is not its owner for that. `only`: what is not said is not so. */
export function isVerified({ email_verified: verified }: Claims, only = false): boolean {
  return verified === true || (verified === undefined && !only)
}

/** NumericDate (RFC 7519 2). */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

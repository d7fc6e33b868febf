import { type Claims, isTimely } from '../oauth/claims.ts'
import type { Jwt } from '../oauth/jwt.ts'

/** What an ID token must say. */
export interface Expected {
  readonly issuer: string
  readonly clientId: string
  /** Of the request that it answers. */
  readonly nonce: string
}

/** Longer is none (OpenID Connect 2): ASCII characters. */
const longestSubject = 255

/** The claims of an ID token for us and for this very request (OpenID Connect 3.1.3.7), and its `sub`; undefined: it is none. Pure. */
export function acceptIdToken({ type, claims }: Jwt, { issuer, clientId, nonce }: Expected, nowMs: number): (Claims & { readonly sub: string }) | undefined {
  const { iss, aud, azp, exp, sub } = claims
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if ((type !== undefined && type !== 'jwt') || iss !== issuer || !audiences.includes(clientId)) return undefined
  // Made for several, or at another's wish: it must say that it was made for us.
  if (azp === undefined ? audiences.length > 1 : azp !== clientId) return undefined
  if (exp === undefined || !isTimely(claims, nowMs) || claims['nonce'] !== nonce) return undefined
  return typeof sub === 'string' && sub !== '' && sub.length <= longestSubject ? { ...claims, sub } : undefined
}

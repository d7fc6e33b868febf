/** Where the provider is found, below the issuer. */
export const providerPaths = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  jwks: '/oauth/jwks',
  userinfo: '/oauth/userinfo',
  revocation: '/oauth/revoke',
  registration: '/oauth/register',
} as const

/** The page that asks somebody. Below it, its cookie comes along. */
export function consentPath(uid: string): string {
  return `/oauth/consent/${uid}`
}

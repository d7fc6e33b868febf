/** What an access token (RFC 6749 1.4) says about who sent it. */
export interface TokenClaims {
  /** The name in the claim that names the mailbox: an address, not yet looked up. */
  readonly mailbox: string
  /** When the token ends; undefined: it does not say. */
  readonly expiresAtMs: number | undefined
  /** The credential that a token of our own stands on (auth/provider); undefined: somebody else's token. */
  readonly grant?: number
}

/** Who says whether a token is good. */
export interface TokenVerifier {
  /**
   * Undefined: it is not. Rejects with VerifierUnavailable when nobody can be asked.
   * @param domain of the mailbox that it is to open; undefined: whichever the token names
   */
  verify(token: string, domain?: string): Promise<TokenClaims | undefined>
}

/** Every token that is taken. */
export interface TokenDesk extends TokenVerifier {
  /** Are there any that could be good? */
  areTaken(): boolean
  /** Where a program that has none can find out how it gets one (OpenID Connect Discovery 4), a URL; undefined: that is not known. */
  discovery(): string | undefined
}

/** The provider does not answer, or not what the RFCs ask for: no token can be judged now. */
export class VerifierUnavailable extends Error {
  override readonly name = 'VerifierUnavailable'
}

/** Where tokens come from and what must stand in them; `[oauth]` in posthorn.toml. */
export interface OAuthOptions {
  /** `iss` of each token (RFC 7519 4.1.1). */
  readonly issuer: string
  /** What `aud` must hold (RFC 7519 4.1.3); undefined, with introspection only: not looked at. */
  readonly audience: string | undefined
  /** The claim whose value is the mailbox's address. */
  readonly claim: string
  /** The claim `email` counts only where `email_verified` is said; else, where nothing else is said. */
  readonly verifiedOnly?: boolean
  readonly source:
    | { readonly kind: 'introspection'; readonly url: string; readonly clientId: string; readonly clientSecret: string }
    | { readonly kind: 'jwks'; readonly url: string }
}

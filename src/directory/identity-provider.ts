/** The service by which a customer's people sign in everywhere (OpenID Connect), as the customer has set it up. A customer has one at most. */
export interface IdentityProvider {
  readonly customerId: number
  /** Stands in the address to which it sends people back: no two have the same, so one cannot be taken for another (RFC 9700 4.4.2.2). Never changes. */
  readonly providerId: string
  /** What people know it by: "Sign in with NAME". */
  readonly name: string
  /** Its `iss`, an https: URL. */
  readonly issuer: string
  readonly clientId: string
  /** Sealed for `secretPlace`; undefined: it gave none. */
  readonly clientSecret: string | undefined
  /** What names the mailbox in its tokens; `email` counts where it is verified. */
  readonly claim: string
  /** Domains whose names may sign in by it; undefined: all that the customer has. */
  readonly domains: readonly string[] | undefined
  readonly isOn: boolean
  /** Passwords and passkeys of ours open the panel no more, except for the customer's owners: nobody is to be locked out by a fault of the provider. */
  readonly isRequired: boolean
  /** It sees to second factors itself: ours are not asked for. */
  readonly vouches: boolean
  /** How its access tokens are judged at mail programs: not at all, by their signature, or by asking it about each (RFC 7662). */
  readonly mailTokens: 'off' | 'signed' | 'asked'
  /** What `aud` must hold in access tokens; undefined: not looked at, which only `asked` may. */
  readonly audience: string | undefined
  /** Of the directory, when it was changed last: what is remembered of it holds for this one. */
  readonly version: number
}

/** Where the secret opens (signing/key-vault.ts). */
export function secretPlace({ providerId }: Pick<IdentityProvider, 'providerId'>): string {
  return `identity provider ${providerId}`
}

import type { LocalJWKSet } from 'jose/jwks/local'
import type { Clock } from '../../base/clock.ts'
import { acceptClaims } from './claims.ts'
import { type AskJson, fetchJson } from './fetch-json.ts'
import type { Jwt } from './jwt.ts'
import { type OAuthOptions, type TokenClaims, type TokenVerifier, VerifierUnavailable } from './verifier.ts'

/** Keys are asked for again after this. */
const freshMs = 10 * 60_000
/** Between two asks, however many tokens name a key that nobody knows. */
const askAgainMs = 30_000
/** While the provider is away its old keys hold for so long. */
const staleMs = 24 * 3_600_000
const maxKeys = 100

/** The published keys of an issuer (RFC 7517 5), asked for when a token needs them. */
export class KeySet {
  readonly #url: URL
  readonly #clock: Clock
  readonly #ask: AskJson
  #keys: LocalJWKSet | undefined
  #fetchedAtMs = -Infinity
  #askedAtMs = -Infinity
  #asking: Promise<void> | undefined

  constructor(url: URL, clock: Clock, ask: AskJson) {
    this.#url = url
    this.#clock = clock
    this.#ask = ask
  }

  /**
   * What `accept` makes of a token that the issuer has signed. It is asked first: what does not stand in a token need not be looked for in its signature.
   * Undefined: not accepted, or not signed so. @throws VerifierUnavailable where there are no keys that can be trusted
   */
  async verify<Accepted>(token: string, accept: (jwt: Jwt) => Accepted | undefined): Promise<Accepted | undefined> {
    // Loaded with the first token: most installations never see one.
    const { isSigned, parseJwt } = await import('./jwt.ts')
    const jwt = parseJwt(token)
    const accepted = jwt && accept(jwt)
    if (jwt === undefined || accepted === undefined) return undefined
    await this.#refresh(jwt)
    return this.#keys !== undefined && (await isSigned(jwt, this.#keys)) ? accepted : undefined
  }

  async #refresh({ keyId }: Jwt): Promise<void> {
    const nowMs = this.#clock.now()
    const isNew = keyId !== undefined && this.#keys?.jwks().keys.some(({ kid }) => kid === keyId) !== true
    if ((isNew || nowMs - this.#fetchedAtMs > freshMs) && nowMs - this.#askedAtMs > askAgainMs) {
      this.#askedAtMs = nowMs
      this.#asking = this.#fetch().finally(() => (this.#asking = undefined))
    }
    try {
      await this.#asking
    } catch (err) {
      if (nowMs - this.#fetchedAtMs > staleMs) throw err
    }
    if (nowMs - this.#fetchedAtMs > staleMs) throw new VerifierUnavailable(`${this.#url.origin} has given no keys lately`)
  }

  async #fetch(): Promise<void> {
    const { readKeys } = await import('./jwt.ts')
    const { keys } = await this.#ask(this.#url, { headers: { accept: 'application/json' } })
    if (!Array.isArray(keys)) throw new VerifierUnavailable(`${this.#url.origin} answers no key set`)
    this.#keys = readKeys(keys.slice(0, maxKeys))
    this.#fetchedAtMs = this.#clock.now()
  }
}

/** RFC 9068 2.1, and what most issuers write. An ID token says JWT as well: its audience is another. */
const types: readonly (string | undefined)[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt']

/** Access tokens that are JWTs, checked here. */
export class KeySetVerifier implements TokenVerifier {
  readonly #options: OAuthOptions
  readonly #clock: Clock
  readonly #keys: KeySet

  constructor(options: OAuthOptions, url: URL, clock: Clock, ask: AskJson = fetchJson) {
    this.#options = options
    this.#clock = clock
    this.#keys = new KeySet(url, clock, ask)
  }

  verify(token: string): Promise<TokenClaims | undefined> {
    return this.#keys.verify(token, ({ type, claims }) =>
      types.includes(type) ? acceptClaims(claims, this.#options, this.#clock.now(), ['iss', 'exp']) : undefined,
    )
  }
}

import type { Clock } from '../../base/clock.ts'
import { acceptClaims } from './claims.ts'
import { fetchJson } from './fetch-json.ts'
import { isSigned, type Jwt, parseJwt } from './jwt.ts'
import { type OAuthOptions, type TokenClaims, type TokenVerifier, VerifierUnavailable } from './verifier.ts'

type Keys = readonly Readonly<Record<string, unknown>>[]

/** Keys are asked for again after this. */
const freshMs = 10 * 60_000
/** Between two asks, however many tokens name a key that nobody knows. */
const askAgainMs = 30_000
/** While the provider is away its old keys hold for so long. */
const staleMs = 24 * 3_600_000
const maxKeys = 100

/** Tokens that are JWTs, checked here with the issuer's published keys (RFC 7517 5). */
export class KeySetVerifier implements TokenVerifier {
  readonly #options: OAuthOptions
  readonly #url: URL
  readonly #clock: Clock
  #keys: Keys = []
  #fetchedAtMs = -Infinity
  #askedAtMs = -Infinity
  #asking: Promise<void> | undefined

  constructor(options: OAuthOptions, url: URL, clock: Clock) {
    this.#options = options
    this.#url = url
    this.#clock = clock
  }

  async verify(token: string): Promise<TokenClaims | undefined> {
    const jwt = parseJwt(token)
    // What does not stand in the token need not be looked for in its signature.
    const claims = jwt && acceptClaims(jwt.claims, this.#options, this.#clock.now(), ['iss', 'exp'])
    if (jwt === undefined || claims === undefined) return undefined
    await this.#refresh(jwt)
    return isSigned(jwt, this.#keys) ? claims : undefined
  }

  /** @throws VerifierUnavailable where there are no keys that can be trusted */
  async #refresh(jwt: Jwt): Promise<void> {
    const nowMs = this.#clock.now()
    const isNew = jwt.keyId !== undefined && !this.#keys.some(({ kid }) => kid === jwt.keyId)
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
    const { keys } = await fetchJson(this.#url, { headers: { accept: 'application/json' } })
    if (!Array.isArray(keys)) throw new VerifierUnavailable(`${this.#url.origin} answers no key set`)
    this.#keys = keys.slice(0, maxKeys).filter((key: unknown): key is Keys[number] => typeof key === 'object' && key !== null)
    this.#fetchedAtMs = this.#clock.now()
  }
}

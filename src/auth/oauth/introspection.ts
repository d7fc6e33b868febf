import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../base/clock.ts'
import { TooManyWaiting, Turns } from '../../base/turns.ts'
import { acceptClaims } from './claims.ts'
import { type AskJson, basicAuthorization, fetchJson } from './fetch-json.ts'
import { type OAuthOptions, type TokenClaims, type TokenVerifier, VerifierUnavailable } from './verifier.ts'

/** A good answer holds for this, and so may a token that was revoked meanwhile; … */
const goodHoldsMs = 60_000
/** … a bad one for this: programs try on with a token that has ended. */
const badHoldsMs = 10_000
const maxRemembered = 10_000
/** A provider that could not be asked is not asked again for this: whoever waits for it holds up others of the same place. */
const awayMs = 5_000
/** Requests under way, and those that wait for their turn. */
const atOnce = 8
const maxWaiting = 500

type Introspection = Extract<OAuthOptions['source'], { kind: 'introspection' }>

/** Tokens that only the issuer can read: it is asked about each (RFC 7662). */
export class Introspector implements TokenVerifier {
  readonly #options: OAuthOptions
  readonly #source: Introspection
  readonly #url: URL
  readonly #clock: Clock
  readonly #askJson: AskJson
  /** Tokens are secrets: an HMAC under a key of this process stands for each. */
  readonly #key = randomBytes(32)
  readonly #remembered = new LRUCache<string, { readonly claims: TokenClaims | undefined; readonly untilMs: number }>({ max: maxRemembered })
  #awayUntilMs = -Infinity
  readonly #turns = new Turns(atOnce, maxWaiting)

  constructor(options: OAuthOptions, source: Introspection, clock: Clock, ask: AskJson = fetchJson) {
    this.#options = options
    this.#source = source
    this.#url = new URL(source.url)
    this.#clock = clock
    this.#askJson = ask
  }

  async verify(token: string): Promise<TokenClaims | undefined> {
    const key = createHmac('sha256', this.#key).update(token).digest('base64')
    const known = this.#remembered.get(key)
    if (known !== undefined && known.untilMs > this.#clock.now()) return known.claims
    if (this.#clock.now() < this.#awayUntilMs) throw new VerifierUnavailable(`${this.#url.origin} could not be asked a moment ago`)
    const claims = await this.#ask(token)
    const nowMs = this.#clock.now()
    const untilMs = claims === undefined ? nowMs + badHoldsMs : Math.min(nowMs + goodHoldsMs, claims.expiresAtMs ?? Infinity)
    this.#remembered.set(key, { claims, untilMs })
    return claims
  }

  async #ask(token: string): Promise<TokenClaims | undefined> {
    const { clientId, clientSecret } = this.#source
    const request = {
      method: 'POST' as const,
      headers: { authorization: basicAuthorization(clientId, clientSecret), accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    }
    try {
      const answer = await this.#turns.run(() => this.#askJson(this.#url, request))
      return answer['active'] === true ? acceptClaims(answer, this.#options, this.#clock.now(), []) : undefined
    } catch (err) {
      if (err instanceof TooManyWaiting) throw new VerifierUnavailable('too many tokens wait for an answer', { cause: err })
      this.#awayUntilMs = this.#clock.now() + awayMs
      throw err
    }
  }
}

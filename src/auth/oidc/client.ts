import type { Clock } from '../../base/clock.ts'
import type { Claims } from '../oauth/claims.ts'
import { basicAuthorization, jsonObject } from '../oauth/fetch-json.ts'
import { KeySet } from '../oauth/key-set.ts'
import { VerifierUnavailable } from '../oauth/verifier.ts'
import { ask, askForJson, type AskOutside } from './ask.ts'
import { acceptIdToken } from './id-token.ts'
import { type Metadata, metadataUrl, readMetadata } from './metadata.ts'

export interface ClientOptions {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: it gave none. */
  readonly clientSecret: string | undefined
  readonly clock: Clock
  readonly outside: AskOutside
}

/** What a provider says of itself is asked for again after this, … */
const freshMs = 10 * 60_000
/** … and if it could not be asked, after this. */
const awayMs = 5_000

/** A request for somebody's sign-in, whose answer belongs to the same browser. */
export interface SignInRequest {
  readonly state: string
  readonly nonce: string
  /** Of PKCE (RFC 7636 4.2), S256. */
  readonly codeChallenge: string
  readonly redirectUri: string
  /** Whom the user says to be. */
  readonly loginHint: string
}

/** What came back, to be turned into who it is. */
export interface CodeGrant {
  readonly code: string
  readonly codeVerifier: string
  readonly redirectUri: string
  readonly nonce: string
}

/** The provider does not give out what it was asked for: an error of RFC 6749 5.2, or none that it names. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused'
  readonly error: string

  constructor(error: string) {
    super(`the provider refuses: ${error}`)
    this.error = error
  }
}

/** We as a client of one provider: OpenID Connect's authorization code flow (3.1), with PKCE. */
export class OidcClient {
  readonly #options: ClientOptions
  #metadata: { readonly asked: Promise<Metadata>; readonly untilMs: number } | undefined
  #keys: { readonly url: string; readonly set: KeySet } | undefined

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** @throws VerifierUnavailable */
  metadata(): Promise<Metadata> {
    const { clock, issuer, outside } = this.#options
    const nowMs = clock.now()
    if (this.#metadata !== undefined && nowMs < this.#metadata.untilMs) return this.#metadata.asked
    const asked = askForJson(outside, metadataUrl(issuer), { headers: { accept: 'application/json' } }).then((said) => readMetadata(said, issuer))
    this.#metadata = { asked, untilMs: nowMs + freshMs }
    asked.catch(() => (this.#metadata = { asked, untilMs: nowMs + awayMs }))
    return asked
  }

  /** Where the browser goes to. @throws VerifierUnavailable */
  async authorizationUrl({ state, nonce, codeChallenge, redirectUri, loginHint }: SignInRequest): Promise<URL> {
    const url = new URL((await this.metadata()).authorization)
    const query = {
      ...{ response_type: 'code', client_id: this.#options.clientId, scope: 'openid email profile', redirect_uri: redirectUri },
      ...{ state, nonce, code_challenge: codeChallenge, code_challenge_method: 'S256', login_hint: loginHint },
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }

  /** The claims of who signed in; undefined: they are not for us, not for this request, or not the provider's. @throws VerifierUnavailable, GrantRefused */
  async redeem({ code, codeVerifier, redirectUri, nonce }: CodeGrant, claim: string): Promise<(Claims & { readonly sub: string }) | undefined> {
    const { issuer, clientId, clock } = this.#options
    const tokens = await this.#grant({ grant_type: 'authorization_code', code, code_verifier: codeVerifier, redirect_uri: redirectUri })
    const idToken = tokens['id_token']
    if (typeof idToken !== 'string') return undefined
    const keys = this.#keySet(await this.metadata())
    const claims = await keys.verify(idToken, (jwt) => acceptIdToken(jwt, { issuer, clientId, nonce }, clock.now()))
    return claims === undefined || Object.hasOwn(claims, claim) ? claims : await this.#complete(claims, tokens['access_token'])
  }

  /** Would the provider know us by id and secret? It is asked with a code that nobody has. @throws VerifierUnavailable, GrantRefused */
  async knowsUs(redirectUri: string): Promise<boolean> {
    try {
      await this.#grant({ grant_type: 'authorization_code', code: 'none', code_verifier: 'n'.repeat(43), redirect_uri: redirectUri })
    } catch (err) {
      if (err instanceof GrantRefused) return err.error !== 'invalid_client' && err.error !== 'unauthorized_client'
      throw err
    }
    return true
  }

  /** Has it published a key? @throws VerifierUnavailable */
  async hasKeys(): Promise<boolean> {
    const { keys } = await askForJson(this.#options.outside, (await this.metadata()).keys, { headers: { accept: 'application/json' } })
    return Array.isArray(keys) && keys.length > 0
  }

  async #grant(form: Readonly<Record<string, string>>): Promise<Claims> {
    const { clientId, clientSecret, outside } = this.#options
    const { token, secretInBody } = await this.metadata()
    const inBody = clientSecret === undefined ? { client_id: clientId } : secretInBody ? { client_id: clientId, client_secret: clientSecret } : {}
    const headers = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(clientSecret !== undefined && !secretInBody && { authorization: basicAuthorization(clientId, clientSecret) }),
    }
    const { status, text } = await ask(outside, token, { method: 'POST', headers, body: new URLSearchParams({ ...form, ...inBody }).toString() })
    if (status === 200) return jsonObject(token, text)
    if (status === 401) throw new GrantRefused('invalid_client')
    if (status !== 400) throw new VerifierUnavailable(`${token.origin} answers with status ${status}`)
    const { error } = jsonObject(token, text)
    throw new GrantRefused(typeof error === 'string' ? error.slice(0, 100) : 'without a reason')
  }

  /** Some say by their ID token no more than who it is, and the rest when they are asked (OpenID Connect 5.3), about the same one. */
  async #complete(claims: Claims & { readonly sub: string }, accessToken: unknown): Promise<Claims & { readonly sub: string }> {
    const { userinfo } = await this.metadata()
    if (userinfo === undefined || typeof accessToken !== 'string') return claims
    const more = await askForJson(this.#options.outside, userinfo, { headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` } })
    return more['sub'] === claims.sub ? { ...more, sub: claims.sub } : claims
  }

  #keySet({ keys }: Metadata): KeySet {
    const { clock, outside } = this.#options
    if (this.#keys?.url !== keys.href) {
      this.#keys = { url: keys.href, set: new KeySet(keys, clock, (url, request) => askForJson(outside, url, request)) }
    }
    return this.#keys.set
  }
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../database/database.ts'
import { identify } from '../../directory/change/identity-providers.ts'
import { spendChallenge } from '../../directory/change/second-factors.ts'
import type { Directory } from '../../directory/directory.ts'
import type { IdentityProvider } from '../../directory/identity-provider.ts'
import { identityProviderFor, identityProviderQuery } from '../../directory/query/identity-providers.ts'
import { type Holder, type WebUser, webUserNamed } from '../../directory/query/web-users.ts'
import { parseAddress } from '../../mail/address.ts'
import type { KeyVault } from '../../signing/key-vault.ts'
import { type Claims, isVerified, mailboxIn } from '../oauth/claims.ts'
import { VerifierUnavailable } from '../oauth/verifier.ts'
import { GrantRefused } from './client.ts'
import type { OidcClients } from './clients.ts'

export interface ProviderSignInDependencies {
  readonly directory: Pick<Directory, 'query'>
  readonly database: Pick<Database, 'change'>
  readonly clients: Pick<OidcClients, 'of'>
  /** For what the browser keeps in between. */
  readonly vault: Pick<KeyVault, 'sealOctets' | 'openOctets'>
  readonly clock: Clock
  readonly log: Log
}

/** What the provider has sent the browser back with (RFC 6749 4.1.2, RFC 9207 2). */
export interface ProviderAnswer {
  /** By whose page it came. */
  readonly providerId: string
  readonly state: string
  readonly code?: string | undefined
  readonly error?: string | undefined
  readonly iss?: string | undefined
}

/**
 * `expired`: this browser has not asked, or too long ago. `denied`: the provider has let nobody in. `away`: it cannot be asked. `answer`: what it says is not good here.
 * `unverified`: it does not say that the address is theirs. `nobody`, `other`: as `Identified`.
 */
export type ProviderRefusal = 'expired' | 'denied' | 'away' | 'answer' | 'unverified' | 'nobody' | 'other'

export type ProviderAnswered =
  | { readonly user: WebUser; readonly vouches: boolean; readonly refused?: never }
  | { readonly user?: never; readonly refused: ProviderRefusal }

/** Somebody signs in at the provider meanwhile, or looks for the second factor. */
export const wayHoldsMs = 10 * 60_000

/** What the browser keeps while its user is at the provider. */
interface Asked {
  readonly providerId: string
  readonly issuer: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
  readonly untilMs: number
}

const askedPlace = 'sign-in: asked'
const provedPlace = 'sign-in: proved'

/** Where providers send browsers back to: a page of the panel, one for each provider, so that none can answer in another's name. */
export function callbackPath({ providerId }: Pick<IdentityProvider, 'providerId'>): string {
  return `/panel/sign-in/by/${providerId}`
}

/** Signing in to the web pages by the identity provider of one's customer (OpenID Connect 3.1). */
export class ProviderSignIn {
  readonly #deps: ProviderSignInDependencies

  constructor(deps: ProviderSignInDependencies) {
    this.#deps = deps
  }

  /** What people call the provider of this name's domain; undefined: there is none. The same work and answer for all names of a domain. */
  async wayOf(name: string): Promise<string | undefined> {
    return (await this.#providerOf(name))?.name
  }

  /** Must this user go that way? The customer's owners need not: somebody has to be able to switch it off. */
  async mustGo({ owner, name, customer, person }: WebUser): Promise<boolean> {
    if (owner === 'operator' || person?.role === 'owner') return false
    const provider = await this.#providerOf(name)
    return provider?.isRequired === true && provider.customerId === customer?.customerId
  }

  /** Where the browser is to go, and what it is to keep; `none`: this domain has no provider. `origin`: of the page. */
  async begin(
    name: string,
    origin: string,
  ): Promise<{ readonly location: string; readonly kept: string } | { readonly location?: never; readonly why: 'none' | 'away' }> {
    const { clients, clock, log } = this.#deps
    const provider = await this.#providerOf(name)
    if (provider === undefined) return { why: 'none' }
    const [state, nonce, codeVerifier] = [secret(), secret(), secret()]
    const { providerId, issuer } = provider
    const redirectUri = `${origin}${callbackPath(provider)}`
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
    try {
      const client = await clients.of(provider)
      const url = await client.authorizationUrl({ state, nonce, codeChallenge, redirectUri, loginHint: name })
      const asked: Asked = { providerId, issuer, state, nonce, codeVerifier, redirectUri, untilMs: clock.now() + wayHoldsMs }
      return { location: url.href, kept: await this.#seal(asked, askedPlace) }
    } catch (err) {
      if (!(err instanceof VerifierUnavailable)) throw err
      log.warn('identity provider not reached', { customer: provider.customerId, err })
      return { why: 'away' }
    }
  }

  /** `kept`: what this browser has kept since it was sent away. */
  async finish(answer: ProviderAnswer, kept: string | undefined): Promise<ProviderAnswered> {
    const { directory, clients, log } = this.#deps
    const asked = await this.#open<Asked>(kept, askedPlace)
    if (asked === undefined || !isSame(asked.state, answer.state) || asked.providerId !== answer.providerId) return { refused: 'expired' }
    const provider = await directory.query(identityProviderQuery, { providerId: asked.providerId })
    if (provider?.isOn !== true || provider.issuer !== asked.issuer || !(await this.#spend(asked))) return { refused: 'expired' }
    const refuse = (refused: ProviderRefusal, why: Readonly<Record<string, unknown>> = {}): ProviderAnswered => {
      log.info('sign-in by identity provider refused', { customer: provider.customerId, refused, ...why })
      return { refused }
    }
    try {
      const client = await clients.of(provider)
      const { namesItself } = await client.metadata()
      // RFC 9207 2.4: an answer of another provider's, which this one has had brought here.
      if (answer.iss === undefined ? namesItself : answer.iss !== provider.issuer) return refuse('answer', { iss: answer.iss })
      if (answer.code === undefined) return refuse('denied', { error: answer.error })
      const claims = await client.redeem({ ...asked, code: answer.code }, provider.claim)
      return claims === undefined ? refuse('answer') : await this.#identify(provider, claims, refuse)
    } catch (err) {
      if (err instanceof GrantRefused) return refuse('answer', { error: err.error })
      if (err instanceof VerifierUnavailable) return refuse('away', { err })
      throw err
    }
  }

  /** What the browser keeps of somebody whom the provider has let in, while they look for the second factor. */
  async keepProved({ owner, ownerId }: WebUser): Promise<string> {
    return this.#seal({ owner, ownerId, untilMs: this.#deps.clock.now() + wayHoldsMs }, provedPlace)
  }

  /** Who that was; undefined: nobody, or too long ago. */
  async proved(kept: string | undefined): Promise<WebUser | undefined> {
    const holder = await this.#open<Holder & { readonly untilMs: number }>(kept, provedPlace)
    const user = holder && (await this.#deps.directory.query(webUserNamed, { kind: 'holder', owner: holder.owner, ownerId: holder.ownerId }))
    // It may have been switched off meanwhile.
    return user && (await this.#providerOf(user.name)) && user
  }

  async #identify(
    provider: IdentityProvider,
    claims: Claims & { readonly sub: string },
    refuse: (why: ProviderRefusal) => ProviderAnswered,
  ): Promise<ProviderAnswered> {
    const { directory, database, clock } = this.#deps
    const { providerId, claim, vouches } = provider
    const named = mailboxIn(claims, claim)
    const isTheirs = claim !== 'email' || named === undefined || isVerified(claims, true)
    const address = named !== undefined && isTheirs ? parseAddress(named) : undefined
    const found = await database.change(identify, { providerId, subject: claims.sub, address, atMs: clock.now() })
    if (found.refused !== undefined) return refuse(isTheirs ? found.refused : 'unverified')
    const user = await directory.query(webUserNamed, { kind: 'holder', ...found.holder })
    return user === undefined ? refuse('nobody') : { user, vouches }
  }

  async #providerOf(name: string): Promise<IdentityProvider | undefined> {
    // Asked for a name without a domain as well: there is none whose name is empty.
    return this.#deps.directory.query(identityProviderFor, { domain: parseAddress(name)?.domain ?? '' })
  }

  /** An answer is taken once, whoever comes with it again. */
  #spend({ state, untilMs }: Asked): Promise<boolean> {
    return this.#deps.database.change(spendChallenge, { challenge: state, atMs: this.#deps.clock.now(), untilMs })
  }

  #seal(kept: Asked | (Holder & { readonly untilMs: number }), place: string): Promise<string> {
    return this.#deps.vault.sealOctets(Buffer.from(JSON.stringify(kept)), place)
  }

  async #open<Kept extends { readonly untilMs: number }>(kept: string | undefined, place: string): Promise<Kept | undefined> {
    if (kept === undefined) return undefined
    try {
      const opened = JSON.parse((await this.#deps.vault.openOctets(kept, place)).toString('utf8')) as Kept
      return opened.untilMs > this.#deps.clock.now() ? opened : undefined
    } catch {
      return undefined
    }
  }
}

/** 256 bits, in the characters that PKCE takes (RFC 7636 4.1). */
function secret(): string {
  return randomBytes(32).toString('base64url')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

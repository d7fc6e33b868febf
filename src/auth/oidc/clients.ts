import { LRUCache } from 'lru-cache'
import type { Clock } from '../../base/clock.ts'
import { type IdentityProvider, secretPlace } from '../../directory/identity-provider.ts'
import type { KeyVault } from '../../signing/key-vault.ts'
import { openVerifier } from '../oauth/open.ts'
import { type OAuthOptions, type TokenVerifier, VerifierUnavailable } from '../oauth/verifier.ts'
import { askForJson, type AskOutside } from './ask.ts'
import { OidcClient } from './client.ts'

export interface ClientsDependencies {
  /** For the secrets. */
  readonly vault: Pick<KeyVault, 'openOctets'>
  readonly clock: Clock
  readonly outside: AskOutside
}

/** Providers whose endpoints and keys are remembered: some kilobytes each. */
const maxRemembered = 500

/** What is known of customers' identity providers, as each has set up its own: a change makes another one of it. */
export class OidcClients {
  readonly #deps: ClientsDependencies
  readonly #clients = new LRUCache<string, Promise<OidcClient>>({ max: maxRemembered })
  readonly #verifiers = new LRUCache<string, TokenVerifier>({ max: maxRemembered })

  constructor(deps: ClientsDependencies) {
    this.#deps = deps
  }

  of(provider: IdentityProvider): Promise<OidcClient> {
    const key = `${provider.providerId} ${provider.version}`
    let client = this.#clients.get(key)
    if (client === undefined) {
      this.#clients.set(key, (client = this.#open(provider)))
      client.catch(() => this.#clients.delete(key))
    }
    return client
  }

  /** For its access tokens; undefined: it gives none to mail programs. @throws VerifierUnavailable */
  async verifierOf(provider: IdentityProvider): Promise<TokenVerifier | undefined> {
    const source = await this.#sourceOf(provider)
    if (source === undefined) return undefined
    const key = `${provider.providerId} ${provider.version} ${source.url}`
    let verifier = this.#verifiers.get(key)
    if (verifier === undefined) {
      const { issuer, audience, claim } = provider
      const { clock, outside } = this.#deps
      verifier = openVerifier({ issuer, audience, claim, verifiedOnly: true, source }, clock, (url, request) => askForJson(outside, url, request))
      this.#verifiers.set(key, verifier)
    }
    return verifier
  }

  async #sourceOf(provider: IdentityProvider): Promise<OAuthOptions['source'] | undefined> {
    if (provider.mailTokens === 'off') return undefined
    const { keys, introspection } = await (await this.of(provider)).metadata()
    if (provider.mailTokens === 'signed') return { kind: 'jwks', url: keys.href }
    if (introspection === undefined) throw new VerifierUnavailable(`${provider.issuer} has no introspection endpoint`)
    return { kind: 'introspection', url: introspection.href, clientId: provider.clientId, clientSecret: (await this.#secretOf(provider)) ?? '' }
  }

  async #open(provider: IdentityProvider): Promise<OidcClient> {
    const { issuer, clientId } = provider
    const { clock, outside } = this.#deps
    return new OidcClient({ issuer, clientId, clientSecret: await this.#secretOf(provider), clock, outside })
  }

  async #secretOf(provider: IdentityProvider): Promise<string | undefined> {
    if (provider.clientSecret === undefined) return undefined
    return (await this.#deps.vault.openOctets(provider.clientSecret, secretPlace(provider))).toString('utf8')
  }
}

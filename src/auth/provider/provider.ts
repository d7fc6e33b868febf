import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Configuration, Provider } from 'oidc-provider'
import type { Log } from '../../base/log.ts'
import type { Directory } from '../../directory/directory.ts'
import type { KeyVault } from '../../signing/key-vault.ts'
import type { AdapterParts } from './adapter.ts'
import { signingKey } from './signing-key.ts'

export interface OauthProviderParts extends Omit<AdapterParts, 'directory' | 'database' | 'network'> {
  readonly directory: Directory
  readonly database: AdapterParts['database'] & Parameters<typeof signingKey>[0]['database']
  readonly vault: KeyVault
  readonly log: Log
  /** "https://mx.example.org"; undefined: there is no provider. */
  readonly issuer: () => string | undefined
  /** What a browser is shown where a program has sent it with something that is wrong. */
  readonly renderError: NonNullable<Configuration['renderError']>
}

/** What gives tokens to mail programs (OAuth 2.1, OpenID Connect): oidc-provider, loaded when it is asked for something first. */
export class OauthProvider {
  readonly #parts: OauthProviderParts
  readonly #networks = new WeakMap<IncomingMessage, string>()
  /** As settings were when it was made. */
  #made: { readonly issuer: string; readonly registration: boolean; readonly provider: Promise<Provider> } | undefined

  constructor(parts: OauthProviderParts) {
    this.#parts = parts
  }

  get issuer(): string | undefined {
    return this.#parts.issuer()
  }

  /** Undefined: there is none. */
  current(): Promise<Provider> | undefined {
    const issuer = this.#parts.issuer()
    if (issuer === undefined) return undefined
    const registration = this.#parts.directory.settings['oauth.registration']
    if (this.#made?.issuer !== issuer || this.#made.registration !== registration) {
      const provider = this.#make(issuer, registration)
      this.#made = { issuer, registration, provider }
      provider.catch(() => (this.#made = undefined))
    }
    return this.#made.provider
  }

  /** Answers a request, all of it. `network`: the client's. */
  async serve(provider: Provider, request: IncomingMessage, response: ServerResponse, network: string): Promise<void> {
    this.#networks.set(request, network)
    await provider.callback()(request, response)
  }

  async #make(issuer: string, registration: boolean): Promise<Provider> {
    const { directory, database, clock, vault, log, renderError } = this.#parts
    const [oidc, { configurationOf }] = await Promise.all([import('oidc-provider'), import('./configuration.ts')])
    const network = () => {
      const request = oidc.Provider.ctx?.req
      return (request && this.#networks.get(request)) ?? ''
    }
    const [cookieKey, key] = await Promise.all([directory.secret('oauth-cookie'), signingKey({ database, vault })])
    const parts = { issuer, registration, directory, database, clock, network, cookieKey, signingKey: key, renderError }
    const provider = new oidc.Provider(issuer, configurationOf(parts))
    // What `serve` is given says where the request came to (http/oauth.ts).
    provider.proxy = true
    provider.on('server_error', (_, err) => log.error('the provider of tokens failed', { err }))
    return provider
  }
}

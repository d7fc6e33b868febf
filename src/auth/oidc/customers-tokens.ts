import type { Directory } from '../../directory/directory.ts'
import { identityProviderFor } from '../../directory/query/identity-providers.ts'
import type { TokenClaims, TokenVerifier } from '../oauth/verifier.ts'
import type { OidcClients } from './clients.ts'

export interface CustomersTokensDependencies {
  readonly directory: Pick<Directory, 'query' | 'customersTokens'>
  readonly clients: OidcClients
  /** The provider that the operator has configured for all; undefined: none. */
  readonly installation: TokenVerifier | undefined
}

/**
 * Access tokens of customers' own identity providers: each counts for the domains that it holds for, and there the installation's does not. Who is asked
 * depends on the domain alone, as it is in the directory now.
 */
export class CustomersTokens implements TokenVerifier {
  readonly #deps: CustomersTokensDependencies

  constructor(deps: CustomersTokensDependencies) {
    this.#deps = deps
  }

  async verify(token: string, domain?: string): Promise<TokenClaims | undefined> {
    const { directory, clients, installation } = this.#deps
    const provider = domain === undefined || !directory.customersTokens ? undefined : await directory.query(identityProviderFor, { domain })
    const verifier = provider && (await clients.verifierOf(provider))
    return (verifier ?? installation)?.verify(token)
  }
}

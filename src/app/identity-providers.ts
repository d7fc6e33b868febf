import { OidcClients } from '../auth/oidc/clients.ts'
import { ProviderSignIn } from '../auth/oidc/sign-in.ts'
import type { Resolver } from '../dns/resolver.ts'
import { Outside } from '../outside/outside.ts'
import { openVault } from './installation-key.ts'
import type { Parts } from './open.ts'

export type ProviderParts = Pick<Parts, 'config' | 'directory' | 'clock'>

/** What asks customers' identity providers. */
export function openOidcClients({ config, directory, clock }: ProviderParts, resolver: Pick<Resolver, 'lookup'>): OidcClients {
  return new OidcClients({ vault: openVault(config), clock, outside: new Outside({ resolver, settings: () => directory.settings }) })
}

/** Signing in to the web pages by them. */
export function openProviderSignIn(parts: ProviderParts & Pick<Parts, 'database' | 'log'>, resolver: Pick<Resolver, 'lookup'>): ProviderSignIn {
  const { config, directory, database, clock, log } = parts
  return new ProviderSignIn({ directory, database, clients: openOidcClients(parts, resolver), vault: openVault(config), clock, log })
}

import type { IdentityProviderDesk } from '../api/context.ts'
import { probe } from '../auth/oidc/probe.ts'
import { callbackPath } from '../auth/oidc/sign-in.ts'
import { secretPlace } from '../directory/identity-provider.ts'
import { openOidcClients, type ProviderParts } from './identity-providers.ts'
import { openVault } from './installation-key.ts'
import { openResolver } from './only.ts'

/** For operations, in a process that may have no server. */
export function identityProviderDesk(parts: ProviderParts): IdentityProviderDesk {
  const { config, clock } = parts
  return {
    seal: (secret, provider) => openVault(config).sealOctets(Buffer.from(secret), secretPlace(provider)),
    async probe(provider) {
      const resolver = openResolver(config, clock)
      try {
        const client = await openOidcClients(parts, resolver).of(provider)
        return await probe(client, `https://${config.hostname}${callbackPath(provider)}`, provider.mailTokens === 'asked')
      } finally {
        resolver.close()
      }
    },
  }
}

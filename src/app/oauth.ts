import { OauthProvider } from '../auth/provider/provider.ts'
import { httpsOrigin, type Place } from './https-origin.ts'
import { openVault } from './installation-key.ts'
import type { Listening } from './mail-setup.ts'
import type { Parts } from './open.ts'

/** What the provider of tokens is known by (RFC 8414 2); undefined: there is none. */
function issuerOf(place: Place): string | undefined {
  const wanted = place.directory.settings['oauth.provider']
  const origin = wanted === 'off' ? undefined : httpsOrigin(place)
  return origin === undefined || wanted === 'on' || isPublic(new URL(origin).hostname) ? origin : undefined
}

/** Names that mean something else everywhere, or are for examples (RFC 2606, 6761, 6762, 8375). */
const notPublic = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|test|example(?:\.(?:com|net|org))?|invalid|onion)$/

function isPublic(host: string): boolean {
  return host.includes('.') && !/\.\d+$/.test(host) && !notPublic.test(host.toLowerCase())
}

/** The provider of tokens for mail programs. */
export function openOauthProvider(
  parts: Pick<Parts, 'config' | 'directory' | 'database' | 'clock' | 'log'>,
  listening: () => readonly Listening[],
): OauthProvider {
  const { config, directory, database, clock, log } = parts
  return new OauthProvider({
    ...{ directory, database, clock, log },
    vault: openVault(config),
    issuer: () => issuerOf({ config, directory, listening: listening() }),
    async renderError(ctx, { error }) {
      const [{ errorPage }, { plainPagePolicy }] = await Promise.all([import('../http/oauth.ts'), import('../http/plain-page.ts')])
      ctx.set('content-security-policy', plainPagePolicy)
      ctx.type = 'html'
      ctx.body = errorPage(ctx.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en', error)
    },
  })
}

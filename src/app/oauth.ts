import { OauthProvider } from '../auth/provider/provider.ts'
import type { Config } from '../config/config.ts'
import type { Settings } from '../directory/settings.ts'
import { openVault } from './installation-key.ts'
import type { Listening } from './mail-setup.ts'
import type { Parts } from './open.ts'

interface IssuerOptions {
  readonly config: Config
  readonly settings: Settings
  readonly listening: readonly Listening[]
}

/** What the provider of tokens is known by (RFC 8414 2); undefined: there is none. */
function issuerOf({ config, settings, listening }: IssuerOptions): string | undefined {
  const host = settings['client.hostname'] || config.hostname
  const https = listening.find(({ name }) => name === 'https')
  const wanted = settings['oauth.provider']
  const isSpoken = https !== undefined || config.proxy.forwardedFrom.length > 0
  if (!isSpoken || wanted === 'off' || (wanted === 'auto' && !isPublic(host))) return undefined
  return https === undefined || https.port === 443 || settings['client.standard-ports'] ? `https://${host}` : `https://${host}:${https.port}`
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
    issuer: () => issuerOf({ config, settings: directory.settings, listening: listening() }),
    async renderError(ctx, { error }) {
      const [{ errorPage }, { plainPagePolicy }] = await Promise.all([import('../http/oauth.ts'), import('../http/plain-page.ts')])
      ctx.set('content-security-policy', plainPagePolicy)
      ctx.type = 'html'
      ctx.body = errorPage(ctx.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en', error)
    },
  })
}

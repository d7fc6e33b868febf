import type { Text } from '../base/language.ts'
import type { Config } from './config.ts'
import { ConfigError } from './problem.ts'
import type { ConfigFile } from './schema.ts'

/** `[oauth]` as a whole: who says what a token is worth, by introspection or by published keys. @throws ConfigError */
export function oauthOf(oauth: ConfigFile['oauth'], file: string): Config['oauth'] {
  if (oauth === undefined) return undefined
  const { issuer, audience, claim = 'email', introspection, jwks } = oauth
  const clientId = oauth['client-id']
  const clientSecret = oauth['client-secret']
  if (issuer === undefined) throw wrong(file, 'issuer', { en: 'is missing: what "iss" says in each token', de: 'fehlt: was in jedem Token als „iss“ steht' })
  if ((introspection === undefined) === (jwks === undefined)) {
    throw wrong(file, 'introspection', {
      en: 'give one of introspection (a URL, with client-id and client-secret) and jwks (a URL)',
      de: 'eines von beiden angeben: introspection (eine URL, mit client-id und client-secret) oder jwks (eine URL)',
    })
  }
  if (jwks !== undefined) {
    // Whoever may get a token for any other service of the issuer could read mail with it.
    if (audience === undefined) {
      throw wrong(file, 'audience', {
        en: 'is missing: what "aud" must say in a token that is meant for us',
        de: 'fehlt: was als „aud“ in einem Token für uns steht',
      })
    }
    return { issuer, audience, claim, source: { kind: 'jwks', url: jwks } }
  }
  if (introspection === undefined || clientId === undefined || clientSecret === undefined) {
    throw wrong(file, clientId === undefined ? 'client-id' : 'client-secret', {
      en: 'is missing: introspection needs both',
      de: 'fehlt: introspection braucht beides',
    })
  }
  return { issuer, audience, claim, source: { kind: 'introspection', url: introspection, clientId, clientSecret } }
}

function wrong(file: string, key: string, text: Text): ConfigError {
  return new ConfigError(file, [{ key: `oauth.${key}`, line: undefined, text }])
}

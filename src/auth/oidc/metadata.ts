import { VerifierUnavailable } from '../oauth/verifier.ts'

/** What a provider says of itself (OpenID Connect Discovery 3, RFC 8414 2), as far as it matters here. */
export interface Metadata {
  readonly authorization: URL
  readonly token: URL
  readonly keys: URL
  /** Undefined: it has none. */
  readonly userinfo: URL | undefined
  readonly introspection: URL | undefined
  /** It names itself in each answer (RFC 9207 3): one that does not is somebody else's. */
  readonly namesItself: boolean
  /** A client's secret is sent in the body, since that is all that the provider takes. */
  readonly secretInBody: boolean
}

/** OpenID Connect Discovery 4.1: the well-known path comes after the issuer's own. */
export function metadataUrl(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
}

/** Pure. @throws VerifierUnavailable */
export function readMetadata(said: Readonly<Record<string, unknown>>, issuer: string): Metadata {
  // Discovery 4.3: exactly, or whoever serves this could speak for another issuer.
  if (said['issuer'] !== issuer) throw new VerifierUnavailable(`it calls itself ${shown(said['issuer'])}, not ${issuer}`)
  const challenges = said['code_challenge_methods_supported']
  if (challenges !== undefined && !listOf(challenges).includes('S256')) throw new VerifierUnavailable('it does not know PKCE with S256')
  const responses = said['response_types_supported']
  if (responses !== undefined && !listOf(responses).includes('code')) throw new VerifierUnavailable('it does not know the response type "code"')
  // RFC 8414 2: without the field, it is client_secret_basic.
  const methods = listOf(said['token_endpoint_auth_methods_supported'] ?? ['client_secret_basic'])
  return {
    authorization: wanted(said, 'authorization_endpoint'),
    token: wanted(said, 'token_endpoint'),
    keys: wanted(said, 'jwks_uri'),
    userinfo: endpoint(said, 'userinfo_endpoint'),
    introspection: endpoint(said, 'introspection_endpoint'),
    namesItself: said['authorization_response_iss_parameter_supported'] === true,
    secretInBody: !methods.includes('client_secret_basic') && methods.includes('client_secret_post'),
  }
}

function wanted(said: Readonly<Record<string, unknown>>, name: string): URL {
  const url = endpoint(said, name)
  if (url === undefined) throw new VerifierUnavailable(`${name} is missing`)
  return url
}

/** A browser is sent to one of these: nothing but https: may stand there. */
function endpoint(said: Readonly<Record<string, unknown>>, name: string): URL | undefined {
  const text = said[name]
  if (text === undefined) return undefined
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url === null || url.protocol !== 'https:') throw new VerifierUnavailable(`${name} is no https: URL, but ${shown(text)}`)
  return url
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}

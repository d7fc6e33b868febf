import type { JsonWebKey } from 'node:crypto'
import { type Configuration, errors, interactionPolicy } from 'oidc-provider'
import { formatAddress } from '../../mail/address.ts'
import { openMailbox } from '../../directory/query/grants.ts'
import { type AdapterParts, adapterOf } from './adapter.ts'
import { consentPath, providerPaths } from './paths.ts'
import { mailScopes, protocolsOf } from './scopes.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

interface ConfigurationParts extends AdapterParts {
  readonly issuer: string
  readonly cookieKey: Uint8Array
  readonly signingKey: JsonWebKey
  readonly registration: boolean
  readonly renderError: NonNullable<Configuration['renderError']>
}

/** oidc-provider, as it is used here: the authorization code with PKCE for public clients (OAuth 2.1), opaque tokens, no flow beside. */
export function configurationOf(parts: ConfigurationParts): Configuration {
  const { issuer, cookieKey, signingKey, directory, registration, renderError } = parts
  return {
    adapter: (kind: string) => adapterOf(kind, parts),
    routes: providerPaths,
    cookies: {
      keys: [Buffer.from(cookieKey).toString('base64url')],
      names: { session: 'posthorn_oauth', interaction: 'posthorn_oauth_ask', resume: 'posthorn_oauth_resume' },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    jwks: { keys: [{ ...signingKey, use: 'sig', alg: 'RS256' }] },
    scopes: ['openid', 'offline_access', ...Object.keys(mailScopes)],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    subjectTypes: ['public'],
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    clientDefaults: {
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: registration, issueRegistrationAccessToken: false },
      revocation: { enabled: true },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    },
    ttl: {
      AuthorizationCode: minute,
      AccessToken: hour,
      IdToken: hour,
      // Counted from its last use: each use gives a new one.
      RefreshToken: 180 * day,
      Interaction: 30 * minute,
      Session: minute,
      Grant: day,
    },
    // A mail program that had to ask every hour would be of no use: none has to say offline_access.
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    // Whoever revokes one token of a program means the program.
    revokeGrantPolicy: () => true,
    extraParams: {
      // RFC 8707: a token of ours is good here and nowhere else.
      resource(_, value) {
        if (value !== undefined && !isAt(value, new URL(issuer).hostname)) throw new errors.InvalidTarget()
      },
    },
    interactions: { policy: askAlways(), url: (_, { uid }) => consentPath(uid) },
    async findAccount(_, sub) {
      const address = await directory.query(openMailbox, { accountId: Number(sub) })
      if (address === undefined) return undefined
      return { accountId: sub, claims: () => ({ sub, email: formatAddress(address), email_verified: true }) }
    },
    // Nothing that a program says of itself makes this server ask others.
    fetch: () => Promise.reject(new Error('the provider of tokens asks nobody')),
    renderError,
  }
}

/** Native clients are asked for each time (the library's own policy); one that wants nothing of mail has no business here. */
function askAlways(): NonNullable<NonNullable<Configuration['interactions']>['policy']> {
  const policy = interactionPolicy.base()
  const check = new interactionPolicy.Check('no_mail', 'a scope of mail is needed', 'invalid_scope', ({ oidc }) => {
    if (protocolsOf([...oidc.requestParamOIDCScopes]).length === 0) throw new errors.InvalidScope('a scope of mail is needed', '')
    return oidc.result?.['consent'] === undefined ? interactionPolicy.Check.REQUEST_PROMPT : interactionPolicy.Check.NO_NEED_TO_PROMPT
  })
  policy.get('consent')?.checks.add(check)
  policy.get('login')?.checks.add(check)
  return policy
}

function isAt(resource: unknown, host: string): boolean {
  return typeof resource === 'string' && URL.canParse(resource) && new URL(resource).hostname === host
}

import { type AdapterPayload, errors } from 'oidc-provider'

/** Characters of what a program calls itself. */
const longestName = 60
/** Characters of all that is kept of it. */
const mostMetadata = 4096
/** Addresses to come back to, and the characters of one. */
const maxRedirects = 5
const longestRedirect = 500

/** What is taken of what a program says of itself (RFC 7591 2); the rest has no meaning here. */
const taken = [
  'client_id',
  'client_name',
  'client_id_issued_at',
  'redirect_uris',
  'application_type',
  'grant_types',
  'response_types',
  'scope',
  'token_endpoint_auth_method',
  'id_token_signed_response_alg',
  'subject_type',
  'require_auth_time',
  'require_pushed_authorization_requests',
]

/**
 * A program that anybody may register gets what it is given on the device where it runs, and nowhere else (RFC 8252 7.1, 7.3): by a scheme of its own or on the loopback
 * interface. An address in the web could be anybody's.
 * @throws an error of oidc-provider, which the program is told
 */
export function checkRegistration(payload: AdapterPayload): { readonly name: string; readonly metadata: AdapterPayload } {
  const { client_name: name, redirect_uris: redirects = [] } = payload
  if (payload['application_type'] !== 'native') throw new errors.InvalidClientMetadata('application_type must be native')
  if (redirects.length === 0 || redirects.length > maxRedirects) throw new errors.InvalidRedirectUri()
  for (const redirect of redirects) if (redirect.length > longestRedirect || !staysHere(redirect)) throw new errors.InvalidRedirectUri()
  const metadata = Object.fromEntries(Object.entries(payload).filter(([key]) => taken.includes(key)))
  if (JSON.stringify(metadata).length > mostMetadata) throw new errors.InvalidClientMetadata('that is more than a program has to say of itself')
  return { name: programName(typeof name === 'string' ? name : ''), metadata }
}

/** One line that cannot pretend to be more: no control characters, no marks that turn the direction of text, no invisible ones. */
function programName(text: string): string {
  const line = text
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return [...line].slice(0, longestName).join('')
}

/** RFC 8252 7.1: a scheme of one's own is a domain name turned round, so it has a dot. */
export function staysHere(redirect: string): boolean {
  const { protocol, hostname } = new URL(redirect)
  if (protocol === 'http:') return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  return protocol !== 'https:' && protocol.includes('.')
}

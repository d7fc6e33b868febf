/** The messages of OAUTHBEARER (RFC 7628) and XOAUTH2 (Google's and Microsoft's older form of it). Pure. */

export type BearerMechanism = 'OAUTHBEARER' | 'XOAUTH2'

export interface BearerResponse {
  /** The mailbox that the client means; empty: whichever the token names. */
  readonly user: string
  readonly token: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** RFC 6750 2.1. */
const bearer = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i

/** Undefined: not what the mechanism sends. */
export function parseBearer(mechanism: BearerMechanism, octets: Uint8Array): BearerResponse | undefined {
  const text = decode(octets)
  if (text?.endsWith('\x01\x01') !== true) return undefined
  const [head = '', ...pairs] = text.slice(0, -2).split('\x01')
  const user = mechanism === 'OAUTHBEARER' ? gs2User(head) : /^user=(.+)$/.exec(head)?.[1]
  // kvpair = key "=" value: host and port say what the client believes to talk to, which our certificate has told it.
  if (user === undefined || !pairs.every((pair) => /^[A-Za-z]+=[\t\n\r\x20-\x7e]*$/.test(pair))) return undefined
  const values = pairs.filter((pair) => pair.startsWith('auth=')).map((pair) => pair.slice('auth='.length))
  const token = values.length === 1 ? bearer.exec(values[0] ?? '')?.[1] : undefined
  return token === undefined ? undefined : { user, token }
}

/** What a client is told before NO, for its user or for asking for another token (RFC 7628 3.2.2); it answers with anything. `discovery`: where it can find out how it gets one. */
export function bearerFailure(mechanism: BearerMechanism, discovery?: string): string {
  if (mechanism === 'XOAUTH2') return '{"status":"401","schemes":"bearer"}'
  return JSON.stringify({ status: 'invalid_token', 'openid-configuration': discovery })
}

/** gs2-header (RFC 5801 4), without channel binding: "n," or "y,", then "a=" and a saslname or nothing, then a comma. */
function gs2User(header: string): string | undefined {
  const match = /^[ny],(?:a=([^,]+))?,$/.exec(header)
  const saslname = match?.[1] ?? ''
  if (match === null || /=(?!2C|3D)/.test(saslname)) return undefined
  return saslname.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

function decode(octets: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(octets)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

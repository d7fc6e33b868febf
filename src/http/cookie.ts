import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Octets of a Cookie field that are looked at. */
const maxFieldBytes = 8192

/** `session`: who is signed in. `device`: a browser that is known. `way`: what a browser keeps while its user signs in elsewhere (auth/oidc/sign-in.ts). */
type Kind = 'session' | 'device' | 'way'

const names = { session: 'posthorn', device: 'posthorn-device', way: 'posthorn-way' } as const satisfies Record<Kind, string>

/**
 * Cookies by RFC 6265bis. `__Host-`: from this host by TLS alone, so no neighbour under the same domain can plant one. Without TLS, which only this
 * machine may do (auth/web/sign-in.ts), browsers take no such name.
 */
function nameOf(request: FastifyRequest, kind: Kind): string {
  return request.client.tls ? `__Host-${names[kind]}` : names[kind]
}

/** What a browser is known by, that somebody has signed in with before. It opens nothing. Undefined: none, or none of ours. */
export function deviceToken(request: FastifyRequest): string | undefined {
  const token = readCookie(request, 'device')
  return token !== undefined && /^[A-Za-z0-9_-]{22}$/.test(token) ? token : undefined
}

export function newDeviceToken(): string {
  return randomBytes(16).toString('base64url')
}

export function readCookie(request: FastifyRequest, kind: Kind): string | undefined {
  const wanted = `${nameOf(request, kind)}=`
  const pairs = (request.headers.cookie ?? '').slice(0, maxFieldBytes).split(';')
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted))
    ?.slice(wanted.length)
}

/** As long as browsers keep any (RFC 6265bis 5.5). */
const deviceAgeMs = 400 * 86_400_000

export function setDeviceCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, 'device', token, deviceAgeMs)
}

/** `value` undefined: the browser forgets it. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, kind: Kind, value: string | undefined, maxAgeMs = 0): void {
  const secure = request.client.tls ? '; Secure' : ''
  const maxAge = value === undefined ? 0 : Math.floor(maxAgeMs / 1000)
  reply.header('set-cookie', `${nameOf(request, kind)}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure}`)
}

import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Octets of a Cookie field that are looked at. */
const maxFieldBytes = 8192

/**
 * The session's cookie (RFC 6265bis). `__Host-`: from this host by TLS alone, so no neighbour under the same domain can plant one. Without TLS, which only this
 * machine may do (auth/web/sign-in.ts), browsers take no such name.
 */
function nameOf(request: FastifyRequest, what: 'session' | 'device'): string {
  const name = what === 'session' ? 'posthorn' : 'posthorn-device'
  return request.client.tls ? `__Host-${name}` : name
}

export function sessionToken(request: FastifyRequest): string | undefined {
  return cookieOf(request, 'session')
}

/** What a browser is known by, that somebody has signed in with before. It opens nothing. Undefined: none, or none of ours. */
export function deviceToken(request: FastifyRequest): string | undefined {
  const token = cookieOf(request, 'device')
  return token !== undefined && /^[A-Za-z0-9_-]{22}$/.test(token) ? token : undefined
}

export function newDeviceToken(): string {
  return randomBytes(16).toString('base64url')
}

function cookieOf(request: FastifyRequest, what: 'session' | 'device'): string | undefined {
  const wanted = `${nameOf(request, what)}=`
  const pairs = (request.headers.cookie ?? '').slice(0, maxFieldBytes).split(';')
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted))
    ?.slice(wanted.length)
}

/** `token` undefined: the browser forgets it. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string | undefined, maxAgeMs: number): void {
  setCookie(request, reply, 'session', token ?? '', token === undefined ? 0 : maxAgeMs)
}

/** As long as browsers keep any (RFC 6265bis 5.5). */
const deviceAgeMs = 400 * 86_400_000

export function setDeviceCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  setCookie(request, reply, 'device', token, deviceAgeMs)
}

function setCookie(request: FastifyRequest, reply: FastifyReply, what: 'session' | 'device', value: string, maxAgeMs: number): void {
  const secure = request.client.tls ? '; Secure' : ''
  reply.header('set-cookie', `${nameOf(request, what)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(maxAgeMs / 1000)}${secure}`)
}

import type { FastifyReply, FastifyRequest } from 'fastify'

/** Octets of a Cookie field that are looked at. */
const maxFieldBytes = 8192

/**
 * The session's cookie (RFC 6265bis). `__Host-`: from this host by TLS alone, so no neighbour under the same domain can plant one. Without TLS, which only this
 * machine may do (auth/web/sign-in.ts), browsers take no such name.
 */
function nameOf(request: FastifyRequest): string {
  return request.client.tls ? '__Host-posthorn' : 'posthorn'
}

export function sessionToken(request: FastifyRequest): string | undefined {
  const wanted = `${nameOf(request)}=`
  const pairs = (request.headers.cookie ?? '').slice(0, maxFieldBytes).split(';')
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted))
    ?.slice(wanted.length)
}

/** `token` undefined: the browser forgets it. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string | undefined, maxAgeMs: number): void {
  const secure = request.client.tls ? '; Secure' : ''
  const maxAge = token === undefined ? 0 : Math.floor(maxAgeMs / 1000)
  reply.header('set-cookie', `${nameOf(request)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure}`)
}

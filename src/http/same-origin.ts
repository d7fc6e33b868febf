import type { FastifyRequest } from 'fastify'

/**
 * Does a page of ours ask, where a browser does? SameSite=Strict keeps the cookie from other sites; this keeps out other origins of the same
 * site as well. Every browser of today sends one of both fields with what changes something (Fetch Metadata; RFC 6454 7): who sends neither is none, and needs
 * no cookie.
 */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = request.headers
  if (origin === undefined || host === undefined) return false
  return origin.toLowerCase() === `${request.peer.tls === undefined ? 'http' : 'https'}://${host.toLowerCase()}`
}

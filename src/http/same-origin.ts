import type { FastifyRequest } from 'fastify'

/**
 * Does a page of ours ask, where a browser does? SameSite=Strict keeps the cookie from other sites; this keeps out other origins of the same
 * site as well. Every browser of today sends one of both fields with what changes something (Fetch Metadata; RFC 6454 7): who sends neither is none, and needs
 * no cookie.
 */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = request.headers
  return origin !== undefined && request.headers.host !== undefined && origin.toLowerCase() === originOf(request)
}

/** Of the pages that this server hands out under the name by which it was asked. A name that is none gives an origin that no page has. */
export function originOf(request: FastifyRequest): string {
  const origin = `${request.client.tls ? 'https' : 'http'}://${(request.headers.host ?? '').toLowerCase()}`
  return URL.canParse(origin) ? origin : 'https://none.invalid'
}

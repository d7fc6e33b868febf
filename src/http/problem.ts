import type { FastifyReply } from 'fastify'

/** What went wrong with a request (RFC 9457), for programs and, in `detail`, for people. */
export interface Problem {
  readonly status: number
  /** The same for all problems of a kind. */
  readonly title: string
  readonly detail?: string | undefined
}

export function sendProblem(reply: FastifyReply, { status, title, detail }: Problem): FastifyReply {
  // Octets: to text, fastify would add a charset, which this media type does not have.
  const body = Buffer.from(JSON.stringify({ type: 'about:blank', title, status, detail }))
  return reply.code(status).type('application/problem+json').send(body)
}

import type { FastifyReply } from 'fastify'

/** What went wrong with a request (RFC 9457), for programs and, in `detail`, for people. */
export interface Problem {
  readonly status: number
  /** The same for all problems of a kind. */
  readonly title: string
  readonly detail?: string | undefined
  /** What is wrong with which part of the input. */
  readonly errors?: readonly ProblemPart[] | undefined
}

export interface ProblemPart {
  /** JSON pointer (RFC 6901) as a fragment: `#/values/greylisting`. What stands in a path or query is named as if it stood in the body. */
  readonly pointer: string
  readonly detail: string
}

export function sendProblem(reply: FastifyReply, { status, title, detail, errors }: Problem): FastifyReply {
  // Octets: to text, fastify would add a charset, which this media type does not have.
  const body = Buffer.from(JSON.stringify({ type: 'about:blank', title, status, detail, errors }))
  return reply.code(status).type('application/problem+json').send(body)
}

/** RFC 6901 3 and 6. */
export function pointerOf(path: readonly (string | number)[]): string {
  return `#${path.map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`
}

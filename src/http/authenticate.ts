import type { FastifyRequest } from 'fastify'
import type { Principal } from '../api/principal.ts'
import type { WebFrom } from '../auth/web/sessions.ts'
import type { WebSignIn } from '../auth/web/sign-in.ts'
import type { Text } from '../base/language.ts'
import type { WebSession } from '../directory/query/web-sessions.ts'
import type { WebUser } from '../directory/query/web-users.ts'
import { nobodyProblem } from './api-problems.ts'
import { deviceToken, readCookie } from './cookie.ts'
import { languageOf } from './language.ts'
import { principalOf } from './principal.ts'
import type { Problem } from './problem.ts'
import { isSameOrigin, originOf } from './same-origin.ts'

/** Who asks. */
export interface Caller {
  readonly principal: Principal
  readonly user: WebUser
  /** Undefined: a program, by a token. */
  readonly session: WebSession | undefined
}

/** Whose request that is, or what to answer instead. It looks at the header fields only: the body is not there yet. */
export type Authenticate<Known = Caller> = (
  request: FastifyRequest,
) => Promise<{ readonly caller: Known; readonly problem?: never } | { readonly caller?: never; readonly problem: Problem }>

/** By a program's token (RFC 6750 2.1), or by the session's cookie: then, what changes something must come from a page of ours as well. */
export function authenticator(signIn: WebSignIn): Authenticate {
  return async (request) => {
    const from = fromOf(request)
    const nobody = { problem: nobodyProblem(languageOf(request)) }
    if (!signIn.isSafe(from)) return nobody
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const found = await signIn.findToken(/^bearer (\S+)$/i.exec(authorization)?.[1] ?? '', from.ip)
      return found === undefined ? nobody : { caller: { principal: principalOf(found.user, { token: found.token }), user: found.user, session: undefined } }
    }
    const cookie = readCookie(request, 'session')
    const found = cookie === undefined ? undefined : await signIn.sessions.find(cookie, from.ip)
    if (found === undefined) return nobody
    if (!safeMethods.has(request.method) && !isSameOrigin(request)) return { problem: foreign(request) }
    const { sessionId, provider } = found.session
    const unready = signIn.isUnready(found.user, provider?.vouches === true)
    return { caller: { principal: principalOf(found.user, { sessionId, unready, provider: provider?.name }), ...found } }
  }
}

/** RFC 9110 9.2.1. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export function fromOf(request: FastifyRequest): WebFrom {
  return { ...request.client, userAgent: request.headers['user-agent'], origin: originOf(request), language: languageOf(request), device: deviceToken(request) }
}

/** A page of somebody else's asks, or no browser: see same-origin.ts. */
export function foreign(request: FastifyRequest): Problem {
  return { status: 403, title: 'Forbidden', detail: foreignWords[languageOf(request)] }
}

const foreignWords: Text = {
  en: 'This was not asked for by a page of this server.',
  de: 'Das kam nicht von einer Seite dieses Servers.',
}

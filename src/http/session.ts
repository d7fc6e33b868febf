import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SignInRefusal } from '../auth/sign-in.ts'
import type { SignedInSession, WebFrom } from '../auth/web/sessions.ts'
import type { WebSignIn } from '../auth/web/sign-in.ts'
import type { Language, Text } from '../base/language.ts'
import { endWebSessions } from '../directory/change/web-sessions.ts'
import type { Database } from '../database/database.ts'
import type { WebUser } from '../directory/query/web-users.ts'
import { sessionToken, setSessionCookie } from './cookie.ts'
import { languageOf } from './language.ts'
import { sendProblem } from './problem.ts'
import { isSameOrigin } from './same-origin.ts'
import type { Routes } from './server.ts'

export interface SessionDependencies {
  readonly signIn: WebSignIn
  readonly database: Pick<Database, 'change'>
  /** How long a browser keeps the cookie at most, in ms. */
  readonly longestMs: () => number
}

/** Octets of what a browser sends to sign in. */
const maxBodyBytes = 16 * 1024

const credentials = z.strictObject({ name: z.string().min(1).max(1000), password: z.string().max(4096) })

/** Who is signed in, as `GET /api/me` says it. */
export interface Me {
  readonly kind: WebUser['owner']
  readonly name: string
  readonly language: Language
}

/** Signing in to the web pages and out again. */
export function sessionRoutes({ signIn, database, longestMs }: SessionDependencies): Routes {
  return (app) => {
    app.post('/api/session', { bodyLimit: maxBodyBytes }, async (request, reply) => {
      if (!isSameOrigin(request)) return foreign(request, reply)
      const given = credentials.safeParse(isJson(request) ? request.body : undefined)
      if (!given.success) return sendProblem(reply, { status: 422, title: 'Unprocessable Content', detail: shape[languageOf(request)] })
      const answer = await signIn.signIn(given.data, fromOf(request))
      if (answer.refused !== undefined) return refuse(request, reply, answer.refused)
      const { token, user } = answer.signedIn
      setSessionCookie(request, reply, token, longestMs())
      return reply.send(me(user, request))
    })
    app.delete('/api/session', async (request, reply) => {
      if (!isSameOrigin(request)) return foreign(request, reply)
      const found = await signedIn(signIn, request)
      setSessionCookie(request, reply, undefined, 0)
      if (found !== undefined) {
        const { owner, ownerId } = found.user
        await database.change(endWebSessions, { owner, ownerId, only: found.session.sessionId })
      }
      return reply.code(204).send()
    })
    app.get('/api/me', async (request, reply) => {
      const found = await signedIn(signIn, request)
      return found === undefined ? notSignedIn(request, reply) : reply.send(me(found.user, request))
    })
  }
}

/** Whose cookie this is; undefined: nobody's, or it is over. */
export async function signedIn(signIn: WebSignIn, request: FastifyRequest): Promise<SignedInSession | undefined> {
  const token = sessionToken(request)
  const from = fromOf(request)
  return token === undefined || !signIn.isSafe(from) ? undefined : signIn.sessions.find(token, from.ip)
}

/** 401: the page shows the sign-in. */
function notSignedIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { status: 401, title: 'Unauthorized', detail: signInFirst[languageOf(request)] })
}

/** A page of somebody else's asks, or no browser: see same-origin.ts. */
export function foreign(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { status: 403, title: 'Forbidden', detail: foreignWords[languageOf(request)] })
}

function me({ owner, name }: WebUser, request: FastifyRequest): Me {
  return { kind: owner, name, language: languageOf(request) }
}

function fromOf(request: FastifyRequest): WebFrom {
  return { ip: request.peer.ip, tls: request.peer.tls !== undefined, userAgent: request.headers['user-agent'] }
}

/** A form of another site could send anything else without asking first (Fetch, "CORS-safelisted request-header"). */
function isJson(request: FastifyRequest): boolean {
  return /^application\/json(?:\s*;|$)/i.test(request.headers['content-type'] ?? '')
}

const statuses = {
  credentials: { status: 401, title: 'Unauthorized' },
  locked: { status: 403, title: 'Forbidden' },
  plaintext: { status: 403, title: 'Forbidden' },
  throttled: { status: 429, title: 'Too Many Requests' },
  unavailable: { status: 503, title: 'Service Unavailable' },
} as const satisfies Record<SignInRefusal, unknown>

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: SignInRefusal): FastifyReply {
  return sendProblem(reply, { ...statuses[refusal], detail: refusals[refusal][languageOf(request)] })
}

const refusals: Readonly<Record<SignInRefusal, Text>> = {
  credentials: { en: 'Name or password is wrong.', de: 'Name oder Passwort stimmt nicht.' },
  locked: {
    en: 'This mailbox is locked. Whoever manages it for you can tell you why.',
    de: 'Dieses Postfach ist gesperrt. Warum, weiß, wer es für Sie verwaltet.',
  },
  plaintext: {
    en: 'This connection is not encrypted. Please use the address that begins with https://.',
    de: 'Diese Verbindung ist nicht verschlüsselt. Bitte nehmen Sie die Adresse, die mit https:// beginnt.',
  },
  throttled: { en: 'Too many wrong passwords. Please wait a few minutes.', de: 'Zu viele falsche Passwörter. Bitte warten Sie ein paar Minuten.' },
  unavailable: {
    en: 'Signing in is not possible at the moment. Please try again soon.',
    de: 'Anmelden geht gerade nicht. Bitte versuchen Sie es gleich noch einmal.',
  },
}

const signInFirst: Text = { en: 'Please sign in.', de: 'Bitte melden Sie sich an.' }
const shape: Text = {
  en: 'Name and password are wanted, as application/json: {"name": "…", "password": "…"}.',
  de: 'Erwartet werden Name und Passwort als application/json: {"name": "…", "password": "…"}.',
}
const foreignWords: Text = {
  en: 'This was not asked for by a page of this server. Programs use a token (Authorization: Bearer).',
  de: 'Das kam nicht von einer Seite dieses Servers. Programme verwenden ein Token (Authorization: Bearer).',
}

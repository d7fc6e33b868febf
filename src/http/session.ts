import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { permissionsOf } from '../api/principal.ts'
import type { Permission } from '../base/permission.ts'
import type { WebRefusal, WebSignIn } from '../auth/web/sign-in.ts'
import type { Language, Text } from '../base/language.ts'
import type { Role } from '../base/role.ts'
import type { Database } from '../database/database.ts'
import { endWebSessions } from '../directory/change/web-sessions.ts'
import { formatAddress } from '../mail/address.ts'
import { type Authenticate, type Caller, foreign, fromOf } from './authenticate.ts'
import { deviceToken, newDeviceToken, setDeviceCookie, setSessionCookie } from './cookie.ts'
import { languageOf } from './language.ts'
import { principalOf } from './principal.ts'
import { sendProblem } from './problem.ts'
import { isSameOrigin } from './same-origin.ts'
import type { Routes } from './server.ts'

export interface SessionDependencies {
  readonly signIn: WebSignIn
  readonly authenticate: Authenticate
  readonly database: Pick<Database, 'change'>
  /** How long a browser keeps the cookie at most, in ms. */
  readonly longestMs: () => number
}

/** Octets of what a browser sends to sign in. */
const maxBodyBytes = 16 * 1024

const base64url = z
  .string()
  .max(8192)
  .regex(/^[A-Za-z0-9_-]+$/)
/** As `credential.toJSON()` gives it; fields that are not needed are left out. */
const passkey = z.object({ id: base64url, response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url }) })
const code = z.string().min(1).max(100)
const second = z.union([z.strictObject({ totp: code }), z.strictObject({ recoveryCode: code }), z.strictObject({ passkey })])
const credentials = z.strictObject({
  name: z.string().min(1).max(1000),
  password: z.string().max(4096),
  customer: z.string().max(1000).optional(),
  second: second.optional(),
})
const wayIn = z.union([credentials, z.strictObject({ passkey })])

/** Who is signed in, as `GET /api/me` says it. */
export interface Me {
  readonly kind: 'operator' | 'person' | 'mailbox'
  readonly name: string
  /** Of a person. */
  readonly role: Role | null
  /** null: an operator, who belongs to none. */
  readonly customer: string | null
  /** They work for a customer that has customers of its own. */
  readonly reseller: boolean
  /** The mailbox that they use themselves. */
  readonly mailbox: string | null
  /** What they may do to what is in their reach; to their own mailbox they may do more. */
  readonly permissions: readonly Permission[]
  readonly language: Language
  /** Kinds of second factors that they have. */
  readonly secondFactors: readonly ('totp' | 'passkey')[]
  /** What they must do before anything else. */
  readonly mustDo: readonly 'second-factor'[]
}

/** Signing in to the web pages and out again. */
export function sessionRoutes({ signIn, authenticate, database, longestMs }: SessionDependencies): Routes {
  return (app) => {
    app.post('/api/session', { bodyLimit: maxBodyBytes }, async (request, reply) => {
      if (!isSameOrigin(request)) return sendProblem(reply, foreign(request))
      const given = wayIn.safeParse(isJson(request) ? request.body : undefined)
      if (!given.success) return sendProblem(reply, { status: 422, title: 'Unprocessable Content', detail: shape[languageOf(request)] })
      const device = deviceToken(request) ?? newDeviceToken()
      const from = { ...fromOf(request), device }
      const answer = 'passkey' in given.data ? await signIn.signInByPasskey(given.data.passkey, from) : await signIn.signIn(given.data, from)
      switch (answer.kind) {
        case 'refused':
          return refuse(request, reply, answer.refused)
        case 'which':
          return reply.send({ customers: answer.customers })
        case 'second':
          return reply.send({ second: answer.second })
        case 'signed-in': {
          const { token, session: sessionId, user } = answer.signedIn
          setSessionCookie(request, reply, token, longestMs())
          setDeviceCookie(request, reply, device)
          return reply.send(me({ user, principal: principalOf(user, { sessionId, unready: signIn.isUnready(user) }) }, request))
        }
      }
    })
    app.post('/api/session/passkey', async (request, reply) =>
      isSameOrigin(request) ? reply.send(await signIn.passkeyAlone(fromOf(request))) : sendProblem(reply, foreign(request)),
    )
    app.delete('/api/session', async (request, reply) => {
      const { caller, problem } = await authenticate(request)
      if (problem?.status === 403) return sendProblem(reply, problem)
      setSessionCookie(request, reply, undefined, 0)
      if (caller?.session !== undefined) {
        const { owner, ownerId } = caller.user
        await database.change(endWebSessions, { owner, ownerId, only: caller.session.sessionId })
      }
      return reply.code(204).send()
    })
    app.get('/api/me', async (request, reply) => {
      const { caller, problem } = await authenticate(request)
      return caller === undefined ? sendProblem(reply, problem) : reply.send(me(caller, request))
    })
  }
}

function me({ user, principal }: Pick<Caller, 'user' | 'principal'>, request: FastifyRequest): Me {
  return {
    kind: principal.kind === 'system' ? 'operator' : principal.kind,
    name: user.name,
    role: user.person?.role ?? null,
    customer: user.customer?.name ?? null,
    reseller: user.person !== undefined && user.customer?.isReseller === true,
    mailbox: user.mailbox === undefined ? null : formatAddress(user.mailbox.address),
    permissions: permissionsOf(principal),
    language: languageOf(request),
    secondFactors: user.secondFactors,
    mustDo: principal.unready === true ? ['second-factor'] : [],
  }
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
  second: { status: 401, title: 'Unauthorized' },
} as const satisfies Record<WebRefusal, unknown>

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: WebRefusal): FastifyReply {
  return sendProblem(reply, { ...statuses[refusal], detail: refusals[refusal][languageOf(request)] })
}

const refusals: Readonly<Record<WebRefusal, Text>> = {
  second: {
    en: 'That was not it, or it was used already. Please try again.',
    de: 'Das war nicht richtig oder schon einmal benutzt. Bitte versuchen Sie es noch einmal.',
  },
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

const shape: Text = {
  en: 'Name and password are wanted, as application/json: {"name": "…", "password": "…"}.',
  de: 'Erwartet werden Name und Passwort als application/json: {"name": "…", "password": "…"}.',
}

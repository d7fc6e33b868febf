import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { permissionsOf } from '../api/principal.ts'
import type { Permission } from '../base/permission.ts'
import { wayHoldsMs } from '../auth/oidc/sign-in.ts'
import type { WebFrom } from '../auth/web/sessions.ts'
import type { WebAnswer, WebRefusal, WebSignIn } from '../auth/web/sign-in.ts'
import type { Language, Text } from '../base/language.ts'
import type { Role } from '../base/role.ts'
import type { Database } from '../database/database.ts'
import { endWebSessions } from '../directory/change/web-sessions.ts'
import { formatAddress } from '../mail/address.ts'
import { type Authenticate, type Caller, foreign, fromOf } from './authenticate.ts'
import { deviceToken, newDeviceToken, readCookie, setCookie, setDeviceCookie } from './cookie.ts'
import { languageOf } from './language.ts'
import { principalOf } from './principal.ts'
import { sendProblem } from './problem.ts'
import { refusals } from './refusals.ts'
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
/** What the provider's answer said, in the address of the page that it led to; or, after that, the second factor. */
const longText = z.string().max(4096)
const answer = z.strictObject({
  providerId: z.string().max(100),
  state: z.string().max(100),
  code: longText.optional(),
  error: longText.optional(),
  iss: longText.optional(),
})
const provider = z.union([z.strictObject({ answer }), z.strictObject({ second })])
const wayIn = z.union([credentials, z.strictObject({ passkey }), z.strictObject({ provider })])
type WayIn = z.output<typeof wayIn>
const justName = z.strictObject({ name: z.string().min(1).max(1000) })

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
      const answer = await decide(signIn, given.data, request, { ...fromOf(request), device })
      switch (answer.kind) {
        case 'refused':
          return refuse(request, reply, answer.refused)
        case 'which':
          return reply.send({ customers: answer.customers })
        case 'second':
          if (answer.kept !== undefined) setCookie(request, reply, 'way', answer.kept, wayHoldsMs)
          return reply.send({ second: answer.second })
        case 'signed-in': {
          const { token, session: sessionId, user, unready } = answer.signedIn
          setCookie(request, reply, 'session', token, longestMs())
          setDeviceCookie(request, reply, device)
          if ('provider' in given.data) setCookie(request, reply, 'way', undefined)
          return reply.send(me({ user, principal: principalOf(user, { sessionId, unready }) }, request))
        }
      }
    })
    app.post('/api/session/passkey', async (request, reply) =>
      isSameOrigin(request) ? reply.send(await signIn.passkeyAlone(fromOf(request))) : sendProblem(reply, foreign(request)),
    )
    // Whoever types a name is told by what service its domain signs in, whether the name is there or not.
    app.post('/api/session/way', { bodyLimit: maxBodyBytes }, async (request, reply) => {
      if (!isSameOrigin(request)) return sendProblem(reply, foreign(request))
      const given = justName.safeParse(isJson(request) ? request.body : undefined)
      return reply.send({ provider: (given.success && (await signIn.providers.wayOf(given.data.name))) || null })
    })
    app.post('/api/session/provider', { bodyLimit: maxBodyBytes }, async (request, reply) => {
      if (!isSameOrigin(request)) return sendProblem(reply, foreign(request))
      const from = fromOf(request)
      if (!signIn.isSafe(from)) return refuse(request, reply, 'plaintext')
      const given = justName.safeParse(isJson(request) ? request.body : undefined)
      const begun = given.success ? await signIn.providers.begin(given.data.name, from.origin) : { why: 'none' as const }
      if (begun.location === undefined) return refuse(request, reply, begun.why === 'away' ? 'provider-away' : 'credentials')
      setCookie(request, reply, 'way', begun.kept, wayHoldsMs)
      return reply.send({ location: begun.location })
    })
    app.delete('/api/session', async (request, reply) => {
      const { caller, problem } = await authenticate(request)
      if (problem?.status === 403) return sendProblem(reply, problem)
      setCookie(request, reply, 'session', undefined)
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

function decide(signIn: WebSignIn, given: WayIn, request: FastifyRequest, from: WebFrom): Promise<WebAnswer> {
  if ('passkey' in given) return signIn.signInByPasskey(given.passkey, from)
  if ('provider' in given) return signIn.signInByProvider({ ...given.provider, kept: readCookie(request, 'way') }, from)
  return signIn.signIn(given, from)
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

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: WebRefusal): FastifyReply {
  const { status, title, detail } = refusals[refusal]
  return sendProblem(reply, { status, title, detail: detail[languageOf(request)] })
}

const shape: Text = {
  en: 'Name and password are wanted, as application/json: {"name": "…", "password": "…"}.',
  de: 'Erwartet werden Name und Passwort als application/json: {"name": "…", "password": "…"}.',
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { actorOf } from '../api/principal.ts'
import { prove } from '../api/prove.ts'
import { Refused } from '../api/refused.ts'
import type { Provider } from 'oidc-provider'
import type { Consent } from '../auth/provider/consent.ts'
import type { OauthProvider } from '../auth/provider/provider.ts'
import type { Clock } from '../base/clock.ts'
import type { Language, Text } from '../base/language.ts'
import type { Directory } from '../directory/directory.ts'
import type { WebSession } from '../directory/query/web-sessions.ts'
import { formatAddress } from '../mail/address.ts'
import { networkOf } from '../mail/network.ts'
import { refusalProblem } from './api-problems.ts'
import { Bucket } from '../protection/bucket.ts'
import type { GuessBrakes } from '../protection/guesses.ts'
import { Recent } from '../protection/recent.ts'
import { type Authenticate, fromOf } from './authenticate.ts'
import type { WebFrom } from '../auth/web/sessions.ts'
import { languageOf } from './language.ts'
import { plainPage } from './plain-page.ts'
import { sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

export interface OauthDependencies {
  readonly provider: OauthProvider
  readonly authenticate: Authenticate
  readonly directory: Pick<Directory, 'query' | 'change'>
  /** May tokens cross this connection? */
  readonly isSafe: (from: WebFrom) => boolean
  readonly guesses: GuessBrakes
  readonly clock: Clock
}

/** Octets of what programs send. */
const maxBodyBytes = 16 * 1024

/** A session younger than this was just opened by its owner. */
const freshMs = 10 * 60_000
/** Questions that one network may begin in an hour: each is kept until it is answered, or half an hour. */
const maxAsked = 300
const hourMs = 3_600_000
/** Remembered at once. */
const maxNetworks = 10_000

const decision = z.strictObject({ allow: z.boolean(), password: z.string().max(4096).optional() })

/** The provider of tokens for mail programs, and what people are asked on its behalf (auth/provider). */
export function oauthRoutes({ provider, authenticate, directory, isSafe, guesses, clock }: OauthDependencies): Routes {
  const asked = new Recent<Bucket>(maxNetworks)
  const nowMs = () => clock.now()
  const serve = async (request: FastifyRequest, reply: FastifyReply) => {
    const made = isSafe(fromOf(request)) ? await provider.current() : undefined
    if (made === undefined) return sendProblem(reply, noProvider)
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return sendProblem(reply, { status: 413, title: 'Content Too Large' })
    comesToIssuer(request, made.issuer)
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
    await provider.serve(made, request.raw, reply.raw, networkOf(request.client.ip, 48))
    return reply
  }
  return (app) => {
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) app.get(path, serve)
    void app.register(async (oauth: FastifyInstance) => {
      // The library reads bodies itself: of those that do not say how long they are, 56 kB.
      oauth.removeAllContentTypeParsers()
      oauth.addContentTypeParser('*', (_, __, done) => done(null))
      oauth.get('/oauth/authorize', async (request, reply) => {
        const bucket = asked.get(networkOf(request.client.ip, 48)) ?? new Bucket()
        asked.set(networkOf(request.client.ip, 48), bucket)
        if (bucket.level(nowMs(), maxAsked, hourMs) >= maxAsked) return sendProblem(reply, { status: 429, title: 'Too Many Requests' })
        bucket.add(nowMs(), maxAsked, hourMs)
        return await serve(request, reply)
      })
      oauth.get('/oauth/authorize/:uid', async (request, reply) => {
        const { caller } = await authenticate(request)
        const made = await provider.current()
        if (made !== undefined && !(await (await consentOf(made)).mayReturn(uidOf(request), caller?.session?.sessionId))) {
          return sendProblem(reply, over(languageOf(request)))
        }
        return await serve(request, reply)
      })
      oauth.route({ method: ['GET', 'POST'], url: '/oauth/*', handler: serve })
    })
    // Its cookie comes along to what is below it; the page is one of the web application.
    app.get('/oauth/consent/:uid', (request, reply) => reply.redirect(`/panel/consent/${uidOf(request)}`, 303))
    for (const [method, path] of [
      ['GET', '/oauth/consent/:uid/question'],
      ['POST', '/oauth/consent/:uid/answer'],
    ] as const) {
      app.route({ method, url: path, bodyLimit: maxBodyBytes, handler: method === 'GET' ? question : answer })
    }
  }

  async function consent(request: FastifyRequest) {
    const { caller, problem } = await authenticate(request)
    if (caller === undefined) return { problem }
    const made = await provider.current()
    if (made === undefined) return { problem: noProvider }
    comesToIssuer(request, made.issuer)
    return { caller, consent: await consentOf(made) }
  }

  async function consentOf(made: Provider): Promise<Consent> {
    return new (await import('../auth/provider/consent.ts')).Consent(made, directory)
  }

  async function question(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const found = await consent(request)
    if (found.problem !== undefined) return sendProblem(reply, found.problem)
    const asked = await found.consent.question(uidOf(request), request.raw, reply.raw)
    if (asked === undefined) return sendProblem(reply, over(languageOf(request)))
    const { user, session } = found.caller
    const { mailbox } = user
    const password = user.password !== undefined && isStale(session)
    return reply.send({ ...asked, mailbox: mailbox === undefined ? null : formatAddress(mailbox.address), password })
  }

  /** Whoever sits at a browser that was left open lets no program in: some minutes after the sign-in, the password is asked for again. */
  function isStale(session: WebSession | undefined): boolean {
    return session === undefined || nowMs() - session.createdAtMs > freshMs
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const found = await consent(request)
    if (found.problem !== undefined) return sendProblem(reply, found.problem)
    const given = decision.safeParse(request.body)
    if (!given.success) return sendProblem(reply, { status: 422, title: 'Unprocessable Content', detail: '{"allow": true} or {"allow": false} is wanted' })
    const { principal, user, session } = found.caller
    if (given.data.allow && (user.mailbox === undefined || session === undefined || principal.unready === true)) {
      return sendProblem(reply, { status: 403, title: 'Forbidden', detail: notTheirs[languageOf(request)] })
    }
    if (given.data.allow && isStale(session)) {
      try {
        await prove({ principal, guesses }, user, given.data.password)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return sendProblem(reply, refusalProblem(error, languageOf(request)))
      }
    }
    const { mailbox } = user
    const asked =
      !given.data.allow || mailbox === undefined || session === undefined
        ? undefined
        : { accountId: mailbox.accountId, ...session, signedInAtMs: session.createdAtMs, actor: actorOf(principal) }
    const to = await found.consent.answer(uidOf(request), asked, request.raw, reply.raw)
    return to === undefined ? sendProblem(reply, over(languageOf(request))) : reply.send({ to })
  }
}

/** What browsers see where a program has sent them with something that is wrong; programs get JSON. */
export function errorPage(language: Language, error: string): string {
  return plainPage(language, words[language].title, `<p>${words[language].body}</p><p><small>${error.replaceAll(/[^\w ]/g, '')}</small></p>`)
}

/**
 * Whatever name and way the client came by, all addresses that it is told are the issuer's. The library reads them from header fields that a balancer sets: a
 * stranger's do not get that far.
 */
function comesToIssuer({ raw }: FastifyRequest, issuer: string): void {
  const { host, protocol } = new URL(issuer)
  for (const name of Object.keys(raw.headers)) if (name.startsWith('x-forwarded-')) delete raw.headers[name]
  raw.headers.host = host
  raw.headers['x-forwarded-host'] = host
  raw.headers['x-forwarded-proto'] = protocol.slice(0, -1)
}

function uidOf(request: FastifyRequest): string {
  const { uid } = request.params as { readonly uid: string }
  return encodeURIComponent(uid)
}

const noProvider = { status: 404, title: 'Not Found', detail: 'this server gives no tokens' }

function over(language: Language) {
  return { status: 404, title: 'Not Found', detail: overWords[language] }
}

const overWords: Text = {
  en: 'This question is not open any more. Please begin again in your program.',
  de: 'Diese Frage ist nicht mehr offen. Bitte beginnen Sie in Ihrem Programm noch einmal.',
}

const notTheirs: Text = {
  en: 'Only whoever is signed in to a mailbox can let a program in.',
  de: 'Ein Programm kann nur zulassen, wer in einem Postfach angemeldet ist.',
}

const words = {
  en: { title: 'That did not work', body: 'Your program has asked for something that is not possible here. Please begin again in your program.' },
  de: { title: 'Das hat nicht geklappt', body: 'Ihr Programm hat etwas verlangt, das hier nicht geht. Bitte beginnen Sie in Ihrem Programm noch einmal.' },
} as const satisfies Record<Language, unknown>

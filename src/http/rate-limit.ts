import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '../base/language.ts'
import type { Principal } from '../api/principal.ts'
import type { RateKind, RateStand, RequestRates } from '../protection/request-rates.ts'
import { languageOf } from './language.ts'
import { type Problem, sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

/** What costs us more than a file: by the route that was found, since a path can be spelt in many ways. */
const counted = /^\/(?:api|oauth)\//

/** How much one host may ask of these, signed in or not. Before anything is looked up. */
export function addressRates(rates: RequestRates): Routes {
  return (app) => {
    app.addHook('onRequest', async (request, reply) => {
      if (!counted.test(request.routeOptions.url ?? '')) return undefined
      return refusedBy(await rates.take({ kind: 'address', key: request.client.ip }), 'address', request, reply)
    })
  }
}

/** How much one session or token may ask. Undefined: it may go on. */
export async function ownRate(rates: RequestRates, principal: Principal, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  return refusedBy(await rates.take({ kind: 'own', key: keyOf(principal) }), 'own', request, reply)
}

function keyOf(principal: Principal): string {
  const { sessionId, token } = principal
  if (sessionId !== undefined) return `session ${sessionId}`
  const by = token === undefined ? '' : ` ${token.name}`
  switch (principal.kind) {
    case 'system':
      return `system${by}`
    case 'operator':
      return `operator ${principal.operatorId}${by}`
    case 'person':
      return `person ${principal.personId}${by}`
    case 'mailbox':
      return `mailbox ${principal.accountId}${by}`
  }
}

const windowSeconds = 60

/** The fields of draft-ietf-httpapi-ratelimit-headers-10 say how one stands; where both limits are told of, it is the narrower one, which comes last. */
function refusedBy({ limit, waitMs, remaining, fullInMs }: RateStand, kind: RateKind, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  if (limit === undefined) return undefined
  reply.header('ratelimit-policy', `"${kind}";q=${limit};w=${windowSeconds}`)
  reply.header('ratelimit', `"${kind}";r=${remaining};t=${Math.ceil(fullInMs / 1000)}`)
  if (waitMs === undefined) return undefined
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return sendProblem(reply.header('retry-after', String(seconds)), tooMany(kind, seconds, languageOf(request)))
}

function tooMany(kind: RateKind, seconds: number, language: Language): Problem {
  return { status: 429, title: 'Too Many Requests', detail: words[language](kind, seconds) }
}

const words: Readonly<Record<Language, (kind: RateKind, seconds: number) => string>> = {
  en: (kind, seconds) => `too many requests ${kind === 'own' ? 'at once' : 'from your address'}; please try again in ${seconds} s`,
  de: (kind, seconds) => `zu viele Anfragen ${kind === 'own' ? 'auf einmal' : 'von Ihrer Adresse'}; bitte in ${seconds} s noch einmal versuchen`,
}

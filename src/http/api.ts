import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Text } from '../base/language.ts'
import { contract, type OperationName } from '../api/contract.ts'
import type { Answered } from '../api/operate.ts'
import type { Principal } from '../api/principal.ts'
import { routeOf } from '../api/rest.ts'
import type { Authenticate, Caller } from './authenticate.ts'
import { inputProblem, nobodyProblem, refusalProblem } from './api-problems.ts'
import { type ApiRequest, readInput } from './api-input.ts'
import { languageOf } from './language.ts'
import { httpLimits } from './limits.ts'
import { openApiDocument } from './openapi.ts'
import { sendProblem } from './problem.ts'
import { ownRate } from './rate-limit.ts'
import type { RequestRates } from '../protection/request-rates.ts'
import type { Routes } from './server.ts'

export interface ApiDependencies {
  readonly authenticate: Authenticate<Pick<Caller, 'principal'>>
  readonly operate: Operate
  readonly rates: RequestRates
}

/** Does an operation on somebody's behalf, wherever that is done. `key`: all who come with it mean the same one time. */
export type Operate = (principal: Principal, name: OperationName, input: unknown, key?: string) => Promise<Answered>

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the API: who asks. */
    principal: Principal | undefined
  }
}

/** What may be larger than other bodies: reports, messages, long lists. */
const largeBodies: ReadonlySet<OperationName> = new Set(['dmarc.read', 'tls-report.read', 'learn', 'address.change-list', 'bulk.start'])

/** Every operation under /api/, and the document that tells of them. Nothing here knows a single operation. */
export function apiRoutes({ authenticate, operate, rates }: ApiDependencies): Routes {
  return (app) => {
    app.decorateRequest('principal')
    let document: Buffer | undefined
    app.get('/api/openapi.json', (_, reply) => reply.type('application/json').send((document ??= Buffer.from(JSON.stringify(openApiDocument())))))
    void app.register(async (api: FastifyInstance) => {
      api.removeContentTypeParser('text/plain')
      // Before the body is read: a stranger's is not worth the memory.
      api.addHook('onRequest', async (request, reply) => {
        const { caller, problem } = await authenticate(request)
        if (caller === undefined) return sendProblem(problem.status === 401 ? reply.header('www-authenticate', 'Bearer') : reply, problem)
        request.principal = caller.principal
        return ownRate(rates, caller.principal, request, reply)
      })
      for (const name of Object.keys(contract) as OperationName[]) {
        const { method, path } = routeOf(name)
        const url = `/api${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
        const bodyLimit = largeBodies.has(name) ? httpLimits.largeBodyBytes : httpLimits.bodyBytes
        api.route({ method, url, bodyLimit, handler: (request, reply) => answer(operate, name, request, reply) })
      }
    })
  }
}

async function answer(operate: Operate, name: OperationName, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const language = languageOf(request)
  reply.header('content-language', language)
  const { principal } = request
  if (principal === undefined) return sendProblem(reply, nobodyProblem(language))
  const { input, faults } = { input: undefined, ...readInput(name, request as ApiRequest) }
  if (faults !== undefined) return sendProblem(reply, inputProblem(faults, language))
  const key = idempotencyKey(request)
  if (key === null) return sendProblem(reply, { status: 400, title: 'Bad Request', detail: badKey[language] })
  const { done, refused } = { done: undefined, ...(await operate(principal, name, input, key)) }
  if (refused !== undefined) return sendProblem(reply, refusalProblem(refused, language))
  // What the contract does not name stays here.
  return reply.send(contract[name].output.parse(done))
}

/** Of what changes something; as a string of RFC 9651 or without its quotes. undefined: there is none; null: it cannot be one. */
function idempotencyKey(request: FastifyRequest): string | undefined | null {
  const field = request.headers['idempotency-key']
  if (field === undefined || request.method === 'GET' || request.method === 'HEAD') return undefined
  const key = /^"?([!#-[\]-~]{1,255})"?$/.exec(String(field))?.[1]
  return key ?? null
}

const badKey: Text = {
  en: 'an Idempotency-Key has 1 to 255 visible characters of ASCII',
  de: 'ein Idempotency-Key hat 1 bis 255 sichtbare ASCII-Zeichen',
}

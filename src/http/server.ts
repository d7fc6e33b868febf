import type { Socket } from 'node:net'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { systemClock } from '../base/clock.ts'
import { http } from '../base/http-modules.ts'
import type { Log } from '../base/log.ts'
import { QueueIds } from '../mail/queue-id.ts'
import type { Peer } from '../wire/peer.ts'
import { type Client, clientOf, proxiesOf } from './client.ts'
import { httpLimits } from './limits.ts'
import { sendProblem } from './problem.ts'

/** What one part of the product answers, under paths of its own. */
export type Routes = (app: FastifyInstance) => void

export interface HttpServer {
  /** Handles one connection, TLS done, from its first request to its close. For `listen`'s `onPeer`. */
  readonly serve: (peer: Peer) => Promise<void>
  /** Ends what is still open. */
  readonly close: () => Promise<void>
}

declare module 'fastify' {
  interface FastifyRequest {
    readonly peer: Peer
    /** Who asks: not always who connects. */
    client: Client
  }
}

export interface HttpServerOptions {
  readonly log: Log
  /** Networks of proxies that say in header fields who asks, CIDR; nobody else's word counts. */
  readonly forwardedFrom?: readonly string[]
}

/** The HTTP server, for any number of listeners (RFC 9110, 9112). Connections come from `wire/`, so that they are counted and bounded as everywhere. */
export async function httpServer(routes: readonly Routes[], { log, forwardedFrom = [] }: HttpServerOptions): Promise<HttpServer> {
  const proxies = proxiesOf(forwardedFrom)
  const peers = new WeakMap<Socket, Peer>()
  const server = http().createServer({
    maxHeaderSize: httpLimits.headerBytes,
    headersTimeout: httpLimits.headersMs,
    requestTimeout: httpLimits.requestMs,
    connectionsCheckingInterval: httpLimits.checkMs,
    keepAliveTimeout: httpLimits.idleMs,
  })
  server.timeout = httpLimits.idleMs
  server.maxRequestsPerSocket = httpLimits.requestsPerConnection
  const ids = new QueueIds(systemClock)
  const app = fastify({
    serverFactory: (handler) => server.on('request', handler),
    bodyLimit: httpLimits.bodyBytes,
    logger: false,
    // Whom to believe is `client.ts`'s to say.
    trustProxy: false,
    exposeHeadRoutes: true,
    genReqId: () => ids.next(),
    routerOptions: { maxParamLength: httpLimits.pathFieldLength },
    forceCloseConnections: true,
  })
  app.decorateRequest('peer', {
    getter(this: FastifyRequest) {
      return peers.get(this.raw.socket) as Peer
    },
  })
  const underWay = new WeakMap<Socket, number>()
  const count = ({ raw: { socket } }: FastifyRequest, more: number) => {
    const number = (underWay.get(socket) ?? 0) + more
    underWay.set(socket, number)
    return number
  }
  app.addHook('onResponse', async (request) => void count(request, -1))
  app.decorateRequest('client')
  app.addHook('onRequest', async (request, reply) => {
    const client = clientOf(request.peer, request.headers, proxies)
    request.client = client ?? { ip: request.peer.ip, tls: false }
    protect(request, reply)
    if (count(request, 1) > httpLimits.requestsAtOnce)
      return sendProblem(reply.header('connection', 'close'), { status: 429, title: 'Too Many Requests', detail: 'wait for an answer before you ask on' })
    if (request.raw.headersDistinct['host']?.length !== 1) return sendProblem(reply, { status: 400, title: 'Bad Request', detail: 'a request names one host' })
    return client === undefined ? sendProblem(reply, { status: 400, title: 'Bad Request', detail: 'the fields that say who asks disagree' }) : undefined
  })
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply, log))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, { status: 404, title: 'Not Found', detail: `there is nothing at ${request.url.slice(0, 200)}` }),
  )
  for (const some of routes) some(app)
  await app.ready()
  // Node begins to watch over headersTimeout and requestTimeout here; this server listens by other means.
  server.emit('listening')
  return {
    async serve(peer) {
      const socket = peer.handOver()
      peers.set(socket, peer)
      peer.onDrain = () => server.closeIdleConnections()
      server.emit('connection', socket)
      socket.resume()
      await peer.closed
    },
    async close() {
      server.closeAllConnections()
      await app.close()
    },
  }
}

/** What pages of other origins may do with an answer of ours: nothing, unless a route says otherwise. */
function protect(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    'request-id': request.id,
  })
  if (request.client.tls) reply.header('strict-transport-security', 'max-age=31536000')
  if (request.peer.draining) reply.header('connection', 'close')
}

/** Bad requests are told what is wrong; of our own faults, they hear the number of the request, which the log has, too. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const status = error.statusCode ?? 500
  if (status < 500) return sendProblem(reply, { status, title: http().STATUS_CODES[status] ?? 'Bad Request', detail: error.message })
  log.error('request failed', { request: request.id, method: request.method, path: request.routeOptions.url, err: error })
  return sendProblem(reply, { status: 500, title: 'Internal Server Error', detail: `request ${request.id}` })
}

import { readFile } from 'node:fs/promises'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createSecureContext, getCACertificates, type SecureContext, TLSSocket } from 'node:tls'
import { https } from '../base/http-modules.ts'
import type { Resolver } from '../dns/resolver.ts'
import { type Ip, normaliseIp, parseIp } from '../mail/ip.ts'
import { isPublic, isWithin, networks } from './public-address.ts'

export interface OutsideRequest {
  readonly method?: 'GET' | 'POST' | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
  /** From the look-up of the name to the last octet. */
  readonly timeoutMs: number
  /** Octets of the answer's body, more is a failure; 0: only the status is wanted, the body is left unread. */
  readonly maxOctets: number
  readonly signal?: AbortSignal | undefined
}

/** Whatever the status: a redirect is one, too, and is not followed. */
export interface OutsideAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly octets: Buffer
}

/**
 * `address`: not https, or a name and password in the URL; `name`: it has no address, or that could not be found out; `not-public`: it leads to where only
 * this machine may ask; `certificate`: it is not for this name, or from nobody who is trusted; `connection`: refused, broken off, no HTTP; `time`: too
 * long; `size`: too large.
 */
export type OutsideFailure = 'address' | 'name' | 'not-public' | 'certificate' | 'connection' | 'time' | 'size'

/** There is no answer. */
export class OutsideFailed extends Error {
  override readonly name = 'OutsideFailed'
  readonly failure: OutsideFailure

  constructor(failure: OutsideFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.failure = failure
  }
}

/** What an operator says of it (directory/settings). */
export interface OutsideSettings {
  /** Networks that may be asked although they are not public; with spaces between. */
  readonly 'outside.allow-networks': string
  /** A file of certificates (PEM) whose word counts beside that of the Web's authorities; '': none. */
  readonly 'outside.authorities': string
}

export interface OutsideOptions {
  readonly resolver: Pick<Resolver, 'lookup'>
  readonly settings: () => OutsideSettings
}

/** Asks over HTTPS what somebody else has named. */
export class Outside {
  readonly #options: OutsideOptions
  #trusted: { readonly pem: string; readonly context: SecureContext } | undefined

  constructor(options: OutsideOptions) {
    this.#options = options
  }

  /** @throws OutsideFailed */
  async request(url: URL, request: OutsideRequest): Promise<OutsideAnswer> {
    if (url.protocol !== 'https:') throw new OutsideFailed('address', `${url.protocol} is not https:`)
    if (url.username !== '' || url.password !== '') throw new OutsideFailed('address', 'no name and no password may stand in the address')
    const endsAt = AbortSignal.timeout(request.timeoutMs)
    const signal = request.signal === undefined ? endsAt : AbortSignal.any([endsAt, request.signal])
    const tooLate = () => new OutsideFailed('time', endsAt.aborted ? `no answer within ${request.timeoutMs} ms` : 'given up')
    try {
      const ips = await this.#addressesOf(url.hostname.replace(/^\[(.*)\]$/, '$1'), signal)
      const secureContext = await this.#secureContext()
      signal.throwIfAborted()
      return await exchange(url, request, { ips, secureContext, signal })
    } catch (err) {
      if (signal.aborted) throw tooLate()
      throw err
    }
  }

  /** Those that may be asked. A name with others beside them is asked at these alone. */
  async #addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const found = isIP(host) === 0 ? await this.#lookUp(host, signal) : [host]
    const allowed = networks(this.#options.settings()['outside.allow-networks'])
    const may = (ip: Ip) => isWithin(allowed, ip) || (isPublic(ip) && !isOwn(ip))
    const ips = found.filter((text) => {
      const ip = parseIp(text)
      return ip !== undefined && may(ip)
    })
    if (ips.length === 0) throw new OutsideFailed('not-public', `${host} has no address on the public Internet`)
    return ips
  }

  async #lookUp(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const { resolver } = this.#options
    const answers = await Promise.all([resolver.lookup(host, 'A', { signal }), resolver.lookup(host, 'AAAA', { signal })])
    const ips = answers.flatMap((found) => (found.status === 'found' ? found.records : []))
    if (ips.length > 0) return ips
    const failed = answers.find(({ status }) => status === 'failed')
    throw new OutsideFailed('name', failed === undefined ? `no address of ${host}` : `the address of ${host} cannot be found out`)
  }

  /** Undefined: the Web's authorities alone. */
  async #secureContext(): Promise<SecureContext | undefined> {
    const file = this.#options.settings()['outside.authorities']
    if (file === '') return undefined
    const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new OutsideFailed('certificate', `${file}, which outside.authorities names, cannot be read`, { cause })
    })
    if (this.#trusted?.pem !== pem) this.#trusted = { pem, context: createSecureContext({ ca: [...getCACertificates('default'), pem] }) }
    return this.#trusted.context
  }
}

/** What listens on this machine's own addresses may be meant for it alone, whatever a firewall lets others reach. */
function isOwn(ip: Ip): boolean {
  const own = Object.values(networkInterfaces()).flatMap((some) => some?.map(({ address }) => normaliseIp(address)) ?? [])
  return own.some((text) => text !== undefined && isWithin(networks(text), ip))
}

interface Way {
  /** Where to connect to, and nowhere else. */
  readonly ips: readonly string[]
  readonly secureContext: SecureContext | undefined
  readonly signal: AbortSignal
}

function exchange(
  url: URL,
  { method = 'GET', headers = {}, body = '', maxOctets }: OutsideRequest,
  { ips, secureContext, signal }: Way,
): Promise<OutsideAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<OutsideAnswer>()
  const addresses = ips.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_host, _options, answer) => answer(null, addresses)
  const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}
  const sent = https().request(url, { method, headers: { ...headers, ...length }, agent: false, lookup, signal, ...(secureContext && { secureContext }) })
  let answered = false
  sent.on('error', (err) => reject(failed(sent, err)))
  sent.on('response', (response) => {
    answered = true
    const answer = (octets: Buffer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, octets })
    if (maxOctets > 0) return void readBody(response, maxOctets).then(answer, reject)
    answer(Buffer.alloc(0))
    response.on('error', () => {}).destroy()
  })
  // Without an error as well: somebody answers 101 and would speak another protocol.
  sent.on('close', () => {
    if (!answered) reject(new OutsideFailed('connection', 'no answer'))
  })
  sent.end(body)
  return promise
}

async function readBody(response: IncomingMessage, maxOctets: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let octets = 0
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      octets += piece.length
      if (octets > maxOctets) throw new OutsideFailed('size', `more than ${maxOctets} octets`)
      pieces.push(piece)
    }
  } catch (err) {
    if (err instanceof OutsideFailed) throw err
    throw new OutsideFailed('connection', 'the answer broke off', { cause: err })
  }
  return Buffer.concat(pieces)
}

function failed({ socket }: ClientRequest, cause: Error): OutsideFailed {
  // Of several addresses each may have failed for a reason of its own.
  const message = cause instanceof AggregateError ? cause.errors.map(String).join(', ') : cause.message
  if (!(socket instanceof TLSSocket) || !socket.authorizationError) return new OutsideFailed('connection', message, { cause })
  return new OutsideFailed('certificate', String(socket.authorizationError), { cause })
}

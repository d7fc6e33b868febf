import { isIP } from 'node:net'
import type { Clock } from '../base/clock.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { Way } from '../queue/queue.ts'
import { refusalReason } from '../queue/reason.ts'
import type { Trouble } from '../queue/trouble.ts'
import { RemoteFault } from '../smtp/client/connection.ts'
import type { Timeouts } from '../smtp/client/limits.ts'
import type { MailHost } from '../smtp/client/mail-hosts.ts'
import { openSession, RemoteRefusal, type Session, type SessionOptions } from '../smtp/client/session.ts'
import { sendingLimits } from './limits.ts'
import type { Route } from './routes.ts'
import { type HostSecurity, hostSecurity, type TlsDemand, type TlsFailure } from './security.ts'
import type { Target } from './targets.ts'

/** A session, and with whom. */
export interface OpenSession {
  readonly session: Session
  /** Its name; the IP address where it has none. */
  readonly host: string
  readonly ip: string
  readonly tls: Way['tls']
  /** Messages that went over it. */
  messages: number
}

/** No session could be opened. `hint`: what it says of the destination. */
export interface NoSession {
  readonly trouble: Trouble
  readonly lasting: boolean
  readonly hint: 'too-much' | 'unreachable' | undefined
  readonly host: string | undefined
  readonly ip: string | undefined
}

/** How a handshake, or what a policy demands instead of one, came out; for TLS-RPT (RFC 8460). */
export interface TlsOutcome {
  readonly target: Target
  readonly host: MailHost
  readonly ip: string | undefined
  readonly localIp: string | undefined
  readonly way: HostSecurity['way']
  readonly tlsa: HostSecurity['tlsa']
  readonly failure: TlsFailure | undefined
  readonly detail: string
}

export interface OpenerOptions {
  readonly resolver: Pick<Resolver, 'lookup'>
  readonly clock: Clock
  readonly timeouts?: Timeouts
  /** Certificates of authorities, beside those of the system: for tests. */
  readonly tlsContext?: SessionOptions['tlsContext']
  readonly noteTls: (outcome: TlsOutcome) => void
  /** Closes all of them. */
  readonly signal: AbortSignal
}

/** With whom, by which way, and what the message says of TLS. */
export interface Wanted {
  readonly target: Target
  readonly route: Route
  readonly demand: TlsDemand
}

/** Opens sessions with the hosts of a target, first come by preference. */
export class Opener {
  readonly #options: OpenerOptions

  constructor(options: OpenerOptions) {
    this.#options = options
  }

  /** @param tried IP addresses that are passed over; those that fail now are added */
  async open(wanted: Wanted, tried: Set<string>): Promise<OpenSession | NoSession> {
    const { target, route, demand } = wanted
    const family = isIP(route.localIp ?? '')
    let failure: NoSession | undefined
    let left = sendingLimits.addressesPerAttempt
    for (const host of target.hosts) {
      const ips = host.addresses.filter((ip) => !tried.has(ip) && (family === 0 || isIP(ip) === family)).slice(0, left)
      if (ips.length === 0) continue
      const security = await hostSecurity(host, target, { resolver: this.#options.resolver, nowMs: this.#options.clock.now(), demand })
      if ('refused' in security) {
        const { refused, counts } = security
        failure = worse(failure, refusedByPolicy(host, refused, demand === 'required'))
        if (counts !== undefined) this.#options.noteTls({ target, host, ip: undefined, localIp: route.localIp, tlsa: [], ...counts, detail: refused })
        continue
      }
      for (const ip of ips) {
        left -= 1
        const opened = await this.#try(host, ip, security, wanted)
        if ('session' in opened) return opened
        tried.add(ip)
        failure = worse(failure, opened)
      }
    }
    return failure ?? nowhere
  }

  async #try(host: MailHost, ip: string, security: HostSecurity, { target, route, demand }: Wanted): Promise<OpenSession | NoSession> {
    const name = host.name === '' ? ip : host.name
    const { timeouts, tlsContext, signal } = this.#options
    const options: SessionOptions = {
      ...{ ip, port: target.port, localIp: route.localIp, helloName: route.helloName, tls: security.use, signal, signIn: target.smartHost?.signIn },
      ...(timeouts && { timeouts }),
      ...(tlsContext && { tlsContext }),
    }
    const note = (failure: TlsFailure | undefined, detail = '') => {
      // Sessions for which policies do not count say nothing of them (RFC 8460 3).
      if (demand !== 'no') this.#options.noteTls({ target, host, ip, localIp: route.localIp, way: security.way, tlsa: security.tlsa, failure, detail })
    }
    try {
      const session = await openSession(options).catch(async (error: unknown) => {
        if (security.use.use !== 'opportunistic' || !isOfTls(error)) throw error
        note('validation-failure', error.message)
        // Where nothing demands TLS, a server whose TLS is broken gets the mail all the same (RFC 7435).
        return await openSession({ ...options, tls: { use: 'none' } })
      })
      const secure = session.connection.tls
      if (secure === undefined) {
        if (!session.extensions.startTls) note('starttls-not-supported')
        return { session, host: name, ip, tls: 'none', messages: 0 }
      }
      const wrong = security.inspect(secure)
      note(wrong?.failure, wrong?.detail)
      return { session, host: name, ip, tls: security.way, messages: 0 }
    } catch (error) {
      if (!(error instanceof RemoteFault || error instanceof RemoteRefusal)) throw error
      if (isOfTls(error) && security.use.use === 'required')
        note(error.message.includes('STARTTLS') ? 'starttls-not-supported' : 'validation-failure', error.message)
      return { ...noSession(error, name), host: name, ip }
    }
  }
}

/** TLS itself did not work: the handshake, or the answer to STARTTLS. */
function isOfTls(error: unknown): error is RemoteFault | RemoteRefusal {
  return (error instanceof RemoteFault || error instanceof RemoteRefusal) && error.step === 'tls'
}

/** What a fault or a refusal that ends a session means for the message that it was opened for. */
export function noSession(error: RemoteFault | RemoteRefusal, host: string): Pick<NoSession, 'trouble' | 'lasting' | 'hint'> {
  if (error instanceof RemoteRefusal) {
    const { reply } = error
    const reason = refusalReason(reply, false)
    // 5xx to a greeting or EHLO: no mail service for us there (RFC 5321 3.1, RFC 7504).
    const lasting = reply.code >= 500 && error.step !== 'tls'
    return { trouble: { by: 'answer', reason, reply, host }, lasting, hint: lasting ? undefined : 'too-much' }
  }
  if (error.kind === 'tls')
    return { trouble: { by: 'us', what: 'tls', enhanced: '4.7.5', detail: `${host}: ${error.message}` }, lasting: false, hint: undefined }
  const enhanced = error.kind === 'unreachable' || error.kind === 'timeout' ? '4.4.1' : '4.4.2'
  return { trouble: { by: 'us', what: 'no-answer', enhanced, detail: `${host}: ${error.message}` }, lasting: false, hint: 'unreachable' }
}

function refusedByPolicy({ name }: MailHost, detail: string, requireTls: boolean): NoSession {
  const trouble: Trouble = requireTls ? { by: 'us', what: 'require-tls', enhanced: '5.7.30', detail } : { by: 'us', what: 'tls', enhanced: '4.7.5', detail }
  return { trouble, lasting: requireTls, hint: undefined, host: name, ip: undefined }
}

const nowhere: NoSession = {
  trouble: { by: 'us', what: 'no-answer', enhanced: '4.4.1', detail: 'none of its addresses can be reached from here' },
  lasting: false,
  hint: 'unreachable',
  host: undefined,
  ip: undefined,
}

/** Of two hosts that failed: it lasts only where it does at both; an answer tells more than silence. */
function worse(before: NoSession | undefined, now: NoSession): NoSession {
  if (before === undefined) return now
  if (before.lasting !== now.lasting) return before.lasting ? now : before
  return before.trouble.by === 'answer' && now.trouble.by !== 'answer' ? before : now
}

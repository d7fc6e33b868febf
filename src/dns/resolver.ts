import type { Clock } from '../base/clock.ts'
import type { Answer, DnsFailure, RecordOf, RecordType } from './answer.ts'
import { AnswerCache } from './cache.ts'
import { Exchange, type Outcome } from './exchange.ts'
import { HostsFile, readTextFile } from './hosts-file.ts'
import { attemptTimeoutMs, failureTtlMs, hostsTtlMs, lookupTimeoutMs, maxAliases, maxLookups, maxNegativeTtlSeconds, maxTtlSeconds } from './limits.ts'
import { canonicalName, reverseName } from './name.ts'
import { parseResolvConf } from './resolv-conf.ts'
import { parseServer, type ServerAddress } from './server-address.ts'

export interface ResolverOptions {
  readonly clock: Clock
  /** `9.9.9.9`, `[::1]:5353`. Empty: the hosts file, then the system's servers (resolv.conf), so that 127.0.0.1 is localhost. */
  readonly servers: readonly string[]
  /** Default /etc/hosts; read when `servers` is empty. */
  readonly hostsFile?: string
  /** Default /etc/resolv.conf; read when `servers` is empty. */
  readonly resolvConf?: string
  /** Default `attemptTimeoutMs` of limits.ts. */
  readonly attemptTimeoutMs?: number
  /** Who is asked in the place of the servers: the resolver of another process, so that both give the same answers until the same moment. */
  readonly through?: Ask
}

/** One question. Never rejects. */
export type Ask = <Type extends RecordType>(name: string, type: Type) => Promise<Answer<Type>>

export interface LookupOptions {
  /** The longest this caller waits; then the answer is `failed`, `timeout`. The lookup goes on for the cache's sake. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

type AnyAnswer = Answer<RecordType>

/** The only resolver. Never rejects: what went wrong is an answer. The same question asked twice at once is asked once. */
export class Resolver {
  readonly #options: ResolverOptions
  readonly #clock: Clock
  readonly #cache: AnswerCache
  readonly #underWay = new Map<string, Promise<AnyAnswer>>()
  #sources: Sources

  constructor(options: ResolverOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#cache = new AnswerCache(options.clock)
    this.#sources = openSources(options, options.servers)
  }

  /** Names are of any case, with or without the last dot. A name that cannot be in the DNS has no records. */
  async lookup<Type extends RecordType>(name: string, type: Type, options: LookupOptions = {}): Promise<Answer<Type>> {
    return this.known<Type>(name, type) ?? within<Type>(this.#lookUp(name, type), options)
  }

  /** Host names of an IP address, in the order of the answer. */
  async ptr(ip: string, options: LookupOptions = {}): Promise<Answer<'PTR'>> {
    return this.knownPtr(ip) ?? within<'PTR'>(this.#lookUp(reverseName(ip) ?? '', 'PTR'), options)
  }

  /** The same, where it is known without asking anybody. */
  knownPtr(ip: string): Answer<'PTR'> | undefined {
    const names = this.#sources.hosts?.names(ip) ?? []
    return names.length > 0 ? this.#fromFile<'PTR'>(names) : this.known(reverseName(ip) ?? '', 'PTR')
  }

  /** The answer, where it is known without asking anybody. */
  known<Type extends RecordType>(name: string, type: Type): Answer<Type> | undefined {
    const canonical = canonicalName(name)
    if (canonical === undefined) return noSuchName(this.#clock.now())
    return this.#fromHosts(canonical, type) ?? (this.#cache.get(`${type} ${canonical}`) as Answer<Type> | undefined)
  }

  /**
   * The answer whatever DNSSEC says of it, from the servers and not kept: for who explains why the validated one failed. Nothing that is found this way may
   * be acted upon.
   */
  lookupUnvalidated<Type extends RecordType>(name: string, type: Type): Promise<Answer<Type>> {
    const canonical = canonicalName(name)
    return canonical === undefined ? Promise.resolve(noSuchName(this.#clock.now())) : this.#sources.ask(canonical, type, true)
  }

  /** Other servers from now on, and the system's files read again; the cache is emptied. Lookups under way end as `failed`. */
  reload(servers: readonly string[]): void {
    const before = this.#sources
    this.#sources = openSources(this.#options, servers)
    this.#cache.clear()
    this.#underWay.clear()
    before.close()
  }

  /** Lookups under way end as `failed`; so does every later one. */
  close(): void {
    this.#sources.close()
    this.#cache.clear()
  }

  #lookUp<Type extends RecordType>(name: string, type: Type): Promise<Answer<Type>> {
    const canonical = canonicalName(name)
    if (canonical === undefined) return Promise.resolve(noSuchName(this.#clock.now()))
    const key = `${type} ${canonical}`
    const same = this.#underWay.get(key)
    if (same !== undefined) return same as Promise<Answer<Type>>
    if (this.#underWay.size >= maxLookups) return Promise.resolve({ status: 'failed', why: 'too busy' })
    const sources = this.#sources
    const answer = sources.ask(canonical, type).then((found) => {
      // After a reload neither the cache nor the list of lookups is this one's any more
      if (this.#sources === sources) {
        this.#underWay.delete(key)
        if (!sources.closed) this.#cache.set(key, found, found.status === 'failed' ? this.#clock.now() + sources.failureTtlMs : found.expiresAtMs)
      }
      return found
    })
    this.#underWay.set(key, answer)
    return answer
  }

  #fromHosts<Type extends RecordType>(name: string, type: Type): Answer<Type> | undefined {
    if (type !== 'A' && type !== 'AAAA') return undefined
    const addresses = this.#sources.hosts?.addresses(name, type === 'A' ? 4 : 6)
    return addresses === undefined ? undefined : this.#fromFile<Type>(addresses as readonly RecordOf[Type][])
  }

  #fromFile<Type extends RecordType>(records: readonly RecordOf[Type][]): Answer<Type> {
    const expiresAtMs = this.#clock.now() + hostsTtlMs
    if (records.length > 0) return { status: 'found', records, expiresAtMs, authenticated: false }
    return { status: 'none', why: 'no such record', expiresAtMs, authenticated: false }
  }
}

/** Whatever the file says: RFC 6761 6.3, and RFC 6303 for the way back. */
const loopbackHosts = '127.0.0.1 localhost\n::1 localhost'

/** Where answers come from, until the next reload. */
interface Sources {
  readonly ask: <Type extends RecordType>(name: string, type: Type, unvalidated?: boolean) => Promise<Answer<Type>>
  readonly hosts: HostsFile | undefined
  /** A failure is remembered for so long. */
  readonly failureTtlMs: number
  readonly closed: boolean
  close(): void
}

function openSources(options: ResolverOptions, servers: readonly string[]): Sources {
  const ofSystem = servers.length === 0
  const hosts = ofSystem ? new HostsFile(`${readTextFile(options.hostsFile ?? '/etc/hosts')}\n${loopbackHosts}`) : undefined
  // The other resolver remembers its failures.
  if (options.through !== undefined) return { ask: options.through, hosts, failureTtlMs: 0, closed: false, close: () => {} }
  const addresses = ofSystem ? parseResolvConf(readTextFile(options.resolvConf ?? '/etc/resolv.conf')) : servers.map(mustBeServer)
  const exchange = new Exchange(addresses)
  const closing = new AbortController()
  return {
    ask: (name, type, unvalidated = false) => askServers({ exchange, options, signal: closing.signal, unvalidated }, name, type),
    hosts,
    failureTtlMs,
    get closed() {
      return closing.signal.aborted
    },
    close() {
      closing.abort()
      exchange.close()
    },
  }
}

/** A recursive server sends the whole chain of CNAMEs; where one does not, its end is asked for. */
async function askServers<Type extends RecordType>(
  {
    exchange,
    options,
    signal,
    unvalidated,
  }: { readonly exchange: Exchange; readonly options: ResolverOptions; readonly signal: AbortSignal; readonly unvalidated: boolean },
  name: string,
  type: Type,
): Promise<Answer<Type>> {
  const patience = { deadlineMs: performance.now() + lookupTimeoutMs, attemptTimeoutMs: options.attemptTimeoutMs ?? attemptTimeoutMs, signal, unvalidated }
  let target = name
  let ttlSeconds = maxTtlSeconds
  let authenticated = true
  for (let aliases = 0; aliases <= maxAliases; aliases++) {
    const outcome: Outcome<Type> = await exchange.ask(target, type, patience)
    if (outcome.kind === 'failed') return { status: 'failed', why: signal.aborted ? 'closed' : outcome.why }
    ttlSeconds = Math.min(ttlSeconds, outcome.ttlSeconds)
    authenticated &&= outcome.authenticated
    if (outcome.kind !== 'alias') return answerOf(name, outcome, { nowMs: options.clock.now(), ttlSeconds, authenticated })
    target = outcome.target
  }
  return { status: 'failed', why: 'too many aliases' }
}

function answerOf<Type extends RecordType>(
  asked: string,
  outcome: Exclude<Outcome<Type>, { kind: 'failed' | 'alias' }>,
  { nowMs, ttlSeconds, authenticated }: { readonly nowMs: number; readonly ttlSeconds: number; readonly authenticated: boolean },
): Answer<Type> {
  if (outcome.kind === 'found') {
    const { records, name } = outcome
    return { status: 'found', records, expiresAtMs: nowMs + ttlSeconds * 1000, authenticated, ...(name !== asked && { alias: name }) }
  }
  return { status: 'none', why: outcome.why, expiresAtMs: nowMs + Math.min(ttlSeconds, maxNegativeTtlSeconds) * 1000, authenticated }
}

/** The configuration was checked before; this is a fault of the caller. */
function mustBeServer(text: string): ServerAddress {
  const server = parseServer(text)
  if (server === undefined) throw new TypeError(`not a name server: ${text}`)
  return server
}

function noSuchName<Type extends RecordType>(nowMs: number): Answer<Type> {
  return { status: 'none', why: 'no such name', expiresAtMs: nowMs + maxNegativeTtlSeconds * 1000, authenticated: false }
}

/** The answer, or `failed` when this caller has waited long enough. */
function within<Type extends RecordType>(answer: Promise<Answer<Type>>, options: LookupOptions): Promise<Answer<Type>> {
  const { timeoutMs, signal } = options
  if (timeoutMs === undefined && signal === undefined) return answer
  if (signal?.aborted === true) return Promise.resolve({ status: 'failed', why: 'aborted' })
  return new Promise((resolve) => {
    const give = (why: DnsFailure) => settle({ status: 'failed', why })
    const aborted = () => give('aborted')
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => give('timeout'), timeoutMs)
    const settle = (result: Answer<Type>) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      resolve(result)
    }
    signal?.addEventListener('abort', aborted, { once: true })
    void answer.then(settle)
  })
}

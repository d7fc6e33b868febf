import type { DnsFailure, RecordType } from './answer.ts'
import { attemptsPerServer } from './limits.ts'
import { encodeQuery, type Meaning, readMeaning } from './message.ts'
import { isLoopback, type ServerAddress } from './server-address.ts'
import { askOverTcp } from './tcp.ts'
import { UdpPool } from './udp.ts'

/** How long to go on asking. */
export interface Patience {
  /** By `performance.now()`. */
  readonly deadlineMs: number
  readonly attemptTimeoutMs: number
  readonly signal: AbortSignal
  /** Answers that DNSSEC proves to be wrong are wanted, too. */
  readonly unvalidated?: boolean
}

/** A meaning that ends the asking. */
export type Outcome<Type extends RecordType> = Exclude<Meaning<Type>, { readonly kind: 'truncated' | 'no edns' }>

/** Asks servers in turn until one can say something. A server that knows an answer, even *none*, ends it. */
export class Exchange {
  readonly #servers: readonly Server[]
  /** Where to begin: the server that answered last. */
  #first = 0

  constructor(servers: readonly ServerAddress[]) {
    this.#servers = servers.map((address) => new Server(address))
  }

  async ask<Type extends RecordType>(name: string, type: Type, patience: Patience): Promise<Outcome<Type>> {
    const tries = this.#servers.map(() => attemptsPerServer)
    let last: DnsFailure = 'unreachable'
    for (let turn = 0; tries.some((left) => left > 0); turn++) {
      const at = (this.#first + turn) % this.#servers.length
      const server = this.#servers[at]
      const left = tries[at] ?? 0
      if (server === undefined || left <= 0) continue
      if (patience.signal.aborted) return { kind: 'failed', why: 'aborted' }
      if (performance.now() >= patience.deadlineMs) return { kind: 'failed', why: 'timeout' }
      const outcome = await server.ask(name, type, patience)
      if (outcome.kind !== 'failed') {
        this.#first = at
        return outcome
      }
      last = outcome.why
      // Silence may be a lost packet; what a server said once it will say again
      tries[at] = outcome.why === 'timeout' ? left - 1 : 0
    }
    return { kind: 'failed', why: last }
  }

  close(): void {
    for (const server of this.#servers) server.close()
  }
}

class Server {
  readonly #address: ServerAddress
  readonly #udp: UdpPool
  readonly #trusted: boolean
  /** Found out by its answer to the first question. */
  #edns = true

  constructor(address: ServerAddress) {
    this.#address = address
    this.#udp = new UdpPool(address)
    this.#trusted = isLoopback(address)
  }

  async ask<Type extends RecordType>(name: string, type: Type, patience: Patience): Promise<Outcome<Type>> {
    const edns = this.#edns
    const meaning = await this.#askOnce(name, type, patience, edns)
    if (meaning.kind !== 'no edns') return meaning
    if (!edns) return { kind: 'failed', why: 'server failure' }
    const plain = await this.#askOnce(name, type, patience, false)
    if (plain.kind === 'no edns') return { kind: 'failed', why: 'server failure' }
    this.#edns = false
    return plain
  }

  close(): void {
    this.#udp.close()
  }

  async #askOnce<Type extends RecordType>(name: string, type: Type, patience: Patience, edns: boolean): Promise<Outcome<Type> | { kind: 'no edns' }> {
    const query = { ...encodeQuery(name, type, edns, patience.unvalidated), type }
    const overUdp = await this.#udp.ask(query, timeLeft(patience))
    if (typeof overUdp === 'string') return { kind: 'failed', why: overUdp }
    const meaning = this.#trust(readMeaning(overUdp, query))
    if (meaning.kind !== 'truncated') return meaning
    const overTcp = await askOverTcp(this.#address, query, timeLeft(patience), patience.signal)
    if (typeof overTcp === 'string') return { kind: 'failed', why: overTcp }
    const whole = this.#trust(readMeaning(overTcp, query))
    return whole.kind === 'truncated' ? { kind: 'failed', why: 'malformed' } : whole
  }

  /** The AD bit of a server elsewhere is worth as much as the path to it. */
  #trust<Type extends RecordType>(meaning: Meaning<Type>): Meaning<Type> {
    return 'authenticated' in meaning && meaning.authenticated && !this.#trusted ? { ...meaning, authenticated: false } : meaning
  }
}

function timeLeft(patience: Patience): number {
  return Math.max(1, Math.min(patience.attemptTimeoutMs, patience.deadlineMs - performance.now()))
}

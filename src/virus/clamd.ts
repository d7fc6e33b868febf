import type { Log } from '../base/log.ts'
import { Turns } from '../base/turns.ts'
import type { Piece } from '../content/content.ts'
import { finding, type VirusFinding } from './finding.ts'
import { type ClamdAddress, ClamdSession } from './session.ts'

/** Connections at once of all processes together: clamd answers ten (MaxThreads), and others may want to ask it too. */
const maxSessions = 8
/** Messages that wait for one of them; there cannot be more without as many SMTP connections. */
const maxWaiting = 10_000
/** With less time than that left, clamd is not asked any more. */
const leastMs = 5
/** clamd closes a session that is idle for 30 s (IdleTimeout); ours ends before. */
const idleMs = 10_000

export interface ClamdOptions {
  /** A path, or "host:port". */
  readonly socket: string
  /** Processes that ask the same clamd, this one included. */
  readonly processes?: number
  readonly log: Log
}

/** The virus check. */
export class Clamd {
  readonly #address: ClamdAddress
  readonly #log: Log
  readonly #turns: Turns
  #idle: ClamdSession[] = []
  readonly #busy = new Set<ClamdSession>()
  #resting: NodeJS.Timeout | undefined
  /** Why it is not to be asked, where that is so; said in the log when it changes. */
  #trouble: string | undefined

  constructor({ socket, processes = 1, log }: ClamdOptions) {
    this.#address = readClamdAddress(socket)
    this.#log = log
    this.#turns = new Turns(Math.max(1, Math.floor(maxSessions / processes)), maxWaiting)
  }

  /** Looks through a message. Never rejects; the octets are not used any more once it has resolved, which it does within `timeoutMs`. */
  async scan(octets: readonly Piece[], timeoutMs: number): Promise<VirusFinding> {
    const endsAt = performance.now() + timeoutMs
    const late = Promise.withResolvers<VirusFinding>()
    let session: ClamdSession | undefined
    const timer = setTimeout(() => {
      session?.close(finding('too late'))
      late.resolve(finding('too late'))
    }, timeoutMs)
    const turn = this.#turns.run(async () => {
      for (let again = false; ; again = true) {
        if (performance.now() + leastMs >= endsAt) return finding('too late')
        session = this.#take()
        const found = await session.scan(octets)
        this.#giveBack(session)
        if (found.reason !== 'away' || !session.connected) return found
        // A session may have been closed while it was idle: that says nothing of clamd now. Who breaks off twice, and is there, has had enough.
        if (again) return session.sending ? finding('too large') : found
      }
    })
    try {
      const found = await Promise.race([turn, late.promise])
      this.#note(found)
      return found
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    clearTimeout(this.#resting)
    for (const session of [...this.#idle, ...this.#busy]) session.close()
    this.#idle = []
  }

  #take(): ClamdSession {
    let session = this.#idle.pop()
    while (session !== undefined && !session.open) session = this.#idle.pop()
    session ??= new ClamdSession(this.#address)
    this.#busy.add(session)
    return session
  }

  #giveBack(session: ClamdSession): void {
    this.#busy.delete(session)
    if (!session.open) return
    session.rest()
    this.#idle.push(session)
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => {
      for (const idle of this.#idle) idle.close()
      this.#idle = []
    }, idleMs).unref()
  }

  #note({ result, reason, detail }: VirusFinding): void {
    const trouble = result === 'temperror' ? reason : undefined
    if (trouble === this.#trouble) return
    this.#trouble = trouble
    if (trouble === undefined) this.#log.info('clamd answers again')
    else this.#log.warn('clamd does not answer: mail is not checked for viruses', { reason, detail })
  }
}

/** What is not "host:port" is a path. */
function readClamdAddress(socket: string): ClamdAddress {
  const [, host, port] = /^\[?([^/]+?)\]?:(\d+)$/.exec(socket) ?? []
  return host === undefined ? { path: socket } : { host, port: Number(port) }
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import { closeCase } from './change/cases.ts'
import { takeLease } from './change/counts.ts'
import type { ListingCheck } from './listing-check.ts'
import type { Lists } from './lists/live-lists.ts'
import type { RelayPool } from './pool.ts'
import { pauseMs } from './standing.ts'

interface CheckScheduleOptions {
  readonly pool: RelayPool
  readonly check: ListingCheck
  readonly lists: () => Lists
  readonly directory: Pick<Directory, 'settings' | 'change'>
  readonly database: Pick<Database, 'change'>
  readonly clock: Clock
  readonly log: Log
}

/** Questions at once: a list that does not answer must not hold up the others, nor all of them the resolver. */
const maxUnderWay = 8
/** Between two looks, however few there are to ask for and however many. */
const longestGapMs = 60_000
const shortestGapMs = 20
/** After a start the first round takes no longer. */
const firstRoundMs = 60_000
/** A node that dies leaves the asking to another one after so long. */
const leaseMs = 60_000

/**
 * Asks for each of our addresses at each blocklist, again and again, spread over `relay.check-every`; one node does. Ends what only hosts said and nobody
 * says any more.
 */
export class CheckSchedule {
  readonly #options: CheckScheduleOptions
  readonly #holder = randomUUID()
  readonly #stopped = new AbortController()
  /** Aborted when settings or relays change. */
  #changes = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #unsubscribe: () => void
  readonly #running: Promise<void>
  /** Addresses that were asked for since the start. */
  #seen: ReadonlySet<string>
  #next = 0
  #leaseUntilMs = 0
  #upkeepMs = 0

  constructor(options: CheckScheduleOptions) {
    this.#options = options
    this.#seen = new Set(options.pool.addresses)
    // A new one is asked for at once.
    this.#unsubscribe = options.pool.onChange(() => this.#changed())
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#stopped.abort()
    await this.#running
    await Promise.all(this.#underWay)
  }

  async #run(): Promise<void> {
    const { log } = this.#options
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#pause()
        if (!this.#stopped.signal.aborted && (await this.#hasLease())) await this.#step()
      } catch (err) {
        log.error('blocklists could not be asked', { err })
      }
    }
  }

  /** Until it is time for the next question; other settings hold at once (SPEC A9). */
  async #pause(): Promise<void> {
    const beganMs = performance.now()
    for (let leftMs = this.#gapMs(); leftMs > 0 && !this.#stopped.signal.aborted; leftMs = this.#gapMs() - (performance.now() - beganMs)) {
      this.#changes = new AbortController()
      const signal = AbortSignal.any([this.#stopped.signal, this.#changes.signal])
      await sleep(leftMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  #gapMs(): number {
    const { pool, lists, directory } = this.#options
    const pairs = pool.addresses.length * lists().blocklists.size
    if (pairs === 0) return Math.min(longestGapMs, directory.settings['relay.check-every'])
    const roundMs = Math.min(directory.settings['relay.check-every'], this.#next < pairs ? firstRoundMs : Number.POSITIVE_INFINITY)
    return Math.min(longestGapMs, Math.max(shortestGapMs, roundMs / pairs))
  }

  async #hasLease(): Promise<boolean> {
    const { database, clock } = this.#options
    const nowMs = clock.now()
    if (nowMs < this.#leaseUntilMs - leaseMs / 2) return true
    const untilMs = nowMs + leaseMs
    const has = await database.change(takeLease, { name: 'check', holder: this.#holder, nowMs, untilMs })
    this.#leaseUntilMs = has ? untilMs : 0
    return has
  }

  async #step(): Promise<void> {
    const { pool, check, lists, clock, directory } = this.#options
    if (clock.now() >= this.#upkeepMs) {
      this.#upkeepMs = clock.now() + Math.min(longestGapMs, directory.settings['relay.check-every'])
      await this.#endCases()
    }
    const { addresses } = pool
    const zones = [...lists().blocklists.values()]
    // One list after another, each about another address: none gets all questions at once.
    const ip = addresses[this.#next % addresses.length]
    const list = zones[Math.floor(this.#next / addresses.length) % zones.length]
    if (ip === undefined || list === undefined || this.#underWay.size >= maxUnderWay) return
    this.#next += 1
    const open = pool.openCases(ip).find((one) => one.kind === 'list' && one.list === list.zone)
    this.#inBackground(check.ask(ip, list, open))
  }

  /** A host's word holds as long as a pause would; a list that nobody asks any more says nothing. */
  async #endCases(): Promise<void> {
    const { pool, lists, directory, clock } = this.#options
    const nowMs = clock.now()
    const zones = lists().blocklists
    for (const one of pool.openCases()) {
      const holdsMs = pauseMs(pool.casesOf(one.subject), one.heardAtMs, directory.settings['relay.pause'])
      if (one.kind === 'host' && nowMs >= one.heardAtMs + holdsMs) await pool.endHostCase(one)
      if (one.kind === 'list' && !zones.has(one.list)) await directory.change(closeCase, 'relay', { caseId: one.caseId, goneAtMs: nowMs })
    }
  }

  #changed(): void {
    this.#changes.abort()
    const { pool, check, lists } = this.#options
    const fresh = pool.addresses.filter((ip) => !this.#seen.has(ip))
    this.#seen = new Set(pool.addresses)
    for (const ip of fresh) this.#inBackground(check.askAll(ip, lists().blocklists.values(), pool.openCases(ip)))
  }

  #inBackground(work: Promise<unknown>): void {
    const done = this.#logged(work).finally(() => this.#underWay.delete(done))
    this.#underWay.add(done)
  }

  async #logged(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (err) {
      this.#options.log.error('a blocklist could not be asked', { err })
    }
  }
}

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Ephemeral, Table } from '../ephemeral/ephemeral.ts'
import { networkOf } from '../mail/network.ts'
import { Recent } from './recent.ts'

/** Networks remembered; past that those go first that would be forgotten soonest. */
const maxNetworks = 100_000
/** How long a network is known after its last message; as long as the greylist remembers by default. */
const memoryMs = 36 * 86_400_000
/** A network that delivers all the time is written down again once a day. */
const renewalMs = 86_400_000
/** Networks known without asking the table, in this process. */
const maxKnown = 10_000

/** Networks that delivered before: mail servers, which need not show their patience at the greeting (SPEC A9a). Survives a restart. */
export class Deliverers {
  readonly #table: Table
  readonly #clock: Clock
  readonly #log: Log
  /** When each network's entry was written or read. */
  readonly #known = new Recent<number>(maxKnown)

  constructor(options: { readonly ephemeral: Ephemeral; readonly clock: Clock; readonly log: Log }) {
    this.#table = options.ephemeral.table('delivered', { maxEntries: maxNetworks })
    this.#clock = options.clock
    this.#log = options.log
  }

  /** A table that cannot be read makes every network an unknown one: that costs them half a second. */
  async knows(ip: string): Promise<boolean> {
    const network = networkOf(ip, 64)
    if (this.#isFresh(network)) return true
    try {
      const entry = await this.#table.get(network)
      const nowMs = this.#clock.now()
      if (entry === undefined || entry.expiresAtMs <= nowMs) return false
      // Kept under the time it was written, so that the next delivery renews it when that is due
      this.#known.set(network, entry.expiresAtMs - memoryMs)
      return true
    } catch (err) {
      this.#log.error('known networks unavailable', { err })
      return false
    }
  }

  /** A message from there was accepted. */
  delivered(ip: string): void {
    const network = networkOf(ip, 64)
    if (this.#isFresh(network)) return
    const nowMs = this.#clock.now()
    this.#known.set(network, nowMs)
    const entry = { firstSeenAtMs: nowMs, expiresAtMs: nowMs + memoryMs, confirmations: 1 }
    this.#table.put(network, entry).catch((err: unknown) => this.#log.error('known network not written', { err }))
  }

  #isFresh(network: string): boolean {
    const writtenAtMs = this.#known.get(network)
    return writtenAtMs !== undefined && this.#clock.now() - writtenAtMs < renewalMs
  }
}

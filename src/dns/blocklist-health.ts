import type { Clock } from '../base/clock.ts'
import type { ListTally } from './blocklists.ts'

/** Trouble is told of the last hour: of this one and the one before, by the clock. */
const hourMs = 3_600_000
/** Zones remembered; operators use a handful. */
const maxZones = 100
/** One question in ten without an answer is more than the network's usual. */
const troubledShare = 0.1

interface Counted {
  asked: number
  failed: number
  why: string
}

/** Counts, for who operates, which blocklists do not answer as they should. */
export class BlocklistHealth {
  readonly #clock: Clock
  #hour = 0
  #current = new Map<string, Counted>()
  #before = new Map<string, Counted>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note({ zone, asked, failed, why }: ListTally): void {
    this.#turn()
    if (asked === 0) return
    let counted = this.#current.get(zone)
    if (counted === undefined) {
      if (this.#current.size >= maxZones) return
      this.#current.set(zone, (counted = { asked: 0, failed: 0, why: '' }))
    }
    counted.asked += asked
    counted.failed += failed
    if (why !== undefined) counted.why = why
  }

  /** Lists that count for nothing, or for less than they should. */
  troubled(): readonly Required<ListTally>[] {
    this.#turn()
    const zones = new Set([...this.#before.keys(), ...this.#current.keys()])
    return [...zones].flatMap((zone) => {
      const [before, current] = [this.#before.get(zone), this.#current.get(zone)]
      const asked = (before?.asked ?? 0) + (current?.asked ?? 0)
      const failed = (before?.failed ?? 0) + (current?.failed ?? 0)
      if (failed < asked * troubledShare) return []
      return [{ zone, asked, failed, why: (current?.why ?? '') || (before?.why ?? '') }]
    })
  }

  #turn(): void {
    const hour = Math.floor(this.#clock.now() / hourMs)
    if (hour === this.#hour) return
    this.#before = hour === this.#hour + 1 ? this.#current : new Map<string, Counted>()
    this.#current = new Map()
    this.#hour = hour
  }
}

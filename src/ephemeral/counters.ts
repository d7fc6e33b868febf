interface Count {
  sum: number
  readonly endsAtMs: number
}

/** Counts of one name, in two generations: the old one is forgotten as a whole. */
interface Generations {
  young: Map<string, Count>
  old: Map<string, Count>
  turnedAtMs: number
  /** Longest window asked for. */
  windowMs: number
}

/** Keys in one generation; so between this and twice as many are remembered, 15 MB at most. */
const maxKeys = 50_000

/**
 * Sums that fall back to 0. Bounded by forgetting those whose windows began first. Two Maps, because a Map from whose front
 * keys are taken one by one grows slow.
 */
export class Counters {
  readonly #counters = new Map<string, Generations>()

  /** See `Ephemeral.add`. Names of counters come from our code, keys from outside. */
  add(counter: string, key: string, amount: number, windowMs: number, nowMs: number): number {
    let counts = this.#counters.get(counter)
    if (counts === undefined) {
      counts = { young: new Map(), old: new Map(), turnedAtMs: nowMs, windowMs }
      this.#counters.set(counter, counts)
    }
    const count = counts.young.get(key) ?? counts.old.get(key)
    if (count !== undefined && nowMs < count.endsAtMs) {
      count.sum += amount
      return count.sum
    }
    counts.windowMs = Math.max(counts.windowMs, windowMs)
    if (counts.young.size >= maxKeys || nowMs >= counts.turnedAtMs + counts.windowMs) turn(counts, nowMs)
    counts.old.delete(key)
    counts.young.set(key, { sum: amount, endsAtMs: nowMs + windowMs })
    return amount
  }
}

function turn(counts: Generations, nowMs: number): void {
  counts.old = counts.young
  counts.young = new Map()
  counts.turnedAtMs = nowMs
}

import type { Allowance, Entry, Shortage } from './ephemeral.ts'

/** A table that answers at once. */
interface Entries {
  read(key: string): Entry | undefined
  write(key: string, entry: Entry): void
}

/**
 * What was taken from allowances. It lies in a table, which has times for an entry and nothing else: where the others have the moment of the first
 * sight, there the sum stands, as seconds. An entry expires with its window; all are confirmed, so that those go first whose window ends first.
 */
export class Allowances {
  readonly #entries: Entries

  constructor(entries: Entries) {
    this.#entries = entries
  }

  /** See `Ephemeral.spend`. */
  spend(allowances: readonly Allowance[], { take, nowMs }: { readonly take: boolean; readonly nowMs: number }): Shortage | undefined {
    const used = allowances.map(({ counter, key, windowMs }) => {
      const entry = this.#entries.read(`${counter} ${key}`)
      return entry === undefined ? { sum: 0, endsAtMs: nowMs + windowMs } : { sum: entry.firstSeenAtMs / 1000, endsAtMs: entry.expiresAtMs }
    })
    for (const [index, { counter, amount, limit }] of allowances.entries()) {
      const { sum = 0, endsAtMs } = used[index] ?? {}
      if (sum + amount > limit) return { counter, freeAtMs: amount > limit ? undefined : endsAtMs }
    }
    if (!take) return undefined
    for (const [index, { counter, key, amount }] of allowances.entries()) {
      const { sum = 0, endsAtMs = nowMs } = used[index] ?? {}
      if (amount > 0) this.#entries.write(`${counter} ${key}`, { firstSeenAtMs: (sum + amount) * 1000, expiresAtMs: endsAtMs, confirmations: 1 })
    }
    return undefined
  }
}

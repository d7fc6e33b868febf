import { DatabaseUnavailable } from '../database/database.ts'

/** Who wants to pass waits so long; a round of baselines can take minutes. */
const patienceMs = 5_000

/**
 * Keeps changes of two accounts (apply/transfer.ts) from falling between the baselines of one account and of another: a rebuild would
 * then have the one with the change and the other without. One process writes the log, so memory will do.
 */
export class Turnstile {
  readonly #inside = new Set<Promise<unknown>>()
  readonly #patienceMs: number
  #closed: Promise<unknown> | undefined

  constructor(waitMs = patienceMs) {
    this.#patienceMs = waitMs
  }

  /** @throws DatabaseUnavailable when it stays closed */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    const untilMs = performance.now() + this.#patienceMs
    while (this.#closed !== undefined) {
      const waitMs = untilMs - performance.now()
      if (waitMs <= 0) throw new DatabaseUnavailable('accounts are being written down, and what concerns two of them has to wait')
      await within(this.#closed, waitMs)
    }
    const working = work()
    this.#inside.add(working)
    try {
      return await working
    } finally {
      this.#inside.delete(working)
    }
  }

  /** Runs `work` when nobody is inside; until it ends nobody gets in. One at a time. */
  async close<T>(work: () => Promise<T>): Promise<T> {
    while (this.#closed !== undefined) await this.#closed.catch(() => {})
    const working = Promise.allSettled(this.#inside).then(work)
    this.#closed = working.catch(() => {})
    try {
      return await working
    } finally {
      this.#closed = undefined
    }
  }
}

async function within(ended: Promise<unknown>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, waitMs)))])
  clearTimeout(timer)
}

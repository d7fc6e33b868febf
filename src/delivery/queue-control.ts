import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { type Hold, holdChange, type HoldSubject, holdsQuery, releaseChange } from '../queue/holds.ts'
import { type QueueLength, queueLengthsQuery } from '../queue/length.ts'
import { type Cursor, type QueueSelection, retryChange, waitingDestinationsQuery, type WaitingPage, waitingQuery } from '../queue/list.ts'
import type { IndexedStore } from '../store/indexed-store.ts'

/** Recipients of one question, or of one record. */
const pageLimit = 500

/** What people do with the queue by hand: look at it, hurry it, hold it, let it go, take from it. */
export class QueueControl {
  readonly #deps: { readonly store: Pick<IndexedStore, 'record'>; readonly database: Database; readonly clock: Clock }
  readonly #wake: () => void

  /** @param wake called when something may have become due */
  constructor(deps: { readonly store: Pick<IndexedStore, 'record'>; readonly database: Database; readonly clock: Clock }, wake: () => void = () => {}) {
    this.#deps = deps
    this.#wake = wake
  }

  destinations(limit: number): ReturnType<typeof waitingDestinationsQuery.run> {
    return this.#deps.database.query(waitingDestinationsQuery, { limit })
  }

  /** How much waited from then to then, the most in each step. */
  lengths(of: Parameters<typeof queueLengthsQuery.run>[1]): Promise<readonly QueueLength[]> {
    return this.#deps.database.query(queueLengthsQuery, of)
  }

  /** Some of them, from the beginning or from where a page before ended. */
  page(selection: QueueSelection, after: Cursor | undefined, limit: number): Promise<WaitingPage> {
    return this.#deps.database.query(waitingQuery, { selection, after, limit })
  }

  /** They are tried now, but those that are held and those that somebody is at. Resolves to how many that are. */
  async retry(selection: QueueSelection): Promise<number> {
    const nowMs = this.#deps.clock.now()
    let retried = 0
    for (let after: Cursor | undefined; ; ) {
      const page: Awaited<ReturnType<typeof retryChange.run>> = await this.#deps.database.change(retryChange, { selection, after, nowMs })
      retried += page.retried
      if (page.next === undefined) break
      after = page.next
    }
    if (retried > 0) this.#wake()
    return retried
  }

  /** Nothing of it is sent until it is released; what is on its way at this moment may still get there. */
  hold(subject: HoldSubject, reason: string): Promise<void> {
    return this.#deps.database.change(holdChange, { subject, reason, sinceMs: this.#deps.clock.now() })
  }

  /** False: it was not held. What else holds the same mail still does. */
  async release(subject: HoldSubject): Promise<boolean> {
    const wasHeld = await this.#deps.database.change(releaseChange, { subject, nowMs: this.#deps.clock.now() })
    if (wasHeld) this.#wake()
    return wasHeld
  }

  holds(): Promise<readonly Hold[]> {
    return this.#deps.database.query(holdsQuery, {})
  }

  /** They are not sent, and nobody is told but the journal. Resolves to how many. */
  async remove(selection: QueueSelection): Promise<number> {
    const { store, database, clock } = this.#deps
    let removed = 0
    for (;;) {
      // From the start again: those before have gone.
      const { waiting } = await database.query(waitingQuery, { selection, after: undefined, limit: pageLimit })
      if (waiting.length === 0) return removed
      const ends = waiting.map(({ queueId, number, index }) => ({ queueId, number, index, end: 'removed' as const }))
      await store.record({ kind: 'sent', atMs: clock.now(), ends }, new Uint8Array(0))
      removed += ends.length
    }
  }
}

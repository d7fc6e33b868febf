import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { Step } from '../notices.ts'
import { type IndexingDependencies, indexStep } from './indexing.ts'
import { accountsBehindQuery, accountsWithTextQuery, dropTextChange, type TextAccounts, wantTextChange } from './rows.ts'

/** So long what comes is gathered before it is looked into: a search reads it meanwhile. */
const gatherMs = 1000
/** While more changes than this come in that time, mail has the machine for itself … */
const busyChanges = 100
/** … for so long; then the index goes on beside it. */
const longestWaitMs = 60_000
/** After a fault. */
const retryMs = 10_000
/** Accounts that are asked for at once. */
const page = 1000

export interface TextIndexDependencies extends IndexingDependencies {
  readonly log: Log
  /** For tests: 1, or what its times are multiplied by. */
  readonly patience?: number
}

/** As the setting `search.index` has it. */
export type TextIndexMode = TextAccounts | 'off'

/**
 * Keeps the text index behind the mailbox index, in the background: account by account, a step at a time, resting as long as it worked. Nothing
 * waits for it, since a search reads what is not in it yet. Off, it takes the rows away, and every search reads.
 */
export class TextIndex {
  readonly #deps: TextIndexDependencies
  readonly #stopped = new AbortController()
  /** Accounts with something to do, the longest waiting first, and since when. */
  readonly #due = new Map<AccountId, number>()
  #mode: TextIndexMode = 'off'
  /** All accounts are looked through: past this one; undefined: that is done. */
  #after: number | undefined
  #changes = 0
  #wake = Promise.withResolvers<void>()
  readonly #running: Promise<void>

  constructor(deps: TextIndexDependencies, mode: TextIndexMode) {
    this.#deps = deps
    this.set(mode)
    this.#running = this.#run()
  }

  set(mode: TextIndexMode): void {
    this.#mode = mode
    this.#after = 0
    this.#due.clear()
    this.#wake.resolve()
  }

  /** Somebody searches for a text in this account. */
  async want(accountId: AccountId): Promise<void> {
    if (this.#mode !== 'used') return
    try {
      await this.#deps.database.change(wantTextChange, { accountId })
    } catch (err) {
      // The next search asks again.
      this.#deps.log.debug('an account’s text index cannot begin', { accountId, err })
    }
    if (!this.#due.has(accountId)) this.#due.set(accountId, performance.now())
    this.#wake.resolve()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#wake.resolve()
    await this.#running
  }

  /** The mailbox index has moved. */
  note({ changed }: Step): void {
    for (let at = 0; at < changed.length; at += 5) {
      const accountId = changed[at] as AccountId
      this.#changes++
      if (this.#mode === 'off' || this.#due.has(accountId)) continue
      this.#due.set(accountId, performance.now())
      this.#wake.resolve()
    }
  }

  async #run(): Promise<void> {
    const { log } = this.#deps
    while (!this.#stopped.signal.aborted) {
      try {
        if (this.#after !== undefined) await this.#lookThrough(this.#after)
        const next = this.#due.entries().next().value
        if (next === undefined) {
          if (this.#after === undefined) await this.#idle()
          continue
        }
        await this.#step(...next)
      } catch (err) {
        if (this.#stopped.signal.aborted) return
        log.warn('the text index cannot go on for now; searches read meanwhile', { err })
        await this.#pause(retryMs).catch(() => undefined)
      }
    }
  }

  async #idle(): Promise<void> {
    await this.#wake.promise
    this.#wake = Promise.withResolvers()
    await this.#gather()
  }

  async #gather(): Promise<void> {
    const sinceMs = performance.now()
    do {
      this.#changes = 0
      await this.#pause(gatherMs)
    } while (this.#changes > busyChanges && performance.now() - sinceMs < longestWaitMs)
  }

  /** One page of all accounts: those that the index is behind of, or, where it is off, still there. */
  async #lookThrough(after: number): Promise<void> {
    const { database } = this.#deps
    const which = this.#mode
    const { accounts, after: next } =
      which === 'off'
        ? await database.query(accountsWithTextQuery, { after, limit: page })
        : await database.query(accountsBehindQuery, { after, limit: page, which })
    if (this.#after !== after || this.#mode !== which) return
    this.#after = next
    for (const accountId of accounts) if (!this.#due.has(accountId)) this.#due.set(accountId, performance.now())
  }

  async #step(accountId: AccountId, sinceMs: number): Promise<void> {
    const startedMs = performance.now()
    this.#due.delete(accountId)
    try {
      if (this.#mode === 'off') await this.#deps.database.change(dropTextChange, { accountId })
      // Behind the others, so that a large one keeps nobody waiting.
      else if (await indexStep(this.#deps, accountId, this.#mode)) this.#due.set(accountId, sinceMs)
    } catch (err) {
      this.#due.set(accountId, sinceMs)
      throw err
    }
    await this.#pause(performance.now() - startedMs)
    if (this.#changes > busyChanges && performance.now() - sinceMs < longestWaitMs) await this.#gather()
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms * (this.#deps.patience ?? 1), undefined, { signal: this.#stopped.signal, ref: false })
  }
}

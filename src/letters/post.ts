import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { AccountId } from '../mail/ids.ts'
import { noteRecipients, type Taken, takeRecipients } from './change.ts'
import type { LetterContent, RecipientState } from './letter.ts'
import { takenBy } from './rows.ts'

/** Sent together, so that they share a sync. */
const together = 50
/** Between two pieces: everybody else's mail goes first. */
const breathMs = 50
/** How long a letter of another node's waits to be noticed. */
const pollMs = 5_000

export interface PostOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  /** Of this node; nobody else has it. */
  readonly node: number
  /** Is the message of that mailbox in the log? Asked for what was taken before a crash. */
  readonly isThere: (letterId: number, accountId: AccountId) => Promise<boolean>
  /** Durable when it resolves; false: there is nobody to get it now. */
  readonly send: (letterId: number, content: LetterContent, accountId: AccountId) => Promise<boolean>
  readonly clock: Clock
  readonly log: Log
}

/** Sends letters, in the first process of a node. */
export class LetterPost {
  readonly #options: PostOptions
  readonly #stopped = new AbortController()
  #woken: (() => void) | undefined
  #running: Promise<void> | undefined

  constructor(options: PostOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run().catch((err: unknown) => {
      if (!this.#stopped.signal.aborted) this.#options.log.error('letters are not sent any more', { err })
    })
  }

  /** There is a letter. */
  wake(): void {
    this.#woken?.()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.wake()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    for (let isRecovered = false; !signal.aborted; ) {
      try {
        if (!isRecovered) await this.recover()
        isRecovered = true
        while (!signal.aborted && (await this.sendSome())) await sleep(breathMs, undefined, { ref: false })
      } catch (err) {
        this.#options.log.warn('a letter waits', { err })
      }
      if (!signal.aborted) await this.#pause()
    }
  }

  /** What this node had taken when it died: sent, or to be sent. */
  async recover(): Promise<void> {
    const { database, node, isThere } = this.#options
    for (const [letterId, accountId] of await database.query(takenBy, { node })) {
      const state: RecipientState = (await isThere(letterId, accountId)) ? 'sent' : 'waiting'
      await database.change(noteRecipients, { letterId, recipients: [[accountId, state]] })
    }
  }

  /** false: nobody waits. */
  async sendSome(): Promise<boolean> {
    const { database, node, clock } = this.#options
    const taken = await database.change(takeRecipients, { node, limit: together, atMs: clock.now() })
    if (taken === undefined) return false
    const outcomes = await Promise.allSettled(taken.accountIds.map((accountId) => this.#one(taken, accountId)))
    const recipients = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    await database.change(noteRecipients, { letterId: taken.letterId, recipients })
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed === undefined) return true
    // Whether these are in the log is not known; the log says.
    await this.recover()
    throw failed.reason
  }

  async #one({ letterId, content }: Taken, accountId: AccountId): Promise<readonly [AccountId, RecipientState]> {
    return [accountId, (await this.#options.send(letterId, content, accountId)) ? 'sent' : 'unreachable']
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs).unref()
      this.#woken = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#woken = undefined
  }
}

import type { Log } from '../base/log.ts'
import { type Appended, compareLocations, type Content, ContentFull, type Location, type NewRecord } from '../content/content.ts'
import { type Database, DatabaseUnavailable } from '../database/database.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import type { Advanced } from './advance.ts'
import { Foretold } from './foretold.ts'
import { healLog } from './heal-log.ts'
import type { Step } from './notices.ts'
import { positionQuery } from './position.ts'
import type { AppendAllRecord, AppendRecord, LogRecord } from './record.ts'
import { Stepper } from './step.ts'
import { Turnstile } from './turnstile.ts'
import { type Expected, UidForecast } from './uid-forecast.ts'
import type { Stretch } from './unapplied.ts'

/** Pause before the index tries again after a fault, growing from the first to the last. */
const retryMs = { first: 50, last: 2000 } as const

/** So long whoever waits for an outcome is kept waiting while the index stands still; the change is in the log, and happens when it can. */
const patienceMs = 5000

interface Waiting {
  readonly location: Location
  /** Nobody waits yet: it was told before (foretold.ts). */
  readonly isForetold: boolean
  resolve(outcome: unknown): void
  reject(fault: Error): void
}

/**
 * Under load the index takes a step at most this often: pages of the database that many messages share are then written once for
 * all of them. A message that comes alone does not wait, nor does anybody who waits for an outcome.
 */
const gatherMs = 5

/**
 * Appends records to the content log and keeps the index behind it moving: one `advance` at a time, each taking all that has
 * become durable meanwhile. When the database cannot go on (full disk), records already in the log wait there and new ones
 * are refused, until it can.
 */
export class Follower {
  readonly #content: Content
  readonly #database: Database
  readonly #stepper: Stepper
  readonly #log: Log
  readonly #waiting = new Map<string, Waiting>()
  readonly #onStep: (step: Step) => void
  readonly #onForetold: FollowerDependencies['onForetold']
  readonly #turnstile = new Turnstile()
  readonly #forecast = new UidForecast()
  readonly #foretold = new Foretold()
  #covered: Location | undefined
  #durable: Location
  #running: Promise<void> | undefined
  #stalled: 'full' | 'unavailable' | undefined
  #closed = false
  #steppedAtMs = -gatherMs
  /** Ends the pause that gathers records. */
  #hurry: (() => void) | undefined
  /** Somebody waits for what is not in the index yet. */
  #isUrgent = false

  private constructor(deps: FollowerDependencies, covered: Location | undefined) {
    this.#content = deps.content
    this.#database = deps.database
    this.#stepper = new Stepper(deps)
    this.#log = deps.log
    this.#onStep = deps.onStep
    this.#onForetold = deps.onForetold
    this.#covered = covered
    this.#durable = deps.content.end()
  }

  /** Replays what the index has missed; resolves when it covers the whole log, or cannot go on for now. */
  static async open(deps: FollowerDependencies): Promise<Follower> {
    const covered = await deps.database.query(positionQuery, {})
    if (covered !== undefined) await healLog(deps, covered)
    const follower = new Follower(deps, covered)
    await follower.#stepper.sayAsides()
    follower.#durable = deps.content.end()
    deps.database.onReturn?.(() => void follower.#lookAgain())
    try {
      await follower.#catchUp()
    } catch (err) {
      // A disk that is full keeps nobody from reading: the server starts, and the index follows when it can.
      if (!(err instanceof DatabaseUnavailable)) throw err
      follower.#noteStall(err)
      follower.#run()
    }
    return follower
  }

  /** Resolves when the record is durable; the index follows soon. */
  async append(record: NewRecord, means?: LogRecord): Promise<Appended> {
    if (this.#stalled === 'full') throw new ContentFull('the index has no room')
    const { appended } = await this.#write(record, means)
    this.#follow(appended)
    return appended
  }

  /**
   * Resolves, when the record is durable and applied, to its outcome; or when it is durable, where the outcome can be no other and nobody can
   * see that it is not applied yet.
   */
  async apply(record: NewRecord, means?: LogRecord): Promise<unknown> {
    if (this.#stalled !== undefined) throw new DatabaseUnavailable('the index is behind', { full: this.#stalled === 'full' })
    const { appended, expected } = await this.#write(record, means)
    const foretold = means?.kind === 'append' || means?.kind === 'append-all' ? this.#foretell(appended, means, expected) : undefined
    if (foretold !== undefined) return foretold
    return new Promise((resolve, reject) => {
      const learn = (outcome: unknown) => {
        if (expected?.learn(outcome) === false) this.#forecast.forget()
        resolve(outcome)
      }
      this.#await({ location: appended.location, isForetold: false, resolve: learn, reject })
      this.#hurry?.()
      this.#follow(appended)
    })
  }

  /** The same for a change of two accounts. */
  applyAcross(record: NewRecord, means?: LogRecord): Promise<unknown> {
    return this.#turnstile.pass(() => this.apply(record, means))
  }

  /** Resolves when what was told of the account is in the index; undefined: it is. */
  told(accountId: AccountId): Promise<void> | undefined {
    const pending = this.#foretold.settled(accountId)
    if (pending === undefined) return undefined
    this.#isUrgent = true
    this.#hurry?.()
    return pending
  }

  /** Octets of messages that were told of, and are not in the index yet. */
  toldBytes(accountId: AccountId): number {
    return this.#foretold.bytes(accountId)
  }

  async #write(record: NewRecord, means: LogRecord | undefined): Promise<{ readonly appended: Appended; readonly expected: Expected | undefined }> {
    // In the order in which the log gets them.
    const expected = this.#forecast.expect(means)
    try {
      return { appended: await this.#content.append(record), expected }
    } catch (err) {
      this.#forecast.forget()
      throw err
    }
  }

  /** What the record's outcome will be; undefined: nobody can know, or nobody is to be told so early. */
  #foretell(appended: Appended, { accountId, mailboxId }: AppendRecord | AppendAllRecord, expected: Expected | undefined): unknown {
    const added = expected?.added
    const { location, end } = appended
    const bytes = end.offset - location.offset
    if (this.#onForetold === undefined || expected === undefined || added === undefined || !this.#foretold.hasRoom(accountId, bytes)) return undefined
    const release = this.#foretold.hold(accountId, bytes)
    const settle = (err: unknown) => {
      if (err !== undefined) {
        this.#forecast.forget()
        // Otherwise it will be made when the database can.
        if (!(err instanceof DatabaseUnavailable)) this.#log.error('a message is not in the index as was told', { accountId, mailboxId, uids: added.uids, err })
      }
      release()
    }
    this.#await({
      location,
      isForetold: true,
      resolve: (outcome) => settle(expected.learn(outcome) ? undefined : new Error('it has another UID, or none')),
      reject: settle,
    })
    this.#follow(appended)
    this.#onForetold(accountId, mailboxId)
    return added
  }

  #await(waiting: Waiting): void {
    this.#waiting.set(`${waiting.location.segment}:${waiting.location.offset}`, waiting)
  }

  /** The index is to have this record, too. Whoever wants its outcome has said so: it is not told again. */
  #follow({ end }: Appended): void {
    if (compareLocations(end, this.#durable) > 0) this.#durable = end
    this.#run()
  }

  /** Runs the work while there are no changes of two accounts; those that were made are in the index. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#turnstile.close(async () => {
      await this.settled()
      return work()
    })
  }

  /** Resolves when everything durable by now is in the index, or the follower was closed. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#hurry?.()
    await this.settled()
  }

  #run(): void {
    this.#running ??= this.#catchUpWithRetries().finally(() => {
      this.#running = undefined
      if (this.#behind() && !this.#closed) this.#run()
    })
  }

  /** The database may have taken back steps that it had told of: they are taken again, with the same UIDs. */
  async #lookAgain(): Promise<void> {
    await this.settled()
    // Nobody else asks again: where nothing more comes in, the index would stay behind.
    for (let pauseMs: number = retryMs.first; !this.#closed && !(await this.#readPosition()); pauseMs = Math.min(pauseMs * 2, retryMs.last)) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    if (!this.#closed && this.#behind()) this.#run()
  }

  #behind(): boolean {
    return this.#covered === undefined || compareLocations(this.#covered, this.#durable) < 0
  }

  async #catchUpWithRetries(): Promise<void> {
    let pauseMs: number = retryMs.first
    const sinceMs = performance.now()
    for (;;) {
      try {
        await this.#catchUp()
        if (this.#stalled !== undefined) this.#log.info('the index goes on')
        this.#stalled = undefined
        return
      } catch (err) {
        this.#noteStall(err)
        if (this.#closed) {
          this.#loseOutcomes()
          return
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        pauseMs = Math.min(pauseMs * 2, retryMs.last)
        await this.#readPosition()
        if (performance.now() - sinceMs > patienceMs) this.#loseOutcomes()
      }
    }
  }

  #noteStall(err: unknown): void {
    if (this.#stalled === undefined) this.#log.error('the index cannot follow the log', { err })
    this.#stalled = err instanceof DatabaseUnavailable && err.full ? 'full' : 'unavailable'
  }

  /** A failed change may have been committed all the same, its answer lost: the database knows. false: it does not answer. */
  async #readPosition(): Promise<boolean> {
    try {
      const covered = await this.#database.query(positionQuery, {})
      this.#covered = covered
      for (const [key, { location, reject }] of this.#waiting) {
        if (covered === undefined || compareLocations(location, covered) >= 0) continue
        this.#waiting.delete(key)
        reject(new DatabaseUnavailable('the change was made, but its outcome was lost'))
      }
      return true
    } catch (err) {
      this.#log.debug('the index position cannot be read', { err })
      return false
    }
  }

  async #catchUp(): Promise<void> {
    while (this.#behind()) {
      await this.#gather()
      this.#isUrgent = false
      const to = this.#durable
      const wanted = [...this.#waiting.values()].map((waiting) => waiting.location)
      const advanced = await this.#stepper.step({ from: this.#covered, to, wanted, journal: true })
      this.#covered = advanced.to
      this.#steppedAtMs = performance.now()
      this.#tell(advanced)
      if (advanced.aside !== undefined) {
        this.#refuse(advanced.aside)
        // That it was set aside is a record too.
        this.#durable = this.#content.end()
      }
    }
  }

  async #gather(): Promise<void> {
    const waitMs = this.#steppedAtMs + gatherMs - performance.now()
    if (waitMs <= 0 || this.#isUrgent || this.#closed || [...this.#waiting.values()].some(({ isForetold }) => !isForetold)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#hurry = resolve
    const timer = setTimeout(resolve, waitMs)
    await promise
    clearTimeout(timer)
    this.#hurry = undefined
  }

  #loseOutcomes(): void {
    const fault = new DatabaseUnavailable('the change is noted, and will be made when the database can', { full: this.#stalled === 'full' })
    for (const { reject } of this.#waiting.values()) reject(fault)
    this.#waiting.clear()
  }

  /** Whoever waits for what was set aside. */
  #refuse({ from, until }: Stretch): void {
    for (const [key, { location, reject }] of this.#waiting) {
      if (compareLocations(location, from) < 0 || compareLocations(location, until) >= 0) continue
      this.#waiting.delete(key)
      reject(new Error('the record could not be applied; the log of the server says why'))
    }
  }

  /** Of the change first: who has had the answer to his own finds it told already. */
  #tell({ to, changed, dueMs, journal, counts, outcomes }: Advanced): void {
    this.#onStep({ to, changed, dueMs, outcomes: journal, counts })
    for (const { location, outcome } of outcomes) {
      const key = `${location.segment}:${location.offset}`
      this.#waiting.get(key)?.resolve(outcome)
      this.#waiting.delete(key)
    }
  }
}

export interface FollowerDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
  readonly onStep: (step: Step) => void
  /** Messages were told of that the index does not have yet. Without it nothing is told so early: where others read who do not ask here (`told`). */
  readonly onForetold?: (accountId: AccountId, mailboxId: MailboxId) => void
}

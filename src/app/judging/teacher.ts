import type { Log } from '../../base/log.ts'
import { Turns } from '../../base/turns.ts'
import type { Content } from '../../content/content.ts'
import type { Database } from '../../database/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { Reputation } from '../../protection/reputation.ts'
import { installation, type Lesson, lessonsQuery } from '../../store/learned.ts'
import type { TeachJob } from './calls.ts'
import { filteredOctets } from './job-octets.ts'
import type { LearnedModels } from './models.ts'
import type { JudgingPool } from './pool.ts'
import { senderOf } from './sender-of.ts'

/** What was moved meanwhile is learned together. */
const gatherMs = 500
/** Lessons of one account at a time. */
const maxLessons = 100
/** The installation's model is 18 MB: it is written down now and then, and at the end. */
const keepMs = 60_000
/** Messages that wait to be learned from, of all kinds; more are not learned from by themselves. */
const maxWaiting = 100
const teachMs = 30_000
/** Octets of our own fields above a message. */
const maxPrefix = 65_536

export interface TeacherOptions {
  readonly database: Pick<Database, 'query'>
  readonly content: Pick<Content, 'read'>
  readonly models: LearnedModels
  readonly reputation: Pick<Reputation, 'taught'>
  /** Of one thread: models are taught one message after another. */
  readonly pool: JudgingPool
  readonly log: Log
}

/**
 * Teaches the models, in the background and in one process only. What people move into the folder for spam or out of it teaches their
 * own mailbox's model; the installation's is taught by who runs it, and by messages that leave no doubt.
 */
export class Teacher {
  readonly #options: TeacherOptions
  readonly #turns = new Turns(1, maxWaiting)
  #gathering: NodeJS.Timeout | undefined
  #keeping: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: TeacherOptions) {
    this.#options = options
    options.models.startTeaching()
    this.look()
  }

  /** Something has been moved, perhaps. */
  look(): void {
    if (this.#closed) return
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      this.#running = this.#running.then(() => this.#learnMoved())
    }, gatherMs).unref()
  }

  /** Resolves when it is learned; rejects where it could not be. */
  async teach(octets: Uint8Array<ArrayBuffer>, label: TeachJob['label'], accountId: AccountId | undefined): Promise<boolean> {
    const { models } = this.#options
    const owner = accountId ?? installation
    const model = await models.toTeach(owner)
    const changed = await this.#turns.run(() => this.#teachNow({ kind: 'teach', octets, label, model }))
    if (changed && accountId !== undefined) await models.keep(accountId, await this.#write(model), [])
    else if (changed) this.#keepSoon()
    return changed
  }

  /** The same for what the filter is sure of; when there is much to learn, it is let go. */
  autolearn(label: 'spam' | 'ham', octets: Uint8Array<ArrayBuffer>): void {
    this.teach(octets, label, undefined).catch((err: unknown) => this.#options.log.debug('a message was not learned from', { err }))
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#gathering)
    await this.#running
    if (this.#keeping !== undefined) await this.#keepInstallation()
  }

  async #learnMoved(): Promise<void> {
    const { database, models, log } = this.#options
    try {
      for (let found = await database.query(lessonsQuery, { limit: maxLessons }); found !== undefined && !this.#closed; ) {
        const { accountId, lessons } = found
        const model = await models.toTeach(accountId)
        for (const lesson of lessons) await this.#learnLesson(accountId, lesson, model)
        await models.keep(accountId, await this.#write(model), lessons)
        found = await database.query(lessonsQuery, { limit: maxLessons })
      }
    } catch (err) {
      // They are still noted: the next look finds them.
      if (!this.#closed) log.warn('what was moved could not be learned from', { err })
    }
  }

  async #learnLesson(accountId: AccountId, lesson: Lesson, model: SharedArrayBuffer): Promise<void> {
    const { label, segment, record_offset: offset, prefix_start: above, prefix_length: aboveLength, octets_start: start, octets_length: length } = lesson
    if (segment === null || offset === null || above === null || aboveLength === null || start === null || length === null) return
    const { content, reputation } = this.#options
    const sender = senderOf(await content.read({ segment, offset }, above, above + Math.min(aboveLength, maxPrefix)))
    if (sender !== undefined) await reputation.taught(accountId, sender, label === 'spam' ? 'bad' : 'good')
    const octets = await content.read({ segment, offset }, start, start + Math.min(length, filteredOctets))
    await this.#turns.run(() => this.#teachNow({ kind: 'teach', octets: new Uint8Array(octets), label, model }))
  }

  async #teachNow(job: TeachJob): Promise<boolean> {
    const outcome = await this.#options.pool.run(job, teachMs)
    if (typeof outcome === 'string') throw new Error(`the learning thread: ${outcome}`)
    return outcome.changed
  }

  async #write(model: SharedArrayBuffer): Promise<Uint8Array> {
    const outcome = await this.#options.pool.run({ kind: 'write', model }, teachMs)
    if (typeof outcome === 'string') throw new Error(`the learning thread: ${outcome}`)
    return outcome.written
  }

  #keepSoon(): void {
    this.#keeping ??= setTimeout(() => {
      this.#running = this.#running.then(() => this.#keepInstallation())
    }, keepMs).unref()
  }

  async #keepInstallation(): Promise<void> {
    const { models, log } = this.#options
    clearTimeout(this.#keeping)
    this.#keeping = undefined
    try {
      await models.keep(installation, await this.#write(await models.toTeach(installation)), [])
    } catch (err) {
      log.warn('what the content filter has learned could not be written down', { err })
    }
  }
}

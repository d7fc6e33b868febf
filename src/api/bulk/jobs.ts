import { randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Text } from '../../base/language.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../database/database.ts'
import type { KeyVault } from '../../signing/key-vault.ts'
import { addJob, type LineDone, linesToDo, type LineToDo, settleLines } from '../change/bulk.ts'
import { actorOf, type Principal } from '../principal.ts'
import type { WantedMailbox } from './csv.ts'

/** What became of a line. */
export interface LineOutcome {
  readonly result: LineDone['result']
  /** Why it was refused. */
  readonly detail?: Text | undefined
}

interface BulkJobsOptions {
  readonly database: Pick<Database, 'change' | 'query'>
  readonly clock: Clock
  readonly log: Log
  /** For passwords, until their line is done. */
  readonly vault: Pick<KeyVault, 'sealOctets' | 'openOctets'>
  /** Makes one mailbox as it is wanted, on behalf of whoever started the job. */
  readonly make: (principal: Principal, wanted: WantedMailbox) => Promise<LineOutcome>
}

/** Taken from the database at once; what was done is written down once for them all. */
const linesAtOnce = 20
/** Passwords are hashed on all cores; people sign in meanwhile. */
const parallel = 2
/** Between two tries where the database or disk cannot just now. */
const retryMs = 5_000

/** Jobs that make many mailboxes, one job after another. A line that was under way when the server ended is done again: it is then unchanged. */
export class BulkJobs {
  readonly #options: BulkJobsOptions
  #working: Promise<void> | undefined
  #stopped = false
  #retry: NodeJS.Timeout | undefined

  constructor(options: BulkJobsOptions) {
    this.#options = options
  }

  /** Resolves to its name when it is sure to be done; undefined: they have begun too much already. */
  async start(principal: Principal, mailboxes: readonly WantedMailbox[]): Promise<string | undefined> {
    const { database, clock, vault } = this.#options
    const jobId = randomBytes(9).toString('base64url')
    const customerId = 'customerId' in principal ? principal.customerId : null
    const seal = (wanted: WantedMailbox) => vault.sealOctets(Buffer.from(JSON.stringify(wanted)), placeOf(jobId))
    const lines = await Promise.all(mailboxes.map(async (wanted) => ({ address: wanted.address, wanted: await seal(wanted) })))
    const begun = await database.change(addJob, {
      jobId,
      principal: JSON.stringify(principal),
      actor: actorOf(principal),
      customerId,
      nowMs: clock.now(),
      lines,
    })
    if (!begun) return undefined
    this.resume()
    return jobId
  }

  /** Goes on with what is not finished. */
  resume(): void {
    if (this.#stopped) return
    clearTimeout(this.#retry)
    this.#working ??= this.#work().finally(() => (this.#working = undefined))
  }

  /** Resolves when the lines under way are done. */
  async close(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#working
  }

  async #work(): Promise<void> {
    const { database, clock, log } = this.#options
    try {
      while (!this.#stopped) {
        const lines = await database.query(linesToDo, { limit: linesAtOnce })
        if (lines.length === 0) return
        const waiting = [...lines]
        const done: LineDone[] = []
        const workers = Array.from({ length: parallel }, async () => {
          for (let line = waiting.shift(); line !== undefined && !this.#stopped; line = waiting.shift()) {
            const settled = await this.#make(line)
            done.push(settled)
          }
        })
        try {
          await Promise.all(workers)
        } finally {
          if (done.length > 0) await database.change(settleLines, { done, nowMs: clock.now() })
        }
      }
    } catch (err) {
      log.error('a bulk job waits', { err })
      this.#retry = setTimeout(() => this.resume(), retryMs)
      this.#retry.unref()
    }
  }

  async #make({ jobId, principal, line, wanted }: LineToDo): Promise<LineDone> {
    const { make, vault } = this.#options
    const opened = (await vault.openOctets(wanted, placeOf(jobId))).toString()
    const { result, detail } = await make(JSON.parse(principal) as Principal, JSON.parse(opened) as WantedMailbox)
    return { jobId, line, result, detail: detail === undefined ? null : JSON.stringify(detail) }
  }
}

function placeOf(jobId: string): string {
  return `bulk ${jobId}`
}

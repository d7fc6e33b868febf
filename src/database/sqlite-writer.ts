import { type Change, DatabaseUnavailable } from './database.ts'
import { type SqliteConnection, SqliteTransaction } from './sqlite-connection.ts'
import { sqliteError } from './sqlite-errors.ts'
import { type Answer, packError } from './thread-messages.ts'

type AnyChange = Change<unknown, unknown, unknown>
type Waiting = readonly [id: number, change: AnyChange, prepared: unknown]

/** A commit waits for no more changes than fit into this time, so that the first caller of a crowd is not kept by the last. */
const maxGroupMs = 10

/** Statements between checkpoints: few enough that one is short, many enough that a page is copied once for many changes. */
const statementsPerCheckpoint = 4000
/** With nothing else to do, a checkpoint is made already at this many, … */
const statementsPerIdleCheckpoint = 400
/** … but not at once: who has just had his answer may have one more question, and would wait for the disk. */
const idleCheckpointMs = 10

/**
 * Group commit: the changes that wait are run one after another, each in a savepoint of its own, and committed together.
 * No caller hears of success before the commit. `run` is awaited with nothing else running, so changes never interleave.
 */
export class SqliteWriter {
  readonly #connection: SqliteConnection
  readonly #answer: (answers: readonly Answer[]) => void
  readonly #trouble: (event: string, thrown: unknown) => void
  #waiting: Waiting[] = []
  #preparing = 0
  #running = false
  #statements = 0
  #idleCheckpoint: NodeJS.Timeout | undefined

  constructor(connection: SqliteConnection, answer: (answers: readonly Answer[]) => void, trouble: (event: string, thrown: unknown) => void) {
    this.#connection = connection
    this.#answer = answer
    this.#trouble = trouble
  }

  add(id: number, change: AnyChange, args: unknown): void {
    if (change.prepare === undefined) {
      this.#waiting.push([id, change, args])
      this.#start()
    } else {
      void this.#prepare(id, change, args)
    }
  }

  /** Resolves when nothing waits any more; no checkpoint follows by itself. */
  async idle(): Promise<void> {
    while (this.#running || this.#preparing > 0 || this.#waiting.length > 0) await new Promise((resolve) => setImmediate(resolve))
    clearTimeout(this.#idleCheckpoint)
    this.#idleCheckpoint = undefined
  }

  async #prepare(id: number, change: AnyChange, args: unknown): Promise<void> {
    this.#preparing++
    try {
      const prepared = await change.prepare?.(args)
      // Only now: the list that waited while this was prepared may have become a group that has run.
      this.#waiting.push([id, change, prepared])
      this.#start()
    } catch (thrown) {
      this.#answer([[id, false, packError(thrown)]])
    } finally {
      this.#preparing--
    }
  }

  /** Not at once: what came with the same message, and what the port still holds, shares the commit. */
  #start(): void {
    if (this.#running) return
    this.#running = true
    setImmediate(() => void this.#work())
  }

  async #work(): Promise<void> {
    const group = this.#waiting
    this.#waiting = []
    const answers = await this.#group(group)
    // Those that the group had no time for come first in the next.
    this.#waiting = [...group.slice(answers.length), ...this.#waiting]
    this.#answer(answers)
    this.#checkpointWhenDue()
    this.#running = false
    if (this.#waiting.length > 0) this.#start()
  }

  /** Answers for the first changes of the group, as many as were run. */
  async #group(group: readonly Waiting[]): Promise<Answer[]> {
    const answers: Answer[] = []
    const endMs = performance.now() + maxGroupMs
    try {
      this.#connection.synchronous = group.some(([, change]) => change.durable) ? 'FULL' : 'NORMAL'
      this.#connection.run('BEGIN IMMEDIATE', [])
      for (const waiting of group) {
        answers.push(group.length === 1 ? await this.#alone(waiting) : await this.#amongOthers(waiting))
        // Out of room or a failing disk: SQLite may have undone everything, not only this change.
        if (!this.#connection.inTransaction) throw new DatabaseUnavailable('SQLite rolled the transaction back')
        if (performance.now() >= endMs) break
      }
      this.#connection.run('COMMIT', [])
      return answers
    } catch (thrown) {
      return this.#failed(group, answers, sqliteError(thrown))
    }
  }

  /** The whole group is undone: who failed for a reason of its own keeps it, everybody else gets the group's. */
  #failed(group: readonly Waiting[], answers: readonly Answer[], thrown: unknown): Answer[] {
    if (this.#connection.inTransaction) this.#connection.run('ROLLBACK', [])
    const last = answers.at(-1)
    const rolledBackBy = last !== undefined && !last[1] ? last[2] : undefined
    const error = rolledBackBy?.name === 'DatabaseUnavailable' ? rolledBackBy : packError(thrown)
    this.#trouble('database commit failed', thrown)
    const hit = answers.length === 0 ? group : group.slice(0, answers.length)
    return hit.map(([id], index) => {
      const answer = answers[index]
      return answer === undefined || answer[1] ? [id, false, error] : answer
    })
  }

  /** Without a savepoint: if it fails, all is undone that there is. */
  async #alone([id, change, prepared]: Waiting): Promise<Answer> {
    const { answer, failed } = await this.#run(id, change, prepared)
    if (failed && this.#connection.inTransaction) {
      this.#connection.run('ROLLBACK', [])
      this.#connection.run('BEGIN IMMEDIATE', [])
    }
    return answer
  }

  async #amongOthers([id, change, prepared]: Waiting): Promise<Answer> {
    this.#connection.run('SAVEPOINT one', [])
    const { answer, failed } = await this.#run(id, change, prepared)
    if (this.#connection.inTransaction) {
      if (failed) this.#connection.run('ROLLBACK TO one', [])
      this.#connection.run('RELEASE one', [])
    }
    return answer
  }

  async #run(id: number, change: AnyChange, prepared: unknown): Promise<{ readonly answer: Answer; readonly failed: boolean }> {
    const tx = new SqliteTransaction(this.#connection)
    try {
      const result = await change.run(tx, prepared)
      tx.throwIfFailed()
      return { answer: [id, true, result], failed: false }
    } catch (thrown) {
      return { answer: [id, false, packError(thrown)], failed: true }
    } finally {
      tx.end()
      this.#statements += tx.statements
    }
  }

  /** After the answers, so that nobody waits for it who need not. */
  #checkpointWhenDue(): void {
    if (this.#statements >= statementsPerCheckpoint) this.#checkpoint()
    else if (this.#statements >= statementsPerIdleCheckpoint) this.#idleCheckpoint ??= setTimeout(() => this.#checkpoint(), idleCheckpointMs)
  }

  #checkpoint(): void {
    clearTimeout(this.#idleCheckpoint)
    this.#idleCheckpoint = undefined
    this.#statements = 0
    try {
      this.#connection.checkpoint('PASSIVE')
    } catch (thrown) {
      this.#trouble('database checkpoint failed', sqliteError(thrown))
    }
  }
}

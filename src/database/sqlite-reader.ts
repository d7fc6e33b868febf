import type { Query } from './database.ts'
import { type SqliteConnection, SqliteTransaction } from './sqlite-connection.ts'
import { sqliteError } from './sqlite-errors.ts'
import { type Answer, packError } from './thread-messages.ts'

/** A snapshot that is kept longer stops the WAL from being used again, and answers that are ready wait that long. */
const maxSnapshotMs = 5

/** Runs queries one after another. Those that came together share a snapshot: it is newer than all of their callers' changes. */
export class SqliteReader {
  readonly #connection: SqliteConnection
  readonly #answer: (answers: readonly Answer[]) => void
  readonly #waiting: (readonly [id: number, query: Query<unknown, unknown>, args: unknown])[] = []
  #running = false

  constructor(connection: SqliteConnection, answer: (answers: readonly Answer[]) => void) {
    this.#connection = connection
    this.#answer = answer
  }

  add(id: number, query: Query<unknown, unknown>, args: unknown): void {
    this.#waiting.push([id, query, args])
    this.start()
  }

  async idle(): Promise<void> {
    while (this.#running) await new Promise((resolve) => setImmediate(resolve))
  }

  start(): void {
    if (this.#running || this.#waiting.length === 0) return
    this.#running = true
    setImmediate(() => {
      void this.#run().finally(() => {
        this.#running = false
        this.start()
      })
    })
  }

  async #run(): Promise<void> {
    const answers: Answer[] = []
    const endMs = performance.now() + maxSnapshotMs
    let taken = 0
    try {
      this.#connection.run('BEGIN', [])
      do {
        const next = this.#waiting[taken]
        if (next === undefined) break
        taken++
        answers.push(await this.#query(...next))
      } while (performance.now() < endMs)
      this.#connection.run('COMMIT', [])
    } catch (thrown) {
      // Only BEGIN and COMMIT get here; after COMMIT's the answers are good.
      if (taken === 0) {
        const error = packError(sqliteError(thrown))
        for (const [id] of this.#waiting) answers.push([id, false, error])
        taken = answers.length
      }
      if (this.#connection.inTransaction) this.#connection.run('ROLLBACK', [])
    }
    this.#waiting.splice(0, taken)
    this.#answer(answers)
  }

  async #query(id: number, query: Query<unknown, unknown>, args: unknown): Promise<Answer> {
    const reader = new SqliteTransaction(this.#connection)
    try {
      const result = await query.run(reader, args)
      reader.throwIfFailed()
      return [id, true, result]
    } catch (thrown) {
      return [id, false, packError(thrown)]
    } finally {
      reader.end()
    }
  }
}

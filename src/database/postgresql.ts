/**
 * The `database` port on PostgreSQL or what speaks its protocol. The functions run in this thread.
 * Assumes a database with the encoding UTF8 (checked at open); its own collation does not matter, as every TEXT column has "C".
 */

import { Pool, type PoolClient } from 'pg'
import type { Log } from '../base/log.ts'
import { type Change, type Database, DatabaseUnavailable, type Query, type SqlValue } from './database.ts'
import { isConnectionFailure, isSerialisationFailure, postgresqlError } from './postgresql-errors.ts'
import { PostgresqlTransaction } from './postgresql-transaction.ts'

export interface PostgresqlOptions {
  /** postgres://user:password@host/database, or a socket folder as ?host=. */
  readonly url: string
  readonly log: Log
  /** Transactions at the same time; others wait in the pool. */
  readonly connections?: number
}

const defaultConnections = 20
/** For a connection or a place in the pool: past this the caller gets its DatabaseUnavailable. */
const connectTimeoutMs = 3000
/** A statement that takes longer is cancelled by the server; schema steps are not. */
const statementTimeoutMs = 30_000
/** After a failed connect, callers are turned away without another attempt for this long. */
const awayMs = 100

/** Attempts at one change that conflicts with others, and the longest first pause; pauses double, each drawn at random below its bound. */
const maxAttempts = 12
const firstPauseMs = 2
const maxPauseMs = 250

/** Snapshot for all statements of a query. */
const beginQuery = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'
/** What a power cut may take back is not synced: the log covers it, as with SQLite's synchronous NORMAL. */
const beginChange = 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit TO OFF'
const beginDurableChange = 'BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit TO ON'

/** @throws DatabaseUnavailable when the server cannot be reached; Error when its encoding is not UTF8 */
export async function openPostgresql(options: PostgresqlOptions): Promise<Database> {
  const database = new PostgresqlDatabase(options)
  try {
    const encoding = await database.query(serverEncoding, undefined)
    if (encoding !== 'UTF8') throw new Error(`the PostgreSQL database has the encoding ${encoding}; Posthorn needs UTF8`)
    return database
  } catch (thrown) {
    await database.close()
    throw thrown
  }
}

const serverEncoding: Query<undefined, string | undefined> = {
  name: 'database.server-encoding',
  async run(reader) {
    return (await reader.get<{ server_encoding: string }>('SHOW server_encoding'))?.server_encoding
  },
}

class PostgresqlDatabase implements Database {
  readonly engine = 'postgresql'
  readonly #pool: Pool
  readonly #log: Log
  /** Transactions that are under way or wait for a connection. */
  readonly #running = new Set<Promise<unknown>>()
  #awayUntilMs = 0
  #away = false
  /** Since the last connect. */
  #lost = false
  readonly #returnListeners: (() => void)[] = []
  #closed = false

  constructor({ url, log, connections = defaultConnections }: PostgresqlOptions) {
    this.#log = log
    this.#pool = new Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      keepAlive: true,
      application_name: 'posthorn',
      types: { getTypeParser },
      // Statements that are started together leave together.
      pipeline: true,
    })
    // One that is in use and lost its server says so by its statements as well; without a listener it would end the process.
    this.#pool.on('connect', (client) => client.on('error', () => {}))
    // An idle connection that the server closed: the pool has dropped it already. The error carries the whole client, which is not for the log.
    this.#pool.on('error', ({ message }) => {
      this.#lost = true
      this.#log.warn('database connection lost', { message })
    })
  }

  onReturn(listener: () => void): void {
    this.#returnListeners.push(listener)
  }

  query<A, R>(query: Query<A, R>, args: A): Promise<R> {
    if (this.#closed) return Promise.reject(closed())
    return this.#track(this.#again(() => this.#transaction(beginQuery, (tx) => query.run(tx, args))))
  }

  change<A, R, P>(change: Change<A, R, P>, args: A): Promise<R> {
    return this.#track(this.#change(change, args))
  }

  async #change<A, R, P>(change: Change<A, R, P>, args: A): Promise<R> {
    if (this.#closed) throw closed()
    // Without `prepare`, Prepared is Arguments.
    const prepared = change.prepare === undefined ? (args as unknown as P) : await change.prepare(args)
    const begin = change.durable ? beginDurableChange : beginChange
    return this.#again(() => this.#transaction(begin, (tx) => change.run(tx, prepared)))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.allSettled(this.#running)
    await this.#pool.end()
  }

  #track<R>(work: Promise<R>): Promise<R> {
    this.#running.add(work)
    const over = () => this.#running.delete(work)
    work.then(over, over)
    return work
  }

  async #again<R>(attempt: () => Promise<R>): Promise<R> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt()
      } catch (thrown) {
        if (!isSerialisationFailure(thrown) || attempts >= maxAttempts) throw postgresqlError(thrown)
        const pauseMs = Math.random() * Math.min(firstPauseMs * 2 ** attempts, maxPauseMs)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }

  async #transaction<R>(begin: string, run: (tx: PostgresqlTransaction) => Promise<R>): Promise<R> {
    const client = await this.#connect()
    const tx = new PostgresqlTransaction(client)
    let broken = false
    try {
      // Leaves together with the first statement. Should it fail, that one fails after it, as the connection is gone.
      const begun = client.query(begin)
      begun.catch(() => {})
      const result = await run(tx)
      tx.throwIfFailed()
      tx.end()
      await begun
      await client.query('COMMIT')
      return result
    } catch (thrown) {
      tx.end()
      broken = await undo(client, thrown)
      if (broken) this.#lost = true
      throw thrown
    } finally {
      // A connection that could not be brought back to rest is closed, not given to somebody else.
      client.release(broken)
    }
  }

  #returned(): void {
    if (!this.#lost) return
    this.#lost = false
    for (const listener of this.#returnListeners) setImmediate(listener)
  }

  async #connect(): Promise<PoolClient> {
    if (performance.now() < this.#awayUntilMs) throw new DatabaseUnavailable('the database server cannot be reached')
    try {
      const client = await this.#pool.connect()
      if (this.#away) this.#log.info('database is back')
      this.#away = false
      // Who hears of it asks at once, and another that failed just before this one must not stand in the way.
      this.#awayUntilMs = 0
      this.#returned()
      return client
    } catch (thrown) {
      this.#awayUntilMs = performance.now() + awayMs
      if (!this.#away) this.#log.error('database away', { err: thrown })
      this.#away = true
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      throw new DatabaseUnavailable(`the database server cannot be reached: ${message}`, { cause: thrown })
    }
  }
}

function closed(): DatabaseUnavailable {
  return new DatabaseUnavailable('the database is closed')
}

/** Whether the connection is of no more use. */
async function undo(client: PoolClient, thrown: unknown): Promise<boolean> {
  if (isConnectionFailure(thrown)) return true
  try {
    await client.query('ROLLBACK')
    return false
  } catch {
    return true
  }
}

/** Object ids of PostgreSQL's types (pg_type.dat) that are no text here. Counts and the like come as INTEGER, sums of a BIGINT as NUMERIC. */
const bool = 16
const bytea = 17
const numbers = new Set([20, 21, 23, 26, 700, 701, 1700])

function getTypeParser(type: number): (text: string) => SqlValue {
  if (type === bool) return (text) => (text === 't' ? 1 : 0)
  if (type === bytea) return toOctets
  return numbers.has(type) ? Number : (text) => text
}

/** The form "hex" (bytea_output, the default since PostgreSQL 9.0). */
function toOctets(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new Error('PostgreSQL is set to bytea_output = escape; Posthorn needs hex')
  const { buffer, byteOffset, byteLength } = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, byteLength)
}

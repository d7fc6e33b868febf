import BetterSqlite3 from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import type { Row, SqlValue, Transaction } from './database.ts'
import { toSqlite } from './dialect.ts'
import { checkParameter } from './parameters.ts'
import { sqliteError } from './sqlite-errors.ts'

type Statement = BetterSqlite3.Statement<(SqlValue | bigint)[]>

/** Prepared statements kept per connection. Lists of placeholders of any length make more texts than there are statements in the source. */
const maxStatements = 500

/**
 * Octets of a page. A row with a stored envelope and structure (about 1 kB) still fits into a leaf of an index-organised
 * table (a quarter of a page at most), so that listing a mailbox follows no overflow chains.
 */
const pageSizeBytes = 8192

/** Kept in memory per connection; grows as pages are read, so a small installation never gets there. */
const cacheKiB = 64 * 1024

/** How long the writer waits for another process (a backup with the sqlite3 tool) before it is DatabaseUnavailable. */
const busyTimeoutMs = 5000

/** A WAL that a long reader has let grow is cut back to this when it is reused. */
const walLimitBytes = 64 * 1024 * 1024

/** If our own checkpoints (sqlite-writer.ts) never came, SQLite makes one at this many pages. */
const lastResortCheckpointPages = 16_384

/** One SQLite connection with its statements. */
export class SqliteConnection {
  readonly #db: BetterSqlite3.Database
  readonly #statements = new LRUCache<string, Statement>({ max: maxStatements })
  #synchronous: 'NORMAL' | 'FULL' = 'NORMAL'

  /** @throws DatabaseUnavailable when the file cannot be opened or is no database. */
  constructor(path: string, role: 'writer' | 'reader') {
    try {
      this.#db = new BetterSqlite3(path, { readonly: role === 'reader', fileMustExist: role === 'reader', timeout: busyTimeoutMs })
      if (role === 'writer') {
        // Only takes effect while the file is still empty.
        this.#db.pragma(`page_size = ${pageSizeBytes}`)
        this.#db.pragma('journal_mode = WAL')
        this.#db.pragma('synchronous = NORMAL')
        this.#db.pragma(`wal_autocheckpoint = ${lastResortCheckpointPages}`)
        this.#db.pragma(`journal_size_limit = ${walLimitBytes}`)
        this.#db.pragma('foreign_keys = ON')
      }
      this.#db.pragma(`cache_size = -${cacheKiB}`)
      // Savepoints and sorts would write temporary files else.
      this.#db.pragma('temp_store = MEMORY')
      // As in PostgreSQL.
      this.#db.pragma('case_sensitive_like = ON')
      // Opening reads nothing: find out now whether this is a database.
      this.#db.prepare('SELECT count(*) FROM sqlite_schema').get()
    } catch (thrown) {
      throw sqliteError(thrown)
    }
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction
  }

  /** Whether the next commits are synced (FULL) or may be taken back by a power cut (NORMAL). Not within a transaction. */
  set synchronous(level: 'NORMAL' | 'FULL') {
    if (level === this.#synchronous) return
    this.#db.pragma(`synchronous = ${level}`)
    this.#synchronous = level
  }

  get(sql: string, parameters: readonly SqlValue[]): unknown {
    return this.#statement(sql).get(...bind(parameters))
  }

  all(sql: string, parameters: readonly SqlValue[]): unknown[] {
    return this.#statement(sql).all(...bind(parameters))
  }

  run(sql: string, parameters: readonly SqlValue[]): number {
    return this.#statement(sql).run(...bind(parameters)).changes
  }

  /** Copies as much of the WAL into the database as no reader needs. Blocks nobody else. */
  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    this.#db.pragma(`wal_checkpoint(${mode})`)
  }

  close(): void {
    this.#db.close()
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare<(SqlValue | bigint)[]>(toSqlite(sql))
    this.#statements.set(sql, statement)
    return statement
  }
}

/**
 * What a change or query gets: statements run at once, the promise is only the port's form. It dies with its transaction:
 * a statement that `run` forgot to await must not land in somebody else's.
 */
export class SqliteTransaction implements Transaction {
  readonly #connection: SqliteConnection
  #failure: { readonly thrown: unknown } | undefined
  #over = false
  /** Statements run so far. */
  statements = 0

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  async get<R = Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<R | undefined> {
    return this.#do(() => this.#connection.get(sql, parameters)) as R | undefined
  }

  async all<R = Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<R[]> {
    return this.#do(() => this.#connection.all(sql, parameters)) as R[]
  }

  async run(sql: string, ...parameters: readonly SqlValue[]): Promise<number> {
    return this.#do(() => this.#connection.run(sql, parameters))
  }

  end(): void {
    this.#over = true
  }

  /** @throws what its first failed statement threw, for a `run` that caught that */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown
  }

  #do<T>(work: () => T): T {
    if (this.#over) throw new Error('a statement after the end of its transaction: something in run was not awaited')
    this.throwIfFailed()
    this.statements++
    try {
      return work()
    } catch (thrown) {
      this.#failure = { thrown: sqliteError(thrown) }
      throw this.#failure.thrown
    }
  }
}

/**
 * better-sqlite3 binds every number as a REAL, which SQLite turns back where a column's type says so, but not in
 * `? / 2` or `? || 'x'`. As bigint it is an INTEGER, as on PostgreSQL (50 ns).
 */
function bind(parameters: readonly SqlValue[]): (SqlValue | bigint)[] {
  return parameters.map((value) => {
    checkParameter(value)
    return typeof value === 'number' ? BigInt(value) : value
  })
}

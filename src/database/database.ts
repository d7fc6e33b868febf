/**
 * The database port: directory, mailbox index, journal (DESIGN decision 3). SQL is written as portable text with `?` for
 * each parameter; where SQLite and PostgreSQL must differ, the difference stands in `dialect.ts`.
 *
 * Work is done by named functions, queries and changes, because on SQLite they run in threads of their own: the protocol
 * thread sends a name and arguments (structured clone), and gets a result back. Nothing but SQL is awaited inside one.
 */

/** Whole numbers up to 2^53; text is checked UTF-8 without NUL; octets from mail are always Uint8Array. */
export type SqlValue = null | number | string | Uint8Array

export type Row = Record<string, SqlValue>

/**
 * Reads of one consistent snapshot. Statements that do not need each other's results may be started together (Promise.all):
 * they run in order, and on PostgreSQL share a round trip.
 */
export interface Reader {
  get<R = Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<R | undefined>
  all<R = Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<R[]>
}

/** Reads and writes that happen together or not at all. */
export interface Transaction extends Reader {
  /** Resolves to the number of rows changed. */
  run(sql: string, ...parameters: readonly SqlValue[]): Promise<number>
}

/** Reads, run in one snapshot. Add it to the catalogue (app/catalogue.ts), or the threads do not know it. */
export interface Query<Arguments, Result> {
  readonly name: string
  run(reader: Reader, args: Arguments): Promise<Result>
}

/**
 * One transaction. It has failed as soon as one of its statements has, even if `run` catches that (so PostgreSQL has it);
 * use ON CONFLICT where a clash is expected. Changes run one after another on SQLite; on PostgreSQL each has its own transaction (READ COMMITTED)
 * and is run again on a serialisation failure or deadlock, so `run` must have no effect outside the transaction.
 */
export interface Change<Arguments, Result, Prepared = Arguments> {
  readonly name: string
  /**
   * true: resolved only when the commit is synced (settings, passwords: what is in no other place).
   * false: resolved when committed; a power cut may take it back (what the content log covers, journal of refusals).
   */
  readonly durable: boolean
  /** Work before the transaction, beside the database: reading the log, parsing. Its result becomes `prepared`. */
  prepare?(args: Arguments): Promise<Prepared>
  run(tx: Transaction, prepared: Prepared): Promise<Result>
}

/** All that the database threads can run, names each once. What is not in it runs on PostgreSQL only, so a test on SQLite finds it missing. */
export type Catalogue = readonly (Query<unknown, unknown> | Change<unknown, unknown, unknown>)[]

/**
 * Both methods reject with ConstraintViolated, DatabaseUnavailable, or an `Error` with the name, message and fields of what
 * `run` threw (its class does not cross threads: what a caller must weigh is a value of the result, not an exception).
 * After DatabaseUnavailable a change may or may not have happened, as after any lost answer. Changes that wait at the same
 * time have no order among themselves.
 */
export interface Database {
  readonly engine: 'sqlite' | 'postgresql'
  query<A, R>(query: Query<A, R>, args: A): Promise<R>
  change<A, R, P>(change: Change<A, R, P>, args: A): Promise<R>
  /**
   * Calls back when connections were lost and there is one again: the server may have ended in the middle of everything, and have taken back what
   * was committed and not synced (`durable: false`). Not there where the database is part of this process.
   */
  onReturn?(listener: () => void): void
  /** Waits for what is under way; whatever comes later rejects with DatabaseUnavailable. */
  close(): Promise<void>
}

/** One step of the schema. Steps are applied in order of `id` within `part`, each once, in a transaction with its record. */
export interface Migration {
  /** The folder that owns the tables: "store", "directory". */
  readonly part: string
  readonly id: number
  /** Statements, separated by `;` at a line's end. Portable types: INTEGER (64 bit), TEXT, BLOB. */
  readonly sql: string
}

/** The database could not do it now (locked out, full, gone): a temporary failure of ours. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  readonly full: boolean
  /** The thread died that was at work on it, perhaps of it. */
  readonly died: boolean
  constructor(message: string, options: { cause?: unknown; full?: boolean; died?: boolean } = {}) {
    super(message, { cause: options.cause })
    this.full = options.full ?? false
    this.died = options.died ?? false
  }
}

/** A unique key or other constraint was violated: the caller asked for something that clashes with what is there. */
export class ConstraintViolated extends Error {
  override readonly name = 'ConstraintViolated'
}

import BetterSqlite3 from 'better-sqlite3'
import { ConstraintViolated, DatabaseUnavailable } from './database.ts'

/** Result codes (sqlite.org/rescode.html) that say "not now": the primary code, extended ones begin with it. */
const unavailable = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM|CORRUPT|NOTADB|PERM|AUTH|PROTOCOL|INTERRUPT)/

/** ENOSPC where SQLite grows the shared-memory file reports as an I/O error. */
const full = /^SQLITE_(FULL|IOERR_SHMSIZE)/

/** What SQLite threw as the port's classes; anything else is a fault of the program and stays as it is. */
export function sqliteError(thrown: unknown): unknown {
  if (!(thrown instanceof BetterSqlite3.SqliteError)) return thrown
  if (thrown.code.startsWith('SQLITE_CONSTRAINT')) return new ConstraintViolated(thrown.message, { cause: thrown })
  if (unavailable.test(thrown.code)) return new DatabaseUnavailable(`${thrown.code}: ${thrown.message}`, { cause: thrown, full: full.test(thrown.code) })
  return thrown
}

import type { Log } from '../base/log.ts'
import type { Change, Database, Query } from './database.ts'
import { SqliteLink } from './sqlite-link.ts'

export interface SqliteOptions {
  /** The database file; made if it is missing. Its folder must exist. Beside it lie `-wal` and `-shm`. */
  readonly path: string
  /** A file that calls `serveSqlite` with `workerData` (a `ThreadStart`) and its catalogue. */
  readonly threadEntry: URL
  /** `data` of the `ThreadStart`, by structured clone. */
  readonly threadData: unknown
  readonly log: Log
}

/**
 * Only the thread that reads, for a process beside the one that writes; the file is there.
 * @throws DatabaseUnavailable when the file cannot be opened
 */
export async function openSqliteReader({ path, threadEntry, threadData, log }: SqliteOptions): Promise<Pick<Database, 'query' | 'close'>> {
  const reader = new SqliteLink(threadEntry, { role: 'reader', path, data: threadData }, log)
  await reader.open()
  return {
    query: <A, R>(query: Query<A, R>, args: A) => reader.call(query.name, args) as Promise<R>,
    close: () => reader.close(),
  }
}

/**
 * The `database` port on SQLite: one thread that writes, one that reads beside it (WAL).
 * @throws DatabaseUnavailable when the file cannot be opened
 */
export async function openSqlite({ path, threadEntry, threadData, log }: SqliteOptions): Promise<Database> {
  const writer = new SqliteLink(threadEntry, { role: 'writer', path, data: threadData }, log)
  const reader = new SqliteLink(threadEntry, { role: 'reader', path, data: threadData }, log)
  // The writer makes the file, so it opens it first; both start at once.
  const writing = writer.open()
  const [wrote, read] = await Promise.allSettled([writing, reader.open(writing)])
  if (wrote.status === 'rejected') throw wrote.reason
  if (read.status === 'rejected') {
    await writer.close()
    throw read.reason
  }
  return {
    engine: 'sqlite',
    query: <A, R>(query: Query<A, R>, args: A) => reader.call(query.name, args) as Promise<R>,
    change: <A, R, P>(change: Change<A, R, P>, args: A) => writer.call(change.name, args) as Promise<R>,
    async close() {
      // The writer last: alone it can put the whole WAL into the database.
      await reader.close()
      await writer.close()
    },
  }
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, type TestContext } from 'node:test'
import { type Log, silent } from '../../src/base/log.ts'
import type { Database, Migration } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openPostgresql } from '../../src/database/postgresql.ts'
import { openSqlite } from '../../src/database/sqlite.ts'
import { administer, postgresqlMissing, sharedServer, stopSharedServer } from './postgresql.ts'

export interface OpenOptions {
  readonly migrations?: readonly Migration[]
  /** Modules (`import.meta.resolve('./changes.ts')`) whose exported Query and Change objects the SQLite threads are to know. */
  readonly modules?: readonly string[]
  /** Instead of `modules`: an entry file of one's own, such as src/app/database-thread.ts, and its data. */
  readonly threadEntry?: URL
  readonly threadData?: unknown
  readonly log?: Log
}

/** Opens a new, empty database with the migrations applied; closed and removed when the test is over. */
export type OpenDatabase = (context: TestContext, options?: OpenOptions) => Promise<Database>

/** Runs a suite once on SQLite and once on PostgreSQL (skipped, visibly, where that is not installed). */
export function withEachEngine(suite: (name: Database['engine'], open: OpenDatabase) => void): void {
  describe('sqlite', () => suite('sqlite', async (context, options = {}) => (await openTestSqlite(context, options)).database))
  describe('postgresql', { skip: postgresqlMissing ?? false }, () => {
    after(stopSharedServer)
    suite('postgresql', async (context, options = {}) => (await openTestPostgresql(context, options)).database)
  })
}

/** As `open` of withEachEngine for SQLite, with the file's path for tests that look at it. */
export async function openTestSqlite(context: TestContext, options: OpenOptions): Promise<{ readonly database: Database; readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-db-'))
  const path = join(folder, 'posthorn.db')
  const threadEntry = options.threadEntry ?? new URL('./database-thread.ts', import.meta.url)
  const threadData = options.threadEntry === undefined ? { modules: options.modules ?? [] } : options.threadData
  const opening = openSqlite({ path, threadEntry, threadData, log: options.log ?? silent })
  context.after(async () => {
    await closeIfOpen(opening)
    await rm(folder, { recursive: true, force: true })
  })
  const database = await opening
  await migrate(database, options.migrations ?? [])
  return { database, path }
}

/** As `open` of withEachEngine for PostgreSQL, with the connection string. */
export async function openTestPostgresql(context: TestContext, options: OpenOptions): Promise<{ readonly database: Database; readonly url: string }> {
  const { url, drop } = await makePostgresqlDatabase()
  const opening = openPostgresql({ url, log: options.log ?? silent })
  context.after(async () => {
    await closeIfOpen(opening)
    await drop()
  })
  const database = await opening
  await migrate(database, options.migrations ?? [])
  return { database, url }
}

/** A new, empty one on the shared server, for whoever connects to it himself. */
export async function makePostgresqlDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = await sharedServer()
  const name = `posthorn_${randomBytes(8).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name}`)
  return { url: server.url(name), drop: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`) }
}

/** For a whole server (ServerOptions): a new PostgreSQL database, which goes when the test is over, or nothing for SQLite. */
export async function databaseOption(context: TestContext, engine: Database['engine']): Promise<{ readonly database?: string }> {
  if (engine === 'sqlite') return {}
  const { url, drop } = await makePostgresqlDatabase()
  context.after(drop)
  return { database: url }
}

async function closeIfOpen(opening: Promise<Database>): Promise<void> {
  const database = await opening.catch(() => undefined)
  await database?.close()
}

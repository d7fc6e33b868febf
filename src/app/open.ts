import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import { openSegments, type SegmentLog } from '../content/segments.ts'
import type { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { openSqlite } from '../database/sqlite.ts'
import { Directory } from '../directory/directory.ts'
import { IndexedStore } from '../store/indexed-store.ts'
import { claimIndexChange, IndexOfAnother } from '../store/owner.ts'
import { migrations } from './catalogue.ts'
import { nodeName } from './node-name.ts'
import { StrengthLink } from './strength-link.ts'
import { ThreadedTextSearch } from './text-search.ts'
import { databaseThreadEntry } from './thread-entry.ts'

/** What is kept, without what is made of it: enough for a rebuild. */
export interface Ports {
  readonly content: SegmentLog
  readonly database: Database
  close(): Promise<void>
}

/** What both the server and a CLI without one need. */
export interface Parts extends Ports {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly directory: Directory
  readonly store: IndexedStore
  /** How easy passwords are to guess. */
  readonly strength: StrengthLink
}

export interface OpenOptions {
  readonly config: Config
  readonly log: Log
  readonly clock?: Clock
}

/** Of the content log. */
export function contentFolder({ data }: Config): string {
  return join(data, 'content')
}

/** Of the tables of the ephemeral port. */
export function ephemeralFolder({ data }: Config): string {
  return join(data, 'ephemeral')
}

/** With SQLite. */
export function databaseFile({ data }: Config): string {
  return join(data, 'posthorn.db')
}

/** Connections to PostgreSQL of all processes together; its default takes 100 from everybody. Each process has at least … */
const maxConnections = 20
const leastConnections = 4

/** … of one process. */
export function connectionsOf({ processes }: Config): number {
  return Math.max(leastConnections, Math.floor(maxConnections / processes))
}

/**
 * Opens content log and database, with the schema of this version; missing ones are made. The caller holds the lock of the
 * data folder.
 * @throws DatabaseUnavailable, DatabaseNewer, IndexOfAnother, or the system's error for a folder that cannot be used
 */
export async function openPorts({ config, log }: OpenOptions): Promise<Ports> {
  await mkdir(config.data, { recursive: true, mode: 0o700 })
  return opened(async (closers) => {
    const content = await openSegments({ folder: contentFolder(config), log, compress: config.content.compress })
    closers.push(() => content.close())
    const database =
      config.database.engine === 'sqlite'
        ? await openSqlite({ path: databaseFile(config), threadEntry: databaseThreadEntry, threadData: { contentFolder: contentFolder(config) }, log })
        : // Its client is 4 MB that SQLite does without.
          await (await import('../database/postgresql.ts')).openPostgresql({ url: config.database.url, log, connections: connectionsOf(config) })
    closers.push(() => database.close())
    await migrate(database, migrations)
    if (database.engine === 'postgresql') await claimIndex(database, await nodeName(config))
    return { content, database }
  })
}

/** SQLite lies in the data folder; a PostgreSQL could be named in the configurations of two. @throws IndexOfAnother */
async function claimIndex(database: Database, node: string): Promise<void> {
  const owner = await database.change(claimIndexChange, { node })
  if (owner !== node) throw new IndexOfAnother(owner)
}

/** The ports, directory and store. Resolves when the index covers the whole log. */
export async function openParts(options: OpenOptions): Promise<Parts> {
  const { config, log, clock = systemClock } = options
  return opened(async (closers) => {
    const ports = await openPorts(options)
    closers.push(() => ports.close())
    const { content, database } = ports
    const directory = await Directory.open({ database, clock, log })
    closers.push(() => directory.close())
    const texts = new ThreadedTextSearch(content, contentFolder(config))
    closers.push(() => texts.close())
    const quotaOf: typeof directory.quotaOf = (accountId) => directory.quotaOf(accountId)
    const store = await IndexedStore.open({ content, database, texts, clock, log, quotaOf, isOnlyReader: config.processes === 1 })
    closers.push(() => store.close())
    const strength = new StrengthLink(log)
    closers.push(() => strength.close())
    return { config, clock, log, content, database, directory, store, strength }
  })
}

/** Gives what `open` opened a `close` that closes it in the other order; does so itself when `open` does not come to its end. */
async function opened<T>(open: (closers: (() => Promise<void> | void)[]) => Promise<T>): Promise<T & { close(): Promise<void> }> {
  const closers: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { ...(await open(closers)), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

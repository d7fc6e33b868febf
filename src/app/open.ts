import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import { openSegments, type SegmentLog } from '../content/segments.ts'
import type { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { openPostgresql } from '../database/postgresql.ts'
import { openSqlite } from '../database/sqlite.ts'
import { Directory } from '../directory/directory.ts'
import { IndexedStore } from '../store/indexed-store.ts'
import { migrations } from './catalogue.ts'
import { databaseThreadEntry } from './thread-entry.ts'

/** What both the server and a CLI without one need: everything that is kept. */
export interface Parts {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly content: SegmentLog
  readonly database: Database
  readonly directory: Directory
  readonly store: IndexedStore
  close(): Promise<void>
}

export interface OpenOptions {
  readonly config: Config
  readonly log: Log
  readonly clock?: Clock
}

/**
 * Opens content log, database and what lies over them; missing ones are made. The caller holds the lock of the data folder.
 * Resolves when the index covers the whole log.
 * @throws DatabaseUnavailable, DatabaseNewer, or the system's error for a folder that cannot be used
 */
export async function openParts({ config, log, clock = systemClock }: OpenOptions): Promise<Parts> {
  await mkdir(config.data, { recursive: true, mode: 0o700 })
  const contentFolder = join(config.data, 'content')
  const closers: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const content = await openSegments({ folder: contentFolder, log })
    closers.push(() => content.close())
    const database =
      config.database.engine === 'sqlite'
        ? await openSqlite({ path: join(config.data, 'posthorn.db'), threadEntry: databaseThreadEntry, threadData: { contentFolder }, log })
        : await openPostgresql({ url: config.database.url, log })
    closers.push(() => database.close())
    await migrate(database, migrations)
    const directory = await Directory.open({ database, clock, log })
    closers.push(() => directory.close())
    const store = await IndexedStore.open({ content, database, clock, log, quotaOf: (accountId) => directory.quotaOf(accountId) })
    closers.push(() => store.close())
    return { config, clock, log, content, database, directory, store, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

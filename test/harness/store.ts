import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silent } from '../../src/base/log.ts'
import { openSegments, type SegmentLog } from '../../src/content/segments.ts'
import type { Database } from '../../src/database/database.ts'
import { journalMigrations } from '../../src/journal/schema.ts'
import type { AccountId, QueueId } from '../../src/mail/ids.ts'
import { queueMigrations } from '../../src/queue/schema.ts'
import { IndexedStore } from '../../src/store/indexed-store.ts'
import { textSearch } from '../../src/store/fulltext/work.ts'
import { storeMigrations } from '../../src/store/schema.ts'
import type { OpenDatabase } from './database.ts'

/** A store over real ports, in a folder of its own. */
export interface TestStore {
  readonly store: IndexedStore
  readonly content: SegmentLog
  /** Of the content log. */
  readonly folder: string
  readonly database: Database
  /** Milliseconds, moved by the test. */
  readonly clock: { nowMs: number }
  /** Mail from outside for these accounts; resolves when it is in the index. */
  deliver(octets: string | Uint8Array, ...accounts: readonly AccountId[]): Promise<void>
}

let queueNumber = 0

export async function openTestStore(
  context: TestContext,
  open: OpenDatabase,
  options: { readonly quotaBytes?: number; readonly segmentBytes?: number; readonly isOnlyReader?: boolean } = {},
): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-store-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  const content = await openSegments({ folder, log: silent, ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }) })
  const database = await open(context, {
    migrations: [...journalMigrations, ...queueMigrations, ...storeMigrations],
    threadEntry: new URL('./store-thread.ts', import.meta.url),
    threadData: { contentFolder: folder },
  })
  const clock = { nowMs: 1_700_000_000_000 }
  const store = await IndexedStore.open({
    content,
    database,
    texts: textSearch(content),
    clock: { now: () => clock.nowMs },
    log: silent,
    quotaOf: () => Promise.resolve(options.quotaBytes),
    isOnlyReader: options.isOnlyReader ?? true,
  })
  context.after(async () => {
    await store.close()
    await content.close()
  })
  return {
    store,
    content,
    folder,
    database,
    clock,
    async deliver(octets, ...accounts) {
      const prefix = Buffer.from('Return-Path: <bob@b.example>\r\n')
      const destinations = accounts.map((accountId) => ({ accountId, prefixStart: 0, prefixLength: prefix.length }))
      await store.deliver(
        {
          kind: 'mail',
          queueId: `test${++queueNumber}` as QueueId,
          atMs: clock.nowMs,
          reversePath: 'bob@b.example',
          clientIp: '192.0.2.1',
          helo: 'b.example',
          destinations,
          recipients: [{ address: 'ann@a.example', addressId: 1, customerId: 1, accountId: accounts[0], clientName: undefined, checks: [] }],
          octetsStart: prefix.length,
        },
        [prefix, Buffer.from(octets)],
      )
      await store.settled()
    },
  }
}

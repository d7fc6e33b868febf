/** The database goes away, fills up, conflicts, and comes back. */

import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, describe } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTestPostgresql, openTestSqlite } from '../../test/harness/database.ts'
import { postgresqlMissing, startServer, stopSharedServer } from '../../test/harness/postgresql.ts'
import { type Log, silent } from '../base/log.ts'
import { type Database, DatabaseUnavailable } from './database.ts'
import { migrate } from './migrate.ts'
import { openPostgresql } from './postgresql.ts'
import { openSqlite } from './sqlite.ts'
import { crash, execute, executeDurably, increment, migrations, pragma, select, slowRead, updateBoth } from './testing/catalogue.ts'

const modules = [import.meta.resolve('./testing/catalogue.ts')]
const counters = { sql: 'SELECT name, value FROM counter ORDER BY name' }
const newCounter = (name: string) => ({ sql: 'INSERT INTO counter (name, value) VALUES (?, 0)', parameters: [name] })

function listening(): { readonly log: Log; readonly events: string[] } {
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  return { events, log: { debug: note, info: note, warn: note, error: note } }
}

/** Tries again until it succeeds; the errors on the way must all be DatabaseUnavailable. */
async function untilBack<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  const endMs = performance.now() + limitMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || performance.now() > endMs) throw error
      await sleep(20)
    }
  }
}

describe('sqlite', () => {
  test('a thread that dies fails what waits, undoes what was open, and comes back', async (context) => {
    const { log, events } = listening()
    const { database } = await openTestSqlite(context, { migrations, modules, log })
    await database.change(execute, [newCounter('a')])
    const results = await Promise.allSettled([database.change(crash, undefined), database.change(increment, 'a'), database.query(select, [counters])])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    )
    for (const result of results) if (result.status === 'rejected') assert.ok(result.reason instanceof DatabaseUnavailable, String(result.reason))
    await assert.rejects(database.change(increment, 'a'), DatabaseUnavailable)
    assert.equal(await untilBack(() => database.change(increment, 'a'), 5000), 1)
    assert.deepEqual(await database.query(select, [counters]), [[{ name: 'a', value: 1 }]])
    assert.deepEqual(events, ['database thread died', 'database thread is back'])
  })

  test('a thread that dies again and again is waited for longer each time', async (context) => {
    const { log, events } = listening()
    const { database } = await openTestSqlite(context, { migrations, modules, log })
    for (let death = 0; death < 3; death++) await untilBack(() => database.change(crash, undefined).catch(onlyDeath), 5000)
    assert.equal(events.filter((event) => event === 'database thread died').length, 3)
  })

  test('a database without room refuses changes as full, reads on, and goes on by itself', async (context) => {
    const { database } = await openTestSqlite(context, { migrations, modules })
    const blob = { sql: 'INSERT INTO thing (octets) VALUES (?)', parameters: [new Uint8Array(200_000)] }
    await database.change(execute, [newCounter('a')])
    await database.change(pragma, 'max_page_count = 40')
    const results = await Promise.allSettled([database.change(increment, 'a'), database.change(execute, [blob, blob, blob]), database.change(increment, 'a')])
    const full = results.filter((result) => result.status === 'rejected')
    assert.ok(full.length >= 1)
    for (const { reason } of full) assert.ok(reason instanceof DatabaseUnavailable && reason.full, String(reason))
    const done = results.filter((result) => result.status === 'fulfilled').length
    assert.deepEqual(await database.query(select, [counters]), [[{ name: 'a', value: done }]])
    await assert.rejects(database.change(execute, [blob, blob, blob]), (error) => error instanceof DatabaseUnavailable && error.full)
    await database.change(pragma, 'max_page_count = 100000')
    await database.change(execute, [blob, blob, blob])
    assert.deepEqual(await database.query(select, [{ sql: 'SELECT count(*) AS n FROM thing' }]), [[{ n: 3 }]])
  })

  test('a long reader does not hold up changes', async (context) => {
    const { database } = await openTestSqlite(context, { migrations, modules })
    await database.change(execute, [newCounter('a')])
    let reading = true
    const read = database.query(slowRead, { sql: counters.sql, pauseMs: 300 }).finally(() => {
      reading = false
    })
    await sleep(20)
    for (let count = 0; count < 20; count++) await database.change(increment, 'a')
    assert.ok(reading)
    assert.deepEqual((await read).after, [{ name: 'a', value: 0 }])
  })

  test('what cannot be opened says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'posthorn-db-'))
    const threadEntry = new URL('../../test/harness/database-thread.ts', import.meta.url)
    const openAt = (path: string) => openSqlite({ path, threadEntry, threadData: { modules }, log: silent })
    try {
      await assert.rejects(openAt(join(folder, 'missing', 'x.db')), DatabaseUnavailable)
      await writeFile(join(folder, 'text.db'), 'This is a letter and no database at all. '.repeat(100))
      await assert.rejects(openAt(join(folder, 'text.db')), DatabaseUnavailable)
      await assert.rejects(
        openSqlite({ path: join(folder, 'y.db'), threadEntry: new URL('./no-such-file.ts', import.meta.url), threadData: {}, log: silent }),
        DatabaseUnavailable,
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a copy of the files of a running database opens with all that was committed', async (context) => {
    const { database, path } = await openTestSqlite(context, { migrations, modules })
    for (let count = 0; count < 50; count++) await database.change(execute, [newCounter(`n${count}`)])
    const folder = await mkdtemp(join(tmpdir(), 'posthorn-db-'))
    for (const suffix of ['', '-wal']) await copyFile(path + suffix, join(folder, `copy.db${suffix}`))
    const threadEntry = new URL('../../test/harness/database-thread.ts', import.meta.url)
    const copy = await openSqlite({ path: join(folder, 'copy.db'), threadEntry, threadData: { modules }, log: silent })
    try {
      assert.equal((await copy.query(select, [counters]))[0]?.length, 50)
    } finally {
      await copy.close()
      await rm(folder, { recursive: true })
    }
  })
})

/** For untilBack: the thread being away is to be waited for, its death is what was wanted. */
function onlyDeath(error: unknown): void {
  if (error instanceof Error && /is (down|starting)/.test(error.message)) throw error
}

describe('postgresql', { skip: postgresqlMissing ?? false }, () => {
  after(stopSharedServer)

  test('a server that goes away is away at once, and back by itself', async () => {
    const server = await startServer()
    const { log, events } = listening()
    let database: Database | undefined
    try {
      database = await openPostgresql({ url: server.url('postgres'), log })
      await migrate(database, migrations)
      await database.change(executeDurably, [newCounter('a')])
      const open = database
      const reading = open.query(slowRead, { sql: counters.sql, pauseMs: 100 })
      const changing = open.change(updateBoth, { first: 'a', second: 'a', pauseMs: 100 })
      await sleep(20)
      // The server ends now and is started anew by the harness.
      process.kill(await server.pid(), 'SIGQUIT')
      await Promise.all([reading, changing].map((waiting) => assert.rejects(waiting, DatabaseUnavailable)))
      const startedMs = performance.now()
      await assert.rejects(open.change(increment, 'a'), DatabaseUnavailable)
      assert.ok(performance.now() - startedMs < 500)
      assert.equal(await untilBack(() => open.change(increment, 'a'), 10_000), 1)
      assert.ok(events.includes('database away') && events.includes('database is back'), events.join())
    } finally {
      await database?.close()
      await server.stop()
    }
  })

  test('a deadlock is resolved by running a change again', async (context) => {
    const { database } = await openTestPostgresql(context, { migrations })
    await database.change(execute, [newCounter('a'), newCounter('b')])
    const pairs = Array.from({ length: 4 }, (_, index) =>
      index % 2 === 0 ? { first: 'a', second: 'b', pauseMs: 20 } : { first: 'b', second: 'a', pauseMs: 20 },
    )
    await Promise.all(pairs.map((pair) => database.change(updateBoth, pair)))
    assert.deepEqual(await database.query(select, [counters]), [
      [
        { name: 'a', value: 4 },
        { name: 'b', value: 4 },
      ],
    ])
  })

  test('a server that is not there is DatabaseUnavailable', async () => {
    await assert.rejects(openPostgresql({ url: 'postgres://posthorn@/x?host=/nonexistent', log: silent }), DatabaseUnavailable)
    await assert.rejects(openPostgresql({ url: 'postgres://posthorn@127.0.0.1:1/x', log: silent }), DatabaseUnavailable)
  })
})

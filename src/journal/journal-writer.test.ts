import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { withEachEngine } from '../../test/harness/database.ts'
import { silent } from '../base/log.ts'
import { type Change, type Database, DatabaseUnavailable } from '../database/database.ts'
import { JournalWriter } from './journal-writer.ts'
import type { StoredEntry } from './row.ts'
import { journalMigrations } from './schema.ts'
import { journalPage } from './search.ts'
import { aRefusal, noonMs } from './testing/entries.ts'

const modules = [import.meta.resolve('./catalogue.ts')]

async function all(database: Database): Promise<readonly StoredEntry[]> {
  return (await database.query(journalPage, { search: {}, limit: 500 })).entries
}

/** A database whose changes fail while `away`. */
function unsteady(database: Database): { readonly database: Database; away: boolean; changes: number } {
  const state = {
    away: false,
    changes: 0,
    database: {
      ...database,
      engine: database.engine,
      query: database.query.bind(database),
      close: database.close.bind(database),
      async change<A, R, P>(change: Change<A, R, P>, args: A): Promise<R> {
        state.changes++
        if (state.away) throw new DatabaseUnavailable('planned')
        return await database.change(change, args)
      },
    },
  }
  return state
}

withEachEngine((_engine, open) => {
  async function openWriter(context: TestContext) {
    const opened = await open(context, { migrations: journalMigrations, modules })
    const state = unsteady(opened)
    const clock = { ms: noonMs, now: () => clock.ms }
    const writer = new JournalWriter({ database: state.database, clock, log: silent })
    return { database: opened, state, clock, writer }
  }

  test('a refusal is written within a second', async (context) => {
    const { database, writer } = await openWriter(context)
    writer.record(aRefusal(noonMs))
    await sleep(950)
    assert.equal((await all(database)).length, 1)
    await writer.close()
  })

  test('an entry that no database takes keeps none of the others from being written', async (context) => {
    const { database, writer, clock } = await openWriter(context)
    const sizeBytes = 1e20
    const others = (count: number, network: number) => {
      for (let index = 0; index < count; index++) writer.record(aRefusal(clock.ms, { clientIp: `10.${network}.${index}.1` }))
    }
    others(20, 1)
    writer.record(aRefusal(clock.ms, { clientIp: '10.9.0.1', sizeBytes }))
    others(20, 2)
    await writer.flush()
    assert.equal((await all(database)).length, 40)
    // Past a hundred alike they are counted, by a row like the first of them.
    for (let index = 0; index < 250; index++) writer.record(aRefusal(clock.ms, { clientIp: '10.10.0.1', ...(index > 100 && { sizeBytes }) }))
    for (let index = 0; index < 250; index++) writer.record(aRefusal(clock.ms, { clientIp: '10.11.0.1' }))
    await writer.close()
    const repeats = (await all(database)).filter(({ clientIp }) => clientIp === '10.11.0.1').reduce((sum, entry) => sum + entry.repeats, 0)
    assert.equal(repeats, 250)
  })

  test('a crowd of refusals takes few transactions', async (context) => {
    const { database, writer, state } = await openWriter(context)
    for (let index = 0; index < 450; index++) writer.record(aRefusal(noonMs, { clientIp: `10.${index >> 8}.${index & 255}.1` }))
    await writer.close()
    assert.equal(state.changes, 1)
    assert.equal((await all(database)).length, 450)
  })

  test('more than 100 alike in an hour count in one row', async (context) => {
    const { database, writer, clock } = await openWriter(context)
    for (let index = 0; index < 250; index++) writer.record(aRefusal(noonMs + index, { clientIp: `192.0.2.${index}`, recipient: `guess${index}@ours.example` }))
    await writer.flush()
    for (let index = 0; index < 50; index++) writer.record(aRefusal(noonMs + 1000, { clientIp: '192.0.2.9' }))
    // Another network, another address of ours, another outcome: not alike.
    const others = [aRefusal(noonMs, { clientIp: '192.0.3.1' }), aRefusal(noonMs, { addressId: 7 }), aRefusal(noonMs, { outcome: 'deferred' })]
    for (const other of others) writer.record(other)
    await writer.flush()
    const entries = await all(database)
    assert.deepEqual(
      entries.filter(({ repeats }) => repeats > 1).map(({ repeats, recipient }) => [repeats, recipient]),
      [[200, 'guess100@ours.example']],
    )
    assert.equal(entries.length, 101 + others.length)
    clock.ms += 3_600_000
    writer.record(aRefusal(noonMs + 3_600_000))
    await writer.close()
    assert.equal((await all(database)).length, 101 + others.length + 1)
  })

  test('while the database is away, entries wait; nothing is written twice', async (context) => {
    const { database, writer, state } = await openWriter(context)
    state.away = true
    for (let index = 0; index < 90; index++) writer.record(aRefusal(noonMs + index))
    for (let index = 0; index < 300; index++) writer.record(aRefusal(noonMs + index, { addressId: 1 }))
    await writer.flush()
    assert.deepEqual(await all(database), [])
    state.away = false
    await writer.flush()
    const entries = await all(database)
    assert.equal(entries.length, 90 + 100 + 1)
    assert.equal(
      entries.reduce((sum, { repeats }) => sum + repeats, 0),
      390,
    )
    await writer.close()
  })

  test('a flood while the database is away keeps memory and the sum', async (context) => {
    const { database, writer, state } = await openWriter(context)
    state.away = true
    const flood = 60_000
    const beforeBytes = process.memoryUsage().heapUsed
    for (let index = 0; index < flood; index++) {
      writer.record(aRefusal(noonMs + index, { clientIp: `10.${index >> 8}.${index & 255}.1`, outcome: index % 3 === 0 ? 'deferred' : 'refused' }))
    }
    assert.ok(process.memoryUsage().heapUsed - beforeBytes < 120e6)
    assert.ok(state.changes < 20, `${state.changes} attempts`)
    state.away = false
    await writer.close()
    let sum = 0
    let rows = 0
    for (let before: StoredEntry['id'] | undefined, first = true; first || before !== undefined; first = false) {
      const page = await database.query(journalPage, { search: {}, limit: 500, before })
      for (const entry of page.entries) sum += entry.repeats
      rows += page.entries.length
      before = page.next
    }
    assert.deepEqual({ sum, rows }, { sum: flood, rows: 20_002 })
  })
})

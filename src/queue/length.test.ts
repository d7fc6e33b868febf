import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { runSql } from '../../test/harness/run-sql.ts'
import { noteLength, queueLengthsQuery, thinLengths } from './length.ts'
import { queueMigrations } from './schema.ts'

const minute = 60_000
const hour = 60 * minute
const noonMs = Date.UTC(2026, 10, 22, 12)

withEachEngine((_, open) => {
  test('the length of the queue is kept by the minute, then by the hour, then no more', async (context) => {
    const database = await open(context, {
      migrations: queueMigrations,
      modules: [import.meta.resolve('./catalogue.ts'), import.meta.resolve('../../test/harness/run-sql.ts')],
    })
    await database.change(runSql, ["INSERT INTO queue_destination (destination_id, destination, priority, next_ms, waiting) VALUES (1, 'b.example', 0, 0, 0)"])
    for (const [afterMinutes, waiting] of [
      [0, 2],
      [1, 5],
      [59, 3],
      [60, 0],
      [61, 0],
    ] as const) {
      await database.change(runSql, [`UPDATE queue_destination SET waiting = ${waiting}`])
      await database.change(noteLength, { nowMs: noonMs + afterMinutes * minute })
      await database.change(noteLength, { nowMs: noonMs + afterMinutes * minute + 1 })
    }
    const read = async (stepMinutes: number, fromMs = noonMs) =>
      (await database.query(queueLengthsQuery, { fromMs, toMs: noonMs + 2 * hour, stepMinutes })).map(({ atMs, recipients }) => [
        (atMs - noonMs) / minute,
        recipients,
      ])
    const minutes = [
      [0, 2],
      [1, 5],
      [59, 3],
      [60, 0],
      [61, 0],
    ]
    assert.deepEqual(await read(1), minutes)
    assert.deepEqual(await read(1, noonMs + hour), minutes.slice(3))
    assert.deepEqual(await read(60), [
      [0, 5],
      [60, 0],
    ])
    await database.change(thinLengths, { nowMs: noonMs + 40 * hour })
    assert.deepEqual(await read(1), minutes)
    await database.change(thinLengths, { nowMs: noonMs + 50 * hour })
    assert.deepEqual(await read(1), [
      [1, 5],
      [60, 0],
    ])
    await database.change(thinLengths, { nowMs: noonMs + 91 * 24 * hour })
    assert.deepEqual(await read(1), [])
  })
})

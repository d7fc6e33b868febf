import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { withEachEngine } from '../../test/harness/database.ts'
import { ConstraintViolated, type Database, DatabaseUnavailable, type Row } from './database.ts'
import { DatabaseNewer, migrate } from './migrate.ts'
import {
  crowd,
  execute,
  executeDurably,
  increment,
  migrations,
  notCloneable,
  octets,
  preparing,
  readThenWrite,
  returning,
  type Statement,
  select,
  slowRead,
  swallow,
  writeThenThrow,
} from './testing/catalogue.ts'

const modules = [import.meta.resolve('./testing/catalogue.ts')]

async function rows(database: Database, sql: string, ...parameters: Statement['parameters'] & unknown[]): Promise<Row[]> {
  return (await database.query(select, [{ sql, parameters }]))[0] ?? []
}

function counter(name: string, value = 0): Statement {
  return { sql: 'INSERT INTO counter (name, value) VALUES (?, ?)', parameters: [name, value] }
}

const counters = 'SELECT name, value FROM counter ORDER BY name'

withEachEngine((engine, open) => {
  const openThings = (context: TestContext) => open(context, { migrations, modules })
  const onSqlite = { skip: engine === 'sqlite' ? false : 'SQLite only' }

  test('values come back as they went in', async (context) => {
    const database = await openThings(context)
    const values: readonly (readonly [number | null, string | null, Uint8Array | null])[] = [
      [null, null, null],
      [0, '', new Uint8Array()],
      [2 ** 53, 'Ünïcödé 😀 e\u0301', new Uint8Array([0, 255, 0, 13, 10])],
      [-(2 ** 53), '\'; DROP TABLE thing; -- \\ " $1 ?', Uint8Array.from({ length: 70_000 }, (_, index) => index)],
      [2 ** 31, '\u0001\u007f\r\n', new Uint8Array([0])],
    ]
    for (const [id, [whole, words, blob]] of values.entries()) {
      const sql = 'INSERT INTO thing (id, whole, words, octets) VALUES (?, ?, ?, ?)'
      await database.change(execute, [{ sql, parameters: [id, whole, words, blob] }])
    }
    const read = await rows(database, 'SELECT whole, words, octets FROM thing ORDER BY id')
    assert.deepEqual(
      read.map(({ whole, words, octets: blob }) => [whole, words, blob]),
      values,
    )
  })

  test('any text and octets come back', async (context) => {
    const database = await openThings(context)
    const value = fc.tuple(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      fc.uint8Array(),
    )
    await fc.assert(
      fc.asyncProperty(value, async ([words, blob]) => {
        const sql = 'INSERT INTO thing (words, octets) VALUES (?, ?) RETURNING words, octets'
        const [row] = await database.change(returning, { sql, parameters: [words, blob] })
        assert.deepEqual([row?.['words'], row?.['octets']], [words, blob])
      }),
      { numRuns: 50 },
    )
  })

  test('what the engines would take differently is refused', async (context) => {
    const database = await openThings(context)
    for (const value of [0.5, 2 ** 53 + 2, Number.NaN, Number.POSITIVE_INFINITY, 'with \0 NUL']) {
      await assert.rejects(database.query(select, [{ sql: 'SELECT ?', parameters: [value] }]), { name: 'RangeError' }, String(value))
    }
    const textIntoInteger = { sql: 'INSERT INTO thing (whole) VALUES (?)', parameters: ['ten'] }
    await assert.rejects(database.change(execute, [textIntoInteger]))
  })

  test('text is ordered and compared by its octets', async (context) => {
    const database = await openThings(context)
    const words = ['a', 'B', 'ä', 'Z', 'z', '_', '0', 'ｚ', '😀', 'e\u0301', '\u00e9', 'ab', 'a b']
    await database.change(
      execute,
      words.map((word) => counter(word)),
    )
    const byOctets = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    assert.deepEqual(
      (await rows(database, counters)).map(({ name }) => name),
      byOctets,
    )
    assert.deepEqual(await rows(database, "SELECT name FROM counter WHERE name >= 'Z' AND name < 'b' ORDER BY name"), [
      { name: 'Z' },
      { name: '_' },
      { name: 'a' },
      { name: 'a b' },
      { name: 'ab' },
    ])
    assert.deepEqual(await rows(database, "SELECT name FROM counter WHERE name LIKE 'A%'"), [])
  })

  test('arithmetic and functions mean the same', async (context) => {
    const database = await openThings(context)
    await database.change(execute, [counter('a', 7), counter('b', 2)])
    const sql = `SELECT value / ? AS half, value > ? AS big, GREATEST(value, ?) AS most, LEAST(value, 3) AS least, x'00ff' AS octets, 'a?b' AS quoted,
      (SELECT sum(value) FROM counter) AS total, (SELECT count(*) FROM counter) AS many FROM counter WHERE name = 'a'`
    assert.deepEqual(await rows(database, sql, 2, 6, 9), [
      { half: 3, big: 1, most: 9, least: 3, octets: new Uint8Array([0, 255]), quoted: 'a?b', total: 9, many: 2 },
    ])
  })

  test('a change happens whole or not at all', async (context) => {
    const database = await openThings(context)
    await assert.rejects(database.change(execute, [counter('a'), counter('b'), counter('a')]), ConstraintViolated)
    assert.deepEqual(await rows(database, counters), [])
    await assert.rejects(database.change(execute, [counter('a', -1)]), ConstraintViolated)
    assert.deepEqual(await database.change(executeDurably, [counter('a'), { sql: 'UPDATE counter SET value = 5' }, { sql: 'DELETE FROM pair' }]), [1, 1, 0])
    assert.deepEqual(await rows(database, counters), [{ name: 'a', value: 5 }])
  })

  test('among many changes, those that fail are undone alone', async (context) => {
    const database = await openThings(context)
    await database.change(execute, [counter('taken')])
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        database.change(index % 2 === 0 ? execute : executeDurably, [counter(`n${index}`), counter(index % 3 === 0 ? 'taken' : `m${index}`)]),
      ),
    )
    const expected = Array.from({ length: 60 }, (_, index) => index % 3 !== 0)
    assert.deepEqual(
      results.map(({ status }) => status === 'fulfilled'),
      expected,
    )
    for (const result of results) if (result.status === 'rejected') assert.ok(result.reason instanceof ConstraintViolated, String(result.reason))
    const names = new Set((await rows(database, counters)).map(({ name }) => name))
    expected.forEach((done, index) => assert.equal(names.has(`n${index}`), done))
  })

  test('an error that run throws comes with its name, message, fields and cause', async (context) => {
    const database = await openThings(context)
    await assert.rejects(database.change(writeThenThrow, 'x'), (error: Error & { line?: number }) => {
      assert.deepEqual([error.name, error.message, error.line], ['PlannedFault', 'planned', 7])
      assert.ok(error.cause instanceof Error && error.cause.message === 'deeper')
      assert.match(error.stack ?? '', /catalogue\.ts/)
      return true
    })
    assert.deepEqual(await rows(database, counters), [])
    await assert.rejects(rows(database, 'SELECT nonsense FROM nowhere'), (error) => !(error instanceof DatabaseUnavailable))
  })

  test('a failed statement fails its change even when run catches it', async (context) => {
    const database = await openThings(context)
    await database.change(execute, [counter('taken')])
    await assert.rejects(database.change(swallow, counter('taken')), ConstraintViolated)
    assert.deepEqual(await rows(database, counters), [{ name: 'taken', value: 0 }])
    assert.equal(await database.change(swallow, counter('free')), 'nothing to swallow')
  })

  test('what prepare makes is what run gets', async (context) => {
    const database = await openThings(context)
    assert.deepEqual(await Promise.all([1, 2, 3].map((value) => database.change(preparing, value))), [2, 4, 6])
    await assert.rejects(database.change(preparing, -1), { name: 'RangeError', message: 'below zero' })
    assert.deepEqual(await rows(database, 'SELECT sum(whole) AS total FROM thing'), [{ total: 12 }])
  })

  test('changes that read and then write do not interleave on SQLite', onSqlite, async (context) => {
    const database = await openThings(context)
    await database.change(execute, [counter('a')])
    await Promise.all(Array.from({ length: 100 }, () => database.change(readThenWrite, 'a')))
    assert.deepEqual(await rows(database, counters), [{ name: 'a', value: 100 }])
  })

  test('numbers taken by UPDATE … RETURNING are each taken once', async (context) => {
    const database = await openThings(context)
    await database.change(execute, [counter('a')])
    const taken = await Promise.all(Array.from({ length: 100 }, () => database.change(increment, 'a')))
    assert.deepEqual(
      [...taken].sort((a, b) => (a ?? 0) - (b ?? 0)),
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  })

  test('statements started together run in order', async (context) => {
    const database = await openThings(context)
    assert.deepEqual(
      await database.change(crowd, 50),
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
    await assert.rejects(database.change(crowd, -50), ConstraintViolated)
    assert.equal((await rows(database, counters)).length, 1)
  })

  test('a query sees one moment, and what was committed before it was asked', async (context) => {
    const database = await openThings(context)
    await database.change(execute, [counter('a')])
    const reading = database.query(slowRead, { sql: counters, pauseMs: 80 })
    const started = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await database.change(increment, 'a')
    assert.ok(performance.now() - started < 75, 'the change waited for the reader')
    assert.deepEqual(await reading, { before: [{ name: 'a', value: 0 }], after: [{ name: 'a', value: 0 }] })
    assert.deepEqual(await rows(database, counters), [{ name: 'a', value: 1 }])
  })

  test('a query cannot write', async (context) => {
    const database = await openThings(context)
    await assert.rejects(rows(database, "INSERT INTO counter (name, value) VALUES ('a', 1) RETURNING name"))
    assert.deepEqual(await rows(database, counters), [])
  })

  test('big results come whole', async (context) => {
    const database = await openThings(context)
    const many = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i, i * 3 AS three FROM n'
    const result = await rows(database, many)
    assert.equal(result.length, 100_000)
    assert.deepEqual(result.at(-1), { i: 100_000, three: 300_000 })
    const blob = await database.query(octets, 5_000_000)
    assert.equal(blob.octets.length, 5_000_000)
    assert.deepEqual([blob.octets[0], blob.octets.at(-1), ...blob.small], [7, 7, 1, 2, 3])
  })

  test('what cannot be sent fails alone', onSqlite, async (context) => {
    const database = await openThings(context)
    const results = await Promise.allSettled([
      database.query(select, [{ sql: 'SELECT 1 AS one' }]),
      database.query(notCloneable, undefined),
      database.query(select, [{ sql: (() => {}) as unknown as string }]),
      database.query({ name: 'testing.unheard-of', run: async () => 1 }, undefined),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'rejected'],
    )
  })

  test('a schema step is applied once, whoever comes first', async (context) => {
    const database = await open(context, { modules })
    const more = [
      ...migrations,
      {
        part: 'another',
        id: 1,
        sql: "CREATE TABLE other (a INTEGER);\nINSERT INTO other (a) VALUES (1); -- no; statement\nINSERT INTO other (a) VALUES ('2' || '3');",
      },
    ]
    if (engine === 'postgresql')
      more[2] = {
        part: 'another',
        id: 1,
        sql: 'CREATE TABLE other (a INTEGER);\nINSERT INTO other (a) VALUES (1); -- no; statement\nINSERT INTO other (a) VALUES (23);',
      }
    await Promise.all([migrate(database, more), migrate(database, more), migrate(database, more)])
    await migrate(database, more)
    assert.deepEqual(await rows(database, 'SELECT a FROM other ORDER BY a'), [{ a: 1 }, { a: 23 }])
  })

  test('a step that fails leaves nothing behind', async (context) => {
    const database = await open(context, { migrations, modules })
    const broken = { part: 'testing', id: 3, sql: 'CREATE TABLE half (a INTEGER); INSERT INTO nowhere VALUES (1);' }
    await assert.rejects(migrate(database, [...migrations, broken]))
    await assert.rejects(rows(database, 'SELECT * FROM half'))
    await migrate(database, [...migrations, { ...broken, sql: 'CREATE TABLE half (a INTEGER);' }])
    assert.deepEqual(await rows(database, 'SELECT * FROM half'), [])
  })

  test('a database of a newer version is refused', async (context) => {
    const database = await open(context, { migrations, modules })
    await assert.rejects(migrate(database, migrations.slice(0, 1)), (error) => error instanceof DatabaseNewer && error.unknownSteps[0] === 'testing 2')
  })

  test('a closed database says so', async (context) => {
    const database = await openThings(context)
    const last = database.change(execute, [counter('last')])
    await Promise.all([database.close(), last])
    await assert.rejects(rows(database, counters), DatabaseUnavailable)
    await assert.rejects(database.change(increment, 'a'), DatabaseUnavailable)
  })
})

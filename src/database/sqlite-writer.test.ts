import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { Change, SqlValue } from './database.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import type { Answer } from './thread-messages.ts'

/** A connection that remembers what ran and how each commit was to be synced. */
class WatchedConnection extends SqliteConnection {
  readonly ran: string[] = []
  #level = 'NORMAL'
  failNext: string | undefined

  override set synchronous(level: 'NORMAL' | 'FULL') {
    super.synchronous = level
    this.#level = level
  }

  override run(sql: string, parameters: readonly SqlValue[]): number {
    if (sql === this.failNext) {
      this.failNext = undefined
      throw new Error('planned')
    }
    this.ran.push(sql === 'COMMIT' ? `COMMIT ${this.#level}` : sql)
    return super.run(sql, parameters)
  }

  take(): string[] {
    return this.ran.splice(0)
  }
}

async function openWriter(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-writer-'))
  const connection = new WatchedConnection(join(folder, 'x.db'), 'writer')
  context.after(async () => {
    connection.close()
    await rm(folder, { recursive: true })
  })
  connection.run('CREATE TABLE t (a INTEGER PRIMARY KEY)', [])
  connection.take()
  const answers: Answer[] = []
  const troubles: string[] = []
  const writer = new SqliteWriter(
    connection,
    (some) => answers.push(...some),
    (event) => troubles.push(event),
  )
  return { connection, writer, answers, troubles }
}

const insert: Change<unknown, unknown, unknown> = {
  name: 'insert',
  durable: false,
  async run(tx, value) {
    return await tx.run('INSERT INTO t VALUES (?)', value as number)
  },
}
const insertDurably = { ...insert, durable: true }

test('changes that wait share one commit, each in its own savepoint', async (context) => {
  const { connection, writer, answers } = await openWriter(context)
  for (const [id, value] of [1, 2, 2, 3].entries()) writer.add(id, insert, value)
  await writer.idle()
  assert.deepEqual(
    answers.map(([id, ok]) => [id, ok]),
    [
      [0, true],
      [1, true],
      [2, false],
      [3, true],
    ],
  )
  const one = ['SAVEPOINT one', 'INSERT INTO t VALUES (?)', 'RELEASE one']
  const undone = ['SAVEPOINT one', 'INSERT INTO t VALUES (?)', 'ROLLBACK TO one', 'RELEASE one']
  assert.deepEqual(connection.take(), ['BEGIN IMMEDIATE', ...one, ...one, ...undone, ...one, 'COMMIT NORMAL'])
})

test('a change alone needs no savepoint', async (context) => {
  const { connection, writer, answers } = await openWriter(context)
  writer.add(1, insert, 1)
  await writer.idle()
  assert.deepEqual(connection.take(), ['BEGIN IMMEDIATE', 'INSERT INTO t VALUES (?)', 'COMMIT NORMAL'])
  writer.add(2, insert, 1)
  await writer.idle()
  assert.deepEqual(
    answers.map(([id, ok]) => [id, ok]),
    [
      [1, true],
      [2, false],
    ],
  )
  assert.deepEqual(connection.all('SELECT a FROM t', []), [{ a: 1 }])
})

test('one durable change makes its group durable, and only that', async (context) => {
  const { connection, writer } = await openWriter(context)
  const commits = async (...changes: readonly (typeof insert)[]) => {
    for (const [id, change] of changes.entries()) writer.add(id, change, null)
    await writer.idle()
    return connection.take().filter((sql) => sql.startsWith('COMMIT'))
  }
  assert.deepEqual(await commits(insert, insertDurably, insert), ['COMMIT FULL'])
  assert.deepEqual(await commits(insert), ['COMMIT NORMAL'])
  assert.deepEqual(await commits(insertDurably), ['COMMIT FULL'])
})

test('nobody hears of success before the commit, nor if it fails', async (context) => {
  const { connection, writer, answers, troubles } = await openWriter(context)
  connection.failNext = 'COMMIT'
  for (const [id, value] of [1, 2, 2].entries()) writer.add(id, insert, value)
  await writer.idle()
  assert.deepEqual(
    answers.map(([, ok]) => ok),
    [false, false, false],
  )
  assert.deepEqual(
    answers.map(([, , error]) => (error as Error).name),
    ['Error', 'Error', 'ConstraintViolated'],
  )
  assert.deepEqual(troubles, ['database commit failed'])
  assert.deepEqual(connection.all('SELECT a FROM t', []), [])
  writer.add(9, insert, 1)
  await writer.idle()
  assert.deepEqual(connection.all('SELECT a FROM t', []), [{ a: 1 }])
})

test('a transaction that cannot begin fails all that wait', async (context) => {
  const { connection, writer, answers } = await openWriter(context)
  connection.failNext = 'BEGIN IMMEDIATE'
  for (const id of [1, 2, 3]) writer.add(id, insert, id)
  await writer.idle()
  assert.deepEqual(
    answers.map(([id, ok]) => [id, ok]),
    [
      [1, false],
      [2, false],
      [3, false],
    ],
  )
})

test('a long crowd is committed in parts', async (context) => {
  const { connection, writer, answers } = await openWriter(context)
  const slow = {
    ...insert,
    async run() {
      const endMs = performance.now() + 4
      while (performance.now() < endMs);
    },
  }
  for (let id = 0; id < 10; id++) writer.add(id, slow, undefined)
  await writer.idle()
  assert.deepEqual(
    answers.map(([id]) => id),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  const commits = connection.take().filter((sql) => sql.startsWith('COMMIT')).length
  assert.ok(commits >= 3 && commits <= 6, `${commits} commits`)
})

test('a statement after the end of its transaction lands nowhere', async (context) => {
  const { connection, writer, answers } = await openWriter(context)
  let late: Promise<unknown> = Promise.resolve()
  const forgetful: typeof insert = {
    ...insert,
    async run(tx) {
      late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => tx.run('INSERT INTO t VALUES (7)'))
      late.catch(() => {})
    },
  }
  writer.add(1, forgetful, undefined)
  await writer.idle()
  await assert.rejects(late, /after the end of its transaction/)
  assert.equal(answers.length, 1)
  assert.deepEqual(connection.all('SELECT a FROM t', []), [])
})

test('what is prepared while others are committed is run after them', async (context) => {
  const { writer, answers } = await openWriter(context)
  const slow = Promise.withResolvers<number>()
  writer.add(0, { ...insert, prepare: () => slow.promise }, undefined)
  writer.add(1, insert, 1)
  while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve))
  slow.resolve(2)
  await writer.idle()
  assert.deepEqual(answers, [
    [1, true, 1],
    [0, true, 1],
  ])
})

/** Queries and changes for the port's own tests. */

import type { Change, Migration, Query, Row, SqlValue, Transaction } from '../database.ts'

export interface Statement {
  readonly sql: string
  readonly parameters?: readonly SqlValue[]
}

export const migrations: readonly Migration[] = [
  {
    part: 'testing',
    id: 1,
    sql: `
      CREATE TABLE thing (id INTEGER PRIMARY KEY, whole INTEGER, words TEXT, octets BLOB);
      CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0)) WITHOUT ROWID;
    `,
  },
  { part: 'testing', id: 2, sql: 'CREATE TABLE pair (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;' },
]

/** Rows of each statement, all in one snapshot. */
export const select: Query<readonly Statement[], Row[][]> = {
  name: 'testing.select',
  async run(reader, statements) {
    const rows: Row[][] = []
    for (const { sql, parameters = [] } of statements) rows.push(await reader.all(sql, ...parameters))
    return rows
  },
}

/** Rows changed by each statement. */
export const execute: Change<readonly Statement[], number[]> = { name: 'testing.execute', durable: false, run: runAll }

export const executeDurably: Change<readonly Statement[], number[]> = { name: 'testing.execute-durably', durable: true, run: runAll }

async function runAll(tx: Transaction, statements: readonly Statement[]): Promise<number[]> {
  const changed: number[] = []
  for (const { sql, parameters = [] } of statements) changed.push(await tx.run(sql, ...parameters))
  return changed
}

/** Rows of an INSERT or UPDATE … RETURNING. */
export const returning: Change<Statement, Row[]> = {
  name: 'testing.returning',
  durable: false,
  run: (tx, { sql, parameters = [] }) => tx.all(sql, ...parameters),
}

/** A statement fails, `run` carries on as if nothing had happened. */
export const swallow: Change<Statement, string> = {
  name: 'testing.swallow',
  durable: false,
  async run(tx, { sql, parameters = [] }) {
    await tx.run('INSERT INTO counter (name, value) VALUES (?, 0)', 'swallowed')
    try {
      await tx.run(sql, ...parameters)
    } catch {
      return 'swallowed'
    }
    return 'nothing to swallow'
  },
}

/** Reads, waits for other promises, writes what it read plus one: loses an increment when two of them interleave. */
export const readThenWrite: Change<string, number> = {
  name: 'testing.read-then-write',
  durable: false,
  async run(tx, name) {
    const row = await tx.get<{ value: number }>('SELECT value FROM counter WHERE name = ?', name)
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    const value = (row?.value ?? 0) + 1
    await tx.run('UPDATE counter SET value = ? WHERE name = ?', value, name)
    return value
  },
}

export const increment: Change<string, number | undefined> = {
  name: 'testing.increment',
  durable: false,
  async run(tx, name) {
    return (await tx.get<{ value: number }>('UPDATE counter SET value = value + 1 WHERE name = ? RETURNING value', name))?.value
  },
}

/** Writes, then throws an error of its own with a field and a cause. */
export const writeThenThrow: Change<string, never> = {
  name: 'testing.write-then-throw',
  durable: false,
  async run(tx, name) {
    await tx.run('INSERT INTO counter (name, value) VALUES (?, 1)', name)
    throw Object.assign(new Error('planned', { cause: new Error('deeper') }), { name: 'PlannedFault', line: 7 })
  },
}

/** Updates two rows in the given order with a pause between: two of them in opposite order make a deadlock on PostgreSQL. */
export const updateBoth: Change<{ readonly first: string; readonly second: string; readonly pauseMs: number }, number> = {
  name: 'testing.update-both',
  durable: false,
  async run(tx, { first, second, pauseMs }) {
    await tx.run('UPDATE counter SET value = value + 1 WHERE name = ?', first)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    return await tx.run('UPDATE counter SET value = value + 1 WHERE name = ?', second)
  },
}

export const preparing: Change<number, number, { readonly doubled: number }> = {
  name: 'testing.preparing',
  durable: false,
  async prepare(args) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (args < 0) throw new RangeError('below zero')
    return { doubled: args * 2 }
  },
  async run(tx, { doubled }) {
    await tx.run('INSERT INTO thing (whole) VALUES (?)', doubled)
    return doubled
  },
}

/** Keeps its snapshot open for a while, reads before and after. */
export const slowRead: Query<{ readonly sql: string; readonly pauseMs: number }, { readonly before: Row[]; readonly after: Row[] }> = {
  name: 'testing.slow-read',
  async run(reader, { sql, pauseMs }) {
    const before = await reader.all(sql)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    return { before, after: await reader.all(sql) }
  },
}

/** Octets made in the query, to see them arrive. */
export const octets: Query<number, { readonly octets: Uint8Array; readonly small: Uint8Array }> = {
  name: 'testing.octets',
  async run(_reader, length) {
    return { octets: new Uint8Array(length).fill(7), small: new Uint8Array([1, 2, 3]) }
  },
}

export const notCloneable: Query<undefined, () => void> = { name: 'testing.not-cloneable', run: async () => () => {} }

/** The thread ends in the middle of a change, after a write. */
export const crash: Change<undefined, void> = {
  name: 'testing.crash',
  durable: false,
  async run(tx) {
    await tx.run('INSERT INTO counter (name, value) VALUES (?, 1)', 'crashed')
    setImmediate(() => {
      throw new Error('planned crash of the thread')
    })
    await new Promise(() => {})
  },
}

/** Many statements at once; each sees those before it. A negative number: the last but one violates a constraint. */
export const crowd: Change<number, readonly (number | undefined)[]> = {
  name: 'testing.crowd',
  durable: false,
  async run(tx, size) {
    await tx.run('INSERT INTO counter (name, value) VALUES (?, 0)', `crowd ${size}`)
    const step = (index: number) => (size < 0 && index === -size - 2 ? -1000 : 1)
    const sql = 'UPDATE counter SET value = value + ? WHERE name = ? RETURNING value'
    const rows = await Promise.all(Array.from({ length: Math.abs(size) }, (_, index) => tx.get<{ value: number }>(sql, step(index), `crowd ${size}`)))
    return rows.map((row) => row?.value)
  },
}

export const pragma: Change<string, Row[]> = { name: 'testing.pragma', durable: false, run: (tx, text) => tx.all(`PRAGMA ${text}`) }

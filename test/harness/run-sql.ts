import type { Change, Query, Row } from '../../src/database/database.ts'

/** For tests that break what is stored: any statements. Known to the threads of tests alone. */
export const runSql: Change<readonly string[], void> = {
  name: 'test.run-sql',
  durable: true,
  async run(tx, statements) {
    for (const statement of statements) await tx.run(statement)
  },
}

/** For tests that look at rows which nothing else reads. */
export const readSql: Query<{ readonly sql: string }, readonly Row[]> = { name: 'test.read-sql', run: (reader, { sql }) => reader.all(sql) }

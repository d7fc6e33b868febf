import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { execute, migrations, select } from './testing/catalogue.ts'

const modules = [import.meta.resolve('./testing/catalogue.ts')]

withEachEngine((_engine, open) => {
  test('what was written is read back', async (context) => {
    const database = await open(context, { migrations, modules })
    await database.change(execute, [{ sql: 'INSERT INTO thing (id, whole, words, octets) VALUES (?, ?, ?, ?)', parameters: [1, 2 ** 53, 'Ünïcödé 😀', new Uint8Array([0, 255])] }])
    assert.deepEqual(await database.query(select, [{ sql: 'SELECT * FROM thing' }]), [[{ id: 1, whole: 2 ** 53, words: 'Ünïcödé 😀', octets: new Uint8Array([0, 255]) }]])
  })
})

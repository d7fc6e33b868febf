import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { readSql } from '../../test/harness/run-sql.ts'
import type { AccountId } from '../mail/ids.ts'
import { Idempotency } from './idempotency.ts'
import type { Answered } from './operate.ts'
import type { Principal } from './principal.ts'
import { apiMigrations } from './schema.ts'

const modules = [import.meta.resolve('./catalogue.ts')]
const admin: Principal = { kind: 'operator', operatorId: 1, name: 'admin' }
const ann: Principal = { kind: 'mailbox', accountId: 1 as AccountId, address: { localPart: 'ann', domain: 'a.example' }, customerId: 1 }
const request = { principal: admin, key: 'k1', name: 'mailbox.add', input: { address: 'bob@a.example' } }

withEachEngine((_, openDatabase) => {
  test('what comes again with its key is done once, and answered the same', async (context) => {
    const database = await openDatabase(context, { migrations: apiMigrations, modules })
    const clock = { nowMs: 1_700_000_000_000, now: () => clock.nowMs }
    const once = new Idempotency({ database, clock })
    let runs = 0
    const run = async (): Promise<Answered> => ({ done: { password: `secret ${++runs}` } })
    assert.deepEqual(await once.once(request, run), { done: { password: 'secret 1' } })
    assert.deepEqual(await once.once(request, run), { done: { password: 'secret 1' } })
    // Another life of the server knows it too; another's key of the same name is another key.
    assert.deepEqual(await new Idempotency({ database, clock }).once(request, run), { done: { password: 'secret 1' } })
    assert.deepEqual(await once.once({ ...request, principal: ann }, run), { done: { password: 'secret 2' } })
    assert.deepEqual(await once.once({ ...request, key: 'k2' }, run), { done: { password: 'secret 3' } })
    // What somebody was told, their programs are not.
    assert.deepEqual(await once.once({ ...request, principal: { ...admin, token: { name: 't', allows: [] } } }, run), { done: { password: 'secret 4' } })
    clock.nowMs += 24 * 3_600_000 + 1
    assert.deepEqual(await once.once(request, run), { done: { password: 'secret 5' } })
  })

  test('another request with the same key is refused, and so is the same one while the first is under way', async (context) => {
    const database = await openDatabase(context, { migrations: apiMigrations, modules })
    const once = new Idempotency({ database, clock: { now: () => 1_700_000_000_000 } })
    const [begun, first] = [Promise.withResolvers<undefined>(), Promise.withResolvers<Answered>()]
    const answered = once.once(request, () => {
      begun.resolve(undefined)
      return first.promise
    })
    await begun.promise
    const never = () => Promise.reject(new Error('done twice'))
    assert.equal((await once.once(request, never)).refused?.code, 'conflict')
    for (const other of [
      { ...request, input: { address: 'eve@a.example' } },
      { ...request, name: 'mailbox.remove' },
    ]) {
      assert.equal((await once.once(other, never)).refused?.code, 'input')
    }
    first.resolve({ refused: { code: 'exists', field: 'address', text: { en: 'there', de: 'da' } } })
    assert.equal((await answered).refused?.code, 'exists')
    assert.equal((await once.once(request, never)).refused?.code, 'exists')
  })

  test('what came to nothing by a fault, or by the end of the server, can be asked for again', async (context) => {
    const database = await openDatabase(context, { migrations: apiMigrations, modules })
    const clock = { nowMs: 1_700_000_000_000, now: () => clock.nowMs }
    const once = new Idempotency({ database, clock })
    await assert.rejects(
      once.once(request, () => Promise.reject(new Error('disk'))),
      /disk/,
    )
    const begun = Promise.withResolvers<undefined>()
    void once.once(request, () => {
      begun.resolve(undefined)
      return new Promise<never>(() => {})
    })
    await begun.promise
    const next = new Idempotency({ database, clock })
    const run = async (): Promise<Answered> => ({ done: 1 })
    assert.equal((await next.once(request, run)).refused?.code, 'conflict')
    clock.nowMs += 60_001
    assert.deepEqual(await next.once(request, run), { done: 1 })
  })

  test('what is kept of an answer cannot be read without the key', async (context) => {
    const database = await openDatabase(context, { migrations: apiMigrations, modules: [...modules, import.meta.resolve('../../test/harness/run-sql.ts')] })
    const once = new Idempotency({ database, clock: { now: () => 1_700_000_000_000 } })
    await once.once(request, async () => ({ done: { password: 'told this once' } }))
    const [row] = await database.query(readSql, { sql: 'SELECT * FROM idempotent_request' })
    assert.ok(row?.['answer'] instanceof Uint8Array && !Buffer.from(row['answer']).includes('told this once'))
    assert.ok(!JSON.stringify(Object.values(row)).includes('k1'))
  })
})

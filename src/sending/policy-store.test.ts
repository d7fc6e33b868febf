import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { databasePolicyStore } from './policy-store.ts'
import { sendingMigrations } from './schema.ts'

const modules = [import.meta.resolve('./policy-store.ts')]

withEachEngine((_engine, open) => {
  test('MTA-STS policies outlive a restart, and go when they expire', async (context) => {
    const clock = { nowMs: 0, now: () => clock.nowMs }
    const store = databasePolicyStore({ database: await open(context, { migrations: sendingMigrations, modules }), clock })
    const policy = { mode: 'enforce', mx: ['mx.b.example'], maxAgeSeconds: 10 } as const
    assert.equal(await store.load('b.example'), undefined)
    await store.save('b.example', { id: '1', policy, expiresAtMs: 10_000 })
    await store.save('b.example', { id: '2', policy, expiresAtMs: 20_000 })
    assert.deepEqual(await store.load('b.example'), { id: '2', policy, expiresAtMs: 20_000 })
    clock.nowMs = 20_001
    await store.save('c.example', { id: '3', policy, expiresAtMs: 90_000 })
    assert.equal(await store.load('b.example'), undefined)
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import type { OperationInput, OperationName } from '../api/contract.ts'
import type { Principal } from '../api/principal.ts'
import { runOperation } from '../api/run.ts'
import { silent } from '../base/log.ts'
import { loadConfig } from '../config/load.ts'
import { eventually } from '../../test/harness/server.ts'
import { operationContext } from './installation.ts'
import { openParts } from './open.ts'

async function open(context: TestContext, data: string) {
  const parts = await openParts({ config: loadConfig({ data }), log: silent })
  const operations = operationContext(parts, silent)
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await operations.bulk.close()
    await parts.close()
  }
  context.after(close)
  const run = <Name extends OperationName>(name: Name, input: OperationInput<Name>, principal: Principal = operations.principal) =>
    runOperation({ ...operations, principal }, name, input)
  const finished = (job: string) =>
    eventually('the job', async () => {
      const shown = await run('bulk.show', { job })
      return shown.finished === null ? undefined : shown
    })
  return { run, finished, close, resume: () => operations.bulk.resume() }
}

function folder(context: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'posthorn-bulk-'))
  context.after(() => rmSync(data, { recursive: true }))
  return data
}

const password = 'correct horse battery'

test('each line has its outcome, and the same again changes nothing', async (context) => {
  const { run, finished } = await open(context, folder(context))
  await run('domain.add', { domain: 'a.example' })
  await run('mailbox.add', { address: 'old@a.example', password, quota: '1G' })
  await run('alias.add', { address: 'info@a.example', to: ['old@a.example'] })
  const csv = `address,password,quota\nann@a.example,${password},2G\nold@a.example,another horse battery,3G\ninfo@a.example,${password},\neve@b.example,${password},\nbob@a.example,x,\n`
  const first = await finished((await run('bulk.start', { csv })).job)
  assert.deepEqual(
    first.results.map(({ line, address, result }) => [line, address, result]),
    [
      [1, 'ann@a.example', 'added'],
      [2, 'old@a.example', 'changed'],
      [3, 'info@a.example', 'refused'],
      [4, 'eve@b.example', 'refused'],
      [5, 'bob@a.example', 'refused'],
    ],
  )
  assert.deepEqual([first.lines, first.added, first.changed, first.unchanged, first.refused, first.by], [5, 1, 1, 0, 3, 'cli'])
  assert.match(first.results[3]?.detail?.en ?? '', /^there is no domain b\.example/)
  assert.match(first.results[4]?.detail?.de ?? '', /zu kurz/)
  const again = await finished((await run('bulk.start', { csv })).job)
  assert.deepEqual([again.added, again.changed, again.unchanged, again.refused], [0, 0, 2, 3])
  const refused = await run('bulk.show', { job: again.job, only: 'refused', limit: 2 })
  assert.deepEqual([refused.results.map(({ line }) => line), refused.next], [[3, 4], 4])
})

test('people add what is theirs to add, and see their own jobs', async (context) => {
  const { run, finished } = await open(context, folder(context))
  for (const [customer, domain] of [
    ['one', 'one.example'],
    ['two', 'two.example'],
  ] as const) {
    await run('customer.add', { name: customer })
    await run('domain.add', { domain, customer })
  }
  const manager: Principal = { kind: 'person', personId: 1, name: 'm@one.example', customerId: 1, role: 'manager' }
  await run('person.add', { customer: 'one', name: 'm@one.example', role: 'manager', password: 'correct horse battery' })
  const mailboxes = ['ann@one.example', 'ann@two.example', 'ann@none.example'].map((address) => ({ address, password }))
  const { job } = await run('bulk.start', { mailboxes }, manager)
  const { results } = await finished(job)
  assert.deepEqual(
    results.map(({ result, detail }) => [result, detail?.en]),
    [
      ['added', undefined],
      ['refused', 'there is no address ann@two.example'],
      ['refused', 'there is no address ann@none.example'],
    ],
  )
  assert.equal((await run('bulk.list', {}, manager)).jobs.length, 1)
  assert.equal((await run('bulk.list', {}, { ...manager, customerId: 2 })).jobs.length, 0)
})

test('a job ends with the rights of who started it', async (context) => {
  const { run, finished } = await open(context, folder(context))
  await run('customer.add', { name: 'one' })
  await run('domain.add', { domain: 'one.example', customer: 'one' })
  const manager: Principal = { kind: 'person', personId: 1, name: 'm@desk.example', customerId: 1, role: 'manager' }
  await run('person.add', { customer: 'one', name: 'm@desk.example', role: 'manager', password })
  const mailboxes = (name: string) => [{ address: `${name}@one.example`, password }]
  const done = async (name: string, principal: Principal) => {
    const { results } = await finished((await run('bulk.start', { mailboxes: mailboxes(name) }, principal)).job)
    return results.map(({ result, detail }) => detail?.en ?? result)
  }
  assert.deepEqual(await done('ann', manager), ['added'])
  const token = { name: 'billing', allows: ['see', 'manage'] as const }
  assert.deepEqual(await done('bob', { ...manager, token }), ['who started this may not do it any more'])
  await run('token.add', { person: 'm@desk.example', customer: 'one', name: 'billing', scopes: ['see', 'manage'] })
  assert.deepEqual(await done('bob', { ...manager, token }), ['added'])
  // As they were when they asked; before the line is done they are helpdesk, locked, gone.
  await run('person.set', { customer: 'one', name: 'm@desk.example', role: 'helpdesk' })
  assert.deepEqual(await done('carl', manager), ['you may not do that'])
  await run('customer.lock', { name: 'one', reason: 'unpaid' })
  assert.deepEqual(await done('carl', manager), ['who started this may not do it any more'])
  await run('customer.unlock', { name: 'one' })
  await run('person.remove', { customer: 'one', name: 'm@desk.example' })
  assert.deepEqual(await done('carl', manager), ['who started this may not do it any more'])
})

test('nobody begins more jobs than can be done', async (context) => {
  const { run, close } = await open(context, folder(context))
  await run('domain.add', { domain: 'a.example' })
  const mailboxes = Array.from({ length: 200 }, (_, index) => ({ address: `u${index}@a.example`, password }))
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => run('bulk.start', { mailboxes })))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5)
  await close()
})

test('a job goes on after a restart, and keeps no password when it is done', async (context) => {
  const data = folder(context)
  const one = await open(context, data)
  await one.run('domain.add', { domain: 'a.example' })
  const mailboxes = Array.from({ length: 26 }, (_, index) => ({ address: `u${index}@a.example`, password: `horse battery staple ${index}` }))
  const { job } = await one.run('bulk.start', { mailboxes })
  await eventually('the first lines', async () => ((await one.run('bulk.show', { job })).added > 0 ? true : undefined))
  await one.close()
  const kept = new Database(join(data, 'posthorn.db'), { readonly: true })
  const waiting = kept.prepare('SELECT wanted FROM bulk_line WHERE wanted IS NOT NULL').all() as { wanted: string }[]
  assert.ok(waiting.length > 0 && !waiting.some(({ wanted }) => wanted.includes('staple')))
  kept.close()
  const two = await open(context, data)
  const before = await two.run('bulk.show', { job })
  assert.equal(before.finished, null)
  two.resume()
  const done = await two.finished(job)
  assert.deepEqual([done.added + done.unchanged, done.refused], [26, 0])
  assert.equal((await two.run('mailbox.list', {})).mailboxes.length, 26)
  await two.close()
  const database = new Database(join(data, 'posthorn.db'), { readonly: true })
  assert.deepEqual(database.prepare('SELECT COUNT(*) AS kept FROM bulk_line WHERE wanted IS NOT NULL').get(), { kept: 0 })
  database.close()
})

test('what is no job is refused at once', async (context) => {
  const { run } = await open(context, folder(context))
  for (const input of [{}, { mailboxes: [{ address: 'a@a.example' }], csv: 'address\n' }, { csv: 'address\n' }, { csv: `address\n${'x\n'.repeat(10_001)}` }]) {
    await assert.rejects(run('bulk.start', input), { name: 'Refused', code: 'input' })
  }
  await assert.rejects(run('bulk.show', { job: 'none' }), { name: 'Refused', code: 'unknown' })
})

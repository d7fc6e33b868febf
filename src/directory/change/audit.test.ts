import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { at, type Desk, desk } from '../../../test/harness/directory.ts'
import { runSql } from '../../../test/harness/run-sql.ts'
import { type AuditFilter, checkAudit, listAudit } from '../query/audit.ts'
import { planFeatures } from '../plan-features.ts'
import { addMailbox, setQuota } from './addresses.ts'
import { pruneAudit } from './audit.ts'
import { addCustomer, setCustomer } from './organisation.ts'
import { lockMailbox } from './locks.ts'
import { addPlan, setPlan } from './plans.ts'
import { setAddressSettings, setDomainDefaults, setSettings } from './settings.ts'
import { addTemplate } from './templates.ts'

const everything: AuditFilter = {
  ...{ reach: { kind: 'all' }, subject: undefined, actor: undefined, change: undefined, customer: undefined },
  ...{ sinceMs: undefined, untilMs: undefined, before: undefined, limit: 100 },
}

async function seen(d: Desk, filter: Partial<AuditFilter> = {}): Promise<string[]> {
  const rows = await d.directory.query(listAudit, { ...everything, ...filter })
  return rows.map(({ change, subject, customer }) => `${change} ${subject}${customer === undefined ? '' : ` (${customer})`}`)
}

/** Two customers with a domain and a mailbox each; the second is the first one's. */
async function twoCustomers(d: Desk) {
  const { customerId: acme } = await d.make(addCustomer, { name: 'acme', plan: undefined })
  await d.make(setCustomer, { customer: 'acme', plan: undefined, isReseller: true, values: {} })
  const { customerId: below } = await d.make(addCustomer, { name: 'below', plan: undefined, resellerId: acme })
  await d.domain('a.example', 'acme')
  await d.domain('b.example', 'acme.below')
  await d.mailbox('ann@a.example')
  await d.mailbox('bob@b.example')
  await d.make(setSettings, { values: { subaddressing: 'off' } })
  return { acme, below }
}

withEachEngine((_engine, open) => {
  test('each change is seen by whose it is, and the installation’s by operators alone', async (context) => {
    const d = await desk(context, open)
    const { acme, below } = await twoCustomers(d)
    const ofBelow = ['mailbox.add bob@b.example (acme.below)', 'domain.add b.example (acme.below)', 'customer.add acme.below (acme.below)']
    assert.deepEqual(await seen(d, { reach: { kind: 'customer', customerId: below } }), ofBelow)
    assert.equal((await seen(d, { reach: { kind: 'customer', customerId: acme } })).length, 7)
    assert.deepEqual((await seen(d))[0], 'setting.set subaddressing')
    assert.deepEqual(await seen(d, { reach: { kind: 'customer', customerId: 99 } }), [])
    assert.deepEqual(await seen(d, { reach: { kind: 'account', accountId: 1 as never } }), [])
  })

  test('what stood there before is told of what is another now, plans and templates by their names', async (context) => {
    const d = await desk(context, open)
    await twoCustomers(d)
    const newest = async () => {
      const [row] = await d.directory.query(listAudit, { ...everything, limit: 1 })
      const { was } = JSON.parse(row?.detail ?? '{}') as { was?: unknown }
      return was
    }
    await d.make(addPlan, { name: 'gold', limits: { storageBytes: 1 }, values: {} })
    assert.equal(await newest(), undefined)
    await d.make(setPlan, { name: 'gold', limits: { storageBytes: 2, features: ['api'] }, values: { 'spam-level': 'low' } })
    assert.deepEqual(await newest(), { 'spam-level': null, storageBytes: 1, features: [...planFeatures] })
    await d.make(setCustomer, { customer: 'acme', plan: 'gold', values: { 'spam-level': 'low' } })
    assert.deepEqual(await newest(), { plan: 'standard', 'spam-level': null })
    for (const name of ['one', 'two']) {
      await d.make(addTemplate, { customer: undefined, kind: 'protection', name, values: {} })
      await d.make(setDomainDefaults, { domain: 'a.example', values: {}, template: name })
    }
    assert.deepEqual(await newest(), { template: 'one' })
    const address = at('ann@a.example')
    await d.make(setQuota, { address, quotaBytes: 5 })
    await d.make(setQuota, { address, quotaBytes: null })
    assert.deepEqual(await newest(), { quotaBytes: 5 })
    await d.make(setAddressSettings, { address, values: { greylisting: 'off' } })
    await d.make(setAddressSettings, { address, values: { greylisting: 'off', 'spam-level': null } })
    assert.equal(await newest(), undefined)
  })

  test('by subject, kind, customer, time, and in pages', async (context) => {
    const d = await desk(context, open)
    await twoCustomers(d)
    await d.make(lockMailbox, { address: at('ann@a.example'), kind: 'sending', reason: 'sends spam' })
    assert.deepEqual(await seen(d, { subject: 'a.example' }), [
      'mailbox.lock ann@a.example (acme)',
      'mailbox.add ann@a.example (acme)',
      'domain.add a.example (acme)',
    ])
    assert.deepEqual(await seen(d, { subject: 'ann@a.example', change: 'mailbox' }), ['mailbox.lock ann@a.example (acme)', 'mailbox.add ann@a.example (acme)'])
    assert.deepEqual(await seen(d, { subject: '%' }), [])
    assert.deepEqual(await seen(d, { customer: 'acme.below', change: 'domain.add' }), ['domain.add b.example (acme.below)'])
    assert.deepEqual(await seen(d, { actor: 'nobody' }), [])
    assert.deepEqual([(await seen(d, { sinceMs: Number.MAX_SAFE_INTEGER })).length, (await seen(d, { untilMs: 0 })).length], [0, 0])
    const [first, ...rest] = await d.directory.query(listAudit, everything)
    assert.deepEqual(await d.directory.query(listAudit, { ...everything, before: first?.auditId }), rest)
  })

  for (const [what, sql] of [
    ['changed', "UPDATE audit SET actor = 'somebody else' WHERE audit_id = 3"],
    ['given to another customer', 'UPDATE audit SET customer_id = 99 WHERE audit_id = 3'],
    ['taken out', 'DELETE FROM audit WHERE audit_id = 2'],
    ['taken out at the beginning', 'DELETE FROM audit WHERE audit_id <= 2'],
  ] as const) {
    test(`an entry that was ${what} is found`, async (context) => {
      const d = await desk(context, open)
      await twoCustomers(d)
      const whole = await d.directory.query(checkAudit, undefined)
      assert.deepEqual([whole.broken, whole.more, whole.hash.length], [undefined, false, 64])
      await d.database.change(runSql, [sql])
      assert.equal((await d.directory.query(checkAudit, undefined)).broken, 3)
    })
  }

  test('what is older than it is kept goes, and the rest still fits', async (context) => {
    const d = await desk(context, open)
    await twoCustomers(d)
    const { hash, entries } = await d.directory.query(checkAudit, undefined)
    await d.database.change(runSql, ['UPDATE audit SET at_ms = at_ms + 9 WHERE audit_id > 3'])
    assert.equal(await d.database.change(pruneAudit, { beforeMs: 1_700_000_000_001 }), false)
    assert.deepEqual((await seen(d)).length, entries - 3)
    await d.database.change(pruneAudit, { beforeMs: Number.MAX_SAFE_INTEGER })
    assert.deepEqual(await d.directory.query(checkAudit, undefined), { entries: 0, hash, auditId: entries, broken: undefined, more: false })
    await d.make(addMailbox, { address: at('eve@a.example'), quotaBytes: null, credentials: [] })
    const after = await d.directory.query(checkAudit, undefined)
    assert.deepEqual([after.entries, after.broken], [1, undefined])
  })
})

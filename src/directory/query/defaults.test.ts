import assert from 'node:assert/strict'
import test from 'node:test'
import { desk } from '../../../test/harness/directory.ts'
import { withEachEngine } from '../../../test/harness/database.ts'
import { addCustomer } from '../change/organisation.ts'
import { addPlan } from '../change/plans.ts'
import { setDomainDefaults, setSettings } from '../change/settings.ts'
import { type DefaultsOf, defaultsQuery } from './defaults.ts'

withEachEngine((_engine, open) => {
  test('a domain, customer or plan shows its own values, what it has from further up, and what would hold without its own', async (context) => {
    const d = await desk(context, open)
    await d.make(setSettings, { values: { 'virus-action': 'folder' } })
    await d.make(addPlan, { name: 'big', limits: {}, values: { 'spam-level': 'low', 'messages-per-hour': '20' } })
    await d.make(addCustomer, { name: 'a', plan: 'big' })
    await d.domain('a.example', 'a')
    await d.make(setDomainDefaults, { domain: 'a.example', values: { 'spam-level': 'high' } })
    const shown = async (of: DefaultsOf) => {
      const { found } = (await d.directory.query(defaultsQuery, of)) as { found: Record<string, unknown> }
      return [found['spam-level'], found['messages-per-hour'], found['virus-action'], found['greylisting']]
    }
    const above = [
      { value: '20', from: 'plan' },
      { value: 'folder', from: 'installation' },
      { value: 'on', from: 'installation' },
    ]
    assert.deepEqual(await shown({ scope: 'domain', name: 'a.example' }), [
      { value: 'high', from: 'domain', otherwise: { value: 'low', from: 'plan' } },
      ...above,
    ])
    assert.deepEqual(await shown({ scope: 'customer', name: 'a' }), [{ value: 'low', from: 'plan' }, ...above])
    assert.deepEqual(await shown({ scope: 'plan', name: 'big' }), [
      { value: 'low', from: 'plan', otherwise: { value: 'medium', from: 'installation' } },
      { value: '20', from: 'plan', otherwise: { value: '300', from: 'installation' } },
      ...above.slice(1),
    ])
    for (const scope of ['domain', 'customer', 'plan'] as const)
      assert.equal((await d.directory.query(defaultsQuery, { scope, name: 'gone.example' })).refused?.code, 'unknown')
  })
})

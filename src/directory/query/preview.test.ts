import assert from 'node:assert/strict'
import test from 'node:test'
import { at, type Desk, desk } from '../../../test/harness/directory.ts'
import { withEachEngine } from '../../../test/harness/database.ts'
import { type AddressSettingKey, addressSettingKeys } from '../address-settings.ts'
import { setQuota } from '../change/addresses.ts'
import { addCustomer, setCustomer } from '../change/organisation.ts'
import { addPlan, setPlan } from '../change/plans.ts'
import { setAddressSettings, setDomainDefaults, setSettings } from '../change/settings.ts'
import { addTemplate, removeTemplate, setTemplate } from '../change/templates.ts'
import type { EditEffect } from './edit-effect.ts'
import { addressOverview } from './overview.ts'
import { type PreviewOf, previewEdit } from './preview.ts'

async function effect(d: Desk, preview: PreviewOf): Promise<EditEffect> {
  const found = await d.directory.query(previewEdit, preview)
  assert.ok(found.refused === undefined)
  return found.effect
}

/** Customers a (domains a.example, b.example) and c (c.example), each with addresses of all kinds. */
async function town(d: Desk): Promise<string[]> {
  await d.make(addPlan, { name: 'big', limits: { storageBytes: 2 ** 30 }, values: { 'spam-level': 'low' } })
  for (const [customer, ...domains] of [
    ['a', 'a.example', 'b.example'],
    ['c', 'c.example'],
  ] as const) {
    await d.make(addCustomer, { name: customer, plan: customer === 'a' ? 'big' : undefined })
    for (const domain of domains) await d.domain(domain, customer)
  }
  const names: string[] = []
  for (const domain of ['a.example', 'b.example', 'c.example']) {
    for (const name of ['ann', 'bob', 'eve']) await d.mailbox(`${name}@${domain}`)
    await d.pointer('list', `all@${domain}`, `ann@${domain}`, `bob@${domain}`)
    await d.pointer('forward', `fwd@${domain}`, `ann@${domain}`)
    names.push(...['all', 'ann', 'bob', 'eve', 'fwd'].map((name) => `${name}@${domain}`))
  }
  await d.make(addTemplate, { name: 'strict', customer: undefined, kind: 'protection', values: { 'spam-level': 'high' } })
  await d.make(addTemplate, { name: 'mild', customer: 'a', kind: 'protection', values: { 'spam-level': 'very-low', greylisting: 'off' } })
  await d.make(setDomainDefaults, { domain: 'b.example', values: { 'spam-level': 'medium' }, template: 'strict' })
  await d.make(setAddressSettings, { address: at('eve@b.example'), values: { 'spam-level': 'off' } })
  await d.make(setAddressSettings, { address: at('eve@c.example'), values: { 'spam-level': 'off', greylisting: 'off' } })
  return names
}

/** What holds for each address, by another way than the preview's. */
async function held(d: Desk, names: readonly string[], key: AddressSettingKey): Promise<string[]> {
  const all: string[] = []
  for (const name of names) {
    const overview = await d.directory.query(addressOverview, { address: at(name) })
    assert.ok('found' in overview)
    all.push(overview.found.settings[key].value)
  }
  return all
}

withEachEngine((_engine, open) => {
  test('a preview says how many change, from what to what, and who keeps theirs', async (context) => {
    const d = await desk(context, open)
    await town(d)
    const found = await effect(d, { change: 'plan.set', args: { name: 'big', limits: {}, values: { 'spam-level': 'very-high' } } })
    assert.deepEqual(found, {
      exceeding: [],
      addresses: 5,
      settings: [
        {
          key: 'spam-level',
          changing: 5,
          changes: [{ from: 'low', to: 'very-high', addresses: 5 }],
          keeping: [
            { by: 'template', addresses: 4 },
            { by: 'address', addresses: 1 },
          ],
          same: 0,
          first: ['all', 'ann', 'bob', 'eve', 'fwd'].map((name) => ({ address: `${name}@a.example`, from: 'low', to: 'very-high' })),
        },
      ],
    })
    // Nothing was changed.
    assert.equal((await d.found('ann@a.example')).settings.spamLevel, 'low')
  })

  test('what is foretold is what comes, for every kind of edit', async (context) => {
    const d = await desk(context, open)
    const names = await town(d)
    const edits: { readonly preview: PreviewOf; readonly make: () => Promise<unknown> }[] = []
    const add = (preview: PreviewOf, make: () => Promise<unknown>) => edits.push({ preview, make })
    const installation = { values: { 'spam-level': 'very-high', greylisting: 'off' } }
    add({ change: 'setting.set', args: installation }, () => d.make(setSettings, installation))
    const plan = { name: 'standard', limits: {}, values: { 'spam-level': 'high', language: 'de' } } as const
    add({ change: 'plan.set', args: plan }, () => d.make(setPlan, plan))
    const customer = { customer: 'c', plan: 'big', values: { greylisting: 'on' } } as const
    add({ change: 'customer.set', args: customer }, () => d.make(setCustomer, customer))
    for (const domain of [
      { domain: 'a.example', values: { 'spam-level': 'off' }, template: 'mild' },
      { domain: 'b.example', values: { greylisting: 'off' }, template: null },
      { domain: 'c.example', values: { 'reverse-lookup': 'off', posting: 'members' }, template: 'strict' },
    ] as const)
      add({ change: 'domain.set', args: domain }, () => d.make(setDomainDefaults, domain))
    const strict = { name: 'strict', customer: undefined, rename: undefined, values: { 'spam-level': null, greylisting: 'on' } } as const
    add({ change: 'template.set', args: strict }, () => d.make(setTemplate, strict))
    const mild = { name: 'mild', customer: 'a' }
    add({ change: 'template.remove', args: mild }, () => d.make(removeTemplate, mild))
    const back = { values: { 'spam-level': null, greylisting: null } }
    add({ change: 'setting.set', args: back }, () => d.make(setSettings, back))

    for (const { preview, make } of edits) {
      const found = await effect(d, preview)
      const before = new Map<string, string[]>()
      for (const key of addressSettingKeys) before.set(key, await held(d, names, key))
      await make()
      const changed = new Set<string>()
      for (const key of addressSettingKeys) {
        const after = await held(d, names, key)
        const different = names.flatMap((name, index) =>
          before.get(key)?.[index] === after[index] ? [] : [{ address: name, from: before.get(key)?.[index], to: after[index] }],
        )
        const seen = different.filter(({ address }) => means(key, address))
        for (const { address } of seen) changed.add(address)
        const setting = found.settings.find((one) => one.key === key)
        assert.deepEqual(
          setting?.first ?? [],
          seen.sort((one, other) => (one.address < other.address ? -1 : 1)),
          `${preview.change} ${key}`,
        )
        assert.equal(setting?.changing ?? 0, seen.length)
      }
      assert.equal(found.addresses, changed.size, preview.change)
    }
  })

  test('what customers have already and a plan would not allow is told, by customer', async (context) => {
    const d = await desk(context, open)
    await town(d)
    await d.pointer('forward', 'far@b.example', 'x@elsewhere.example')
    await d.pointer('alias', '*@a.example', 'ann@a.example')
    const limits = { maxMailboxes: 5, maxAddresses: 100, maxDomains: 1, features: ['api', 'app-passwords', 'autoresponder'] } as const
    const told = [
      { of: 'forwarding-elsewhere', customers: 1, number: 1, first: ['a'] },
      { of: 'lists', customers: 1, number: 2, first: ['a'] },
      { of: 'catch-all', customers: 1, number: 1, first: ['a'] },
    ]
    const room = [
      { of: 'mailboxes', customers: 1, number: 6, first: ['a'] },
      { of: 'domains', customers: 1, number: 2, first: ['a'] },
    ]
    const sorted = (found: EditEffect) => found.exceeding.map(({ of }) => of).sort()
    const change = { change: 'plan.set', args: { name: 'big', limits, values: {} } } as const
    const found = await effect(d, change)
    for (const one of [...told, ...room])
      assert.deepEqual(
        found.exceeding.find(({ of }) => of === one.of),
        one,
      )
    assert.equal(found.exceeding.length, told.length + room.length)
    assert.deepEqual((await effect(d, { change: 'plan.set', args: { name: 'standard', limits, values: {} } })).exceeding, [
      { of: 'lists', customers: 1, number: 1, first: ['c'] },
    ])
    // The same for a customer who gets another plan.
    await d.make(addPlan, { name: 'small', limits, values: {} })
    assert.deepEqual(sorted(await effect(d, { change: 'customer.set', args: { customer: 'a', plan: 'small', values: {} } })), sorted(found))
    await d.make(setPlan, change.args)
    // Allowing more exceeds nothing.
    assert.deepEqual((await effect(d, { change: 'customer.set', args: { customer: 'a', plan: 'standard', values: {} } })).exceeding, [])
  })

  test('how much mailboxes may hold changes with the plan, unless they have a limit of their own', async (context) => {
    const d = await desk(context, open)
    await town(d)
    await d.make(setQuota, { address: at('bob@a.example'), quotaBytes: 1000 })
    const storage = { key: 'storage', changing: 5, keeping: [{ by: 'address', addresses: 1 }], same: 0, first: [] } as const
    assert.deepEqual(await effect(d, { change: 'plan.set', args: { name: 'big', limits: { storageBytes: 2 ** 31 }, values: {} } }), {
      addresses: 5,
      settings: [{ ...storage, changes: [{ from: '1G', to: '2G', addresses: 5 }] }],
      exceeding: [],
    })
    const moved = await effect(d, { change: 'customer.set', args: { customer: 'a', plan: 'standard', values: {} } })
    assert.deepEqual(moved.settings[1], { ...storage, changes: [{ from: '1G', to: 'none', addresses: 5 }] })
  })

  test('a preview is refused as the edit would be', async (context) => {
    const d = await desk(context, open)
    await town(d)
    const refused = async (preview: PreviewOf) => (await d.directory.query(previewEdit, preview)).refused?.code
    assert.equal(await refused({ change: 'plan.set', args: { name: 'bigg', limits: {}, values: {} } }), 'unknown')
    assert.equal(await refused({ change: 'domain.set', args: { domain: 'c.example', values: {}, template: 'mild' } }), 'unknown')
    assert.equal(await refused({ change: 'domain.set', args: { domain: 'c.example', values: { 'list-mode': 'allow-only' } } }), 'allow-only-default')
    assert.equal(await refused({ change: 'template.set', args: { name: 'mild', customer: undefined, rename: undefined, values: {} } }), 'unknown')
    assert.equal(await refused({ change: 'template.remove', args: { name: 'mild', customer: 'c' } }), 'unknown')
  })
})

/** Does the setting mean something to an address of the town? A list's own posting, a mailbox's language. */
function means(key: AddressSettingKey, address: string): boolean {
  const kind = address.startsWith('all@') ? 'list' : address.startsWith('fwd@') ? 'forward' : 'mailbox'
  if (key === 'posting') return kind === 'list'
  return key === 'language' ? kind === 'mailbox' : true
}

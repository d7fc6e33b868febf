import assert from 'node:assert/strict'
import test from 'node:test'
import { at, type Desk, desk } from '../../../test/harness/directory.ts'
import { withEachEngine } from '../../../test/harness/database.ts'
import { previewUndo } from '../query/preview-undo.ts'
import { previewMany } from '../query/preview-many.ts'
import type { Selection } from '../query/selection.ts'
import { showEdit } from '../query/edits.ts'
import type { Reach } from '../reach.ts'
import { changeList } from './lists.ts'
import { setMany, type ManyChange } from './many.ts'
import { addCustomer } from './organisation.ts'
import { setAddressSettings } from './settings.ts'
import { addTemplate } from './templates.ts'
import { undoEdit } from './undo.ts'

const all: Reach = { kind: 'all' }

/** Customers a (a.example, b.example) and c (c.example), each domain with ann, bob, and the list all. */
async function town(d: Desk): Promise<void> {
  for (const [customer, ...domains] of [
    ['a', 'a.example', 'b.example'],
    ['c', 'c.example'],
  ] as const) {
    await d.make(addCustomer, { name: customer, plan: undefined })
    for (const domain of domains) {
      await d.domain(domain, customer)
      for (const name of ['ann', 'bob']) await d.mailbox(`${name}@${domain}`)
      await d.pointer('list', `all@${domain}`, `ann@${domain}`)
    }
  }
}

function change(selection: Partial<Selection>, given: Partial<Omit<ManyChange, 'selection'>>): ManyChange {
  return { selection: { reach: all, ...selection }, values: {}, template: undefined, ...given }
}

async function levels(d: Desk): Promise<Record<string, string>> {
  const names = ['a.example', 'b.example', 'c.example'].flatMap((domain) => ['all', 'ann', 'bob'].map((name) => `${name}@${domain}`))
  const found = await Promise.all(names.map(async (name) => [name.replace('.example', ''), (await d.found(name)).settings.spamLevel]))
  return Object.fromEntries(found.filter(([, level]) => level !== 'medium')) as Record<string, string>
}

withEachEngine((_engine, open) => {
  test('many are chosen by domain, name, kind, part of the address, what holds and template, and one edit takes it back', async (context) => {
    const d = await desk(context, open)
    await town(d)
    await d.make(addTemplate, { name: 'strict', customer: undefined, kind: 'protection', values: { 'spam-level': 'very-high' } })
    const low = { values: { 'spam-level': 'low' } } as const
    const cases: [Partial<Selection>, Partial<Omit<ManyChange, 'selection'>>, Record<string, string>][] = [
      [{ domains: ['a.example'] }, low, { 'all@a': 'low', 'ann@a': 'low', 'bob@a': 'low' }],
      [{ domains: ['a.example', 'c.example'], kind: 'list' }, low, { 'all@a': 'low', 'all@c': 'low' }],
      [{ contains: 'ob@c' }, low, { 'bob@c': 'low' }],
      [{ contains: '%' }, low, {}],
      [{ addresses: [at('Ann@a.example'), at('bob@b.example')] }, { template: 'strict' }, { 'ann@a': 'very-high', 'bob@b': 'very-high' }],
    ]
    for (const [selection, given, expected] of cases) {
      const foretold = await d.directory.query(previewMany, change(selection, given))
      assert.ok(foretold.refused === undefined)
      const { edit, changed } = await d.make(setMany, change(selection, given))
      assert.deepEqual(await levels(d), expected)
      assert.deepEqual([foretold.effect.addresses, foretold.selected, changed], [changed, changed, Object.keys(expected).length])
      if (edit !== null) await d.make(undoEdit, { edit, reach: all })
      assert.deepEqual(await levels(d), {})
    }

    await d.make(setMany, change({ domains: ['b.example'] }, { template: 'strict' }))
    await d.make(setMany, change({ values: { 'spam-level': 'very-high' }, kind: 'mailbox' }, { values: { 'spam-level': 'off' } }))
    assert.deepEqual(await levels(d), { 'all@b': 'very-high', 'ann@b': 'off', 'bob@b': 'off' })
    const taken = await d.make(setMany, change({ template: 'strict' }, { template: null, values: { 'spam-level': null } }))
    assert.deepEqual([taken.changed, await levels(d)], [3, {}])
    const shown = await d.directory.query(showEdit, { edit: taken.edit ?? 0, reach: all, limit: 10 })
    assert.ok(shown.refused === undefined)
    assert.deepEqual(
      shown.values.map(({ owner, key, before, after }) => [owner, key, before, after]),
      [
        ['all@b.example', 'template', 'strict', null],
        ['ann@b.example', 'spam-level', 'off', null],
        ['ann@b.example', 'template', 'strict', null],
        ['bob@b.example', 'spam-level', 'off', null],
        ['bob@b.example', 'template', 'strict', null],
      ],
    )
  })

  test('who cannot have it is named with the reason, and the others get it', async (context) => {
    const d = await desk(context, open)
    await town(d)
    await d.make(addTemplate, { name: 'ours', customer: 'a', kind: 'protection', values: { 'spam-level': 'high' } })
    await d.make(changeList, { address: at('bob@a.example'), list: 'allow-only', add: ['x.example'], remove: [] })
    await d.make(setAddressSettings, { address: at('bob@a.example'), values: { 'list-mode': null } })
    const skipped = async (args: ManyChange) => {
      const found = await d.directory.query(previewMany, args)
      assert.ok(found.refused === undefined)
      const { changed } = await d.make(setMany, args)
      assert.equal(found.effect.addresses, changed)
      return [changed, found.skipped.map(({ address, why }) => `${address} ${why}`), found.missing]
    }
    const a = { domains: ['a.example'] }
    assert.deepEqual(await skipped(change(a, { values: { greylisting: 'off' } })), [2, ['all@a.example locked'], []])
    const only = change(a, { values: { 'list-mode': 'allow-only' } })
    assert.deepEqual(await skipped(only), [1, ['all@a.example allow-only-empty', 'ann@a.example allow-only-empty'], []])
    const named = { addresses: [at('ann@a.example'), at('anm@a.example'), at('ann@nowhere.example')] }
    assert.deepEqual(await skipped(change(named, { template: 'ours' })), [1, [], ['anm@a.example', 'ann@nowhere.example']])
    assert.deepEqual(await d.refused(setMany, change({}, { template: 'ours' })), { code: 'unknown', thing: 'template', name: 'ours', near: undefined })
    const reach: Reach = { kind: 'customer', customerId: 1 }
    assert.deepEqual(await skipped(change({ reach, kind: 'mailbox' }, { template: 'ours' })), [3, [], []])
  })

  test('nobody reaches what is another’s, by whichever way they choose it', async (context) => {
    const d = await desk(context, open)
    await town(d)
    const reach: Reach = { kind: 'customer', customerId: 2 }
    const off = { values: { 'spam-level': 'off' } } as const
    assert.deepEqual(await d.refused(setMany, change({ reach, domains: ['a.example'] }, off)), {
      code: 'unknown',
      thing: 'domain',
      name: 'a.example',
      near: undefined,
    })
    for (const selection of [{ addresses: [at('ann@a.example')] }, { contains: 'a.example' }, { contains: 'ann@a' }])
      assert.equal((await d.make(setMany, change({ reach, ...selection }, off))).edit, null)
    const found = await d.directory.query(previewMany, change({ reach, addresses: [at('ann@a.example')] }, off))
    assert.deepEqual([found.refused ?? found.selected, found.refused ?? found.missing], [0, ['ann@a.example']])
    const { edit } = await d.make(setMany, change({ reach }, off))
    assert.deepEqual(await levels(d), { 'all@c': 'off', 'ann@c': 'off', 'bob@c': 'off' })
    const others = { edit: edit ?? 0, reach: { kind: 'customer', customerId: 1 } as const }
    assert.equal((await d.refused(undoEdit, others)).code, 'unknown')
    await d.make(undoEdit, { edit: edit ?? 0, reach })
  })

  test('a list of addresses longer than one statement takes', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const names = Array.from({ length: 300 }, (_, index) => `u${index}@a.example`)
    for (const name of names.slice(0, 280)) await d.mailbox(name)
    const args = change({ addresses: names.map(at) }, { values: { 'spam-level': 'high', language: 'de' } })
    const found = await d.directory.query(previewMany, args)
    assert.ok(found.refused === undefined)
    assert.deepEqual([found.effect.addresses, found.selected, found.missing.length], [280, 280, 20])
    assert.deepEqual(found.effect.settings[0]?.changes, [{ from: 'medium', to: 'high', addresses: 280 }])
    assert.equal(found.effect.settings[0]?.first.length, 20)
    const { edit } = await d.make(setMany, args)
    const back = await d.directory.query(previewUndo, { edit: edit ?? 0, reach: all })
    assert.ok(back.refused === undefined)
    assert.deepEqual([back.values, back.effect.addresses], [560, 280])
    assert.deepEqual(back.effect.settings.find(({ key }) => key === 'spam-level')?.changes, [{ from: 'high', to: 'medium', addresses: 280 }])
    await d.make(undoEdit, { edit: edit ?? 0, reach: all })
    assert.equal((await d.found('u270@a.example')).settings.spamLevel, 'medium')
  })
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { at, type Desk, desk } from '../../../test/harness/directory.ts'
import { withEachEngine } from '../../../test/harness/database.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { Reach } from '../reach.ts'
import { addressOverview } from '../query/overview.ts'
import { listEdits, showEdit } from '../query/edits.ts'
import { previewUndo } from '../query/preview-undo.ts'
import { listTemplates, templateUsers } from '../query/templates.ts'
import { removeAddress } from './addresses.ts'
import { changeList } from './lists.ts'
import { addCustomer, setCustomer } from './organisation.ts'
import { addPlan, setPlan } from './plans.ts'
import { setAddressSettings, setDomainDefaults, setSettings } from './settings.ts'
import { addTemplate, removeTemplate, setTemplate } from './templates.ts'
import { undoEdit } from './undo.ts'

const nobodys = { customer: undefined, kind: 'protection' } as const

async function levels(d: Desk, ...addresses: string[]): Promise<string[]> {
  return Promise.all(addresses.map(async (address) => (await d.found(address)).settings.spamLevel))
}

const all: Reach = { kind: 'all' }
const of = (customerId: number): Reach => ({ kind: 'customer', customerId })

function undo(edit: number | null, reach: Reach = all) {
  assert.ok(edit !== null)
  return { edit, reach }
}

withEachEngine((_engine, open) => {
  test('a template stands between the domain and the address, and its values are those of this moment', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    for (const name of ['ann', 'bob']) await d.mailbox(`${name}@a.example`)
    await d.make(setDomainDefaults, { domain: 'a.example', values: { 'spam-level': 'low' } })
    await d.make(addTemplate, { ...nobodys, name: 'Strict', values: { 'spam-level': 'high', 'reverse-lookup': 'off' } })
    assert.deepEqual(await levels(d, 'ann@a.example', 'bob@a.example'), ['low', 'low'])
    const { edit } = await d.make(setDomainDefaults, { domain: 'a.example', values: {}, template: 'strict' })
    assert.deepEqual(await levels(d, 'ann@a.example', 'bob@a.example'), ['high', 'high'])
    await d.make(setAddressSettings, { address: at('bob@a.example'), values: { 'spam-level': 'very-low' } })
    await d.make(setTemplate, { name: 'strict', customer: undefined, rename: undefined, values: { 'spam-level': 'very-high' } })
    assert.deepEqual(await levels(d, 'ann@a.example', 'bob@a.example'), ['very-high', 'very-low'])
    assert.equal((await d.found('bob@a.example')).settings.reverseLookup, false)

    const overview = await d.directory.query(addressOverview, { address: at('bob@a.example') })
    assert.ok('found' in overview)
    const { settings, template, domainTemplate } = overview.found
    assert.deepEqual([template, domainTemplate], [null, 'strict'])
    assert.deepEqual(settings['reverse-lookup'], { value: 'off', from: 'template', template: 'strict' })
    assert.deepEqual(settings['spam-level'], { value: 'very-low', from: 'address', otherwise: { value: 'very-high', from: 'template', template: 'strict' } })

    await d.make(undoEdit, undo(edit))
    assert.deepEqual(await levels(d, 'ann@a.example', 'bob@a.example'), ['low', 'very-low'])
  })

  test('a template that is removed is taken from all, and an undo gives it back', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    await d.make(addTemplate, { ...nobodys, name: 'strict', values: { 'spam-level': 'high' } })
    await d.make(setDomainDefaults, { domain: 'a.example', values: {}, template: 'strict' })
    const users = async () => d.directory.query(templateUsers, { name: 'strict', customer: undefined, reach: all, after: '' })
    assert.deepEqual(await users(), {
      template: { name: 'strict', kind: 'protection', customer: null, values: { 'spam-level': 'high' }, addresses: 0, domains: 1 },
      domains: ['a.example'],
      addresses: [],
      next: undefined,
    })
    const { edit } = await d.make(removeTemplate, { name: 'strict', customer: undefined })
    assert.deepEqual(await levels(d, 'ann@a.example'), ['medium'])
    assert.deepEqual((await users()).refused, { code: 'unknown', thing: 'template', name: 'strict', near: undefined })
    await d.make(undoEdit, undo(edit))
    assert.deepEqual(await levels(d, 'ann@a.example'), ['high'])
    // Its name is free meanwhile, and then not any more.
    const again = await d.make(removeTemplate, { name: 'strict', customer: undefined })
    await d.make(addTemplate, { ...nobodys, name: 'strict', values: {} })
    assert.deepEqual(await d.refused(undoEdit, undo(again.edit)), { code: 'exists', thing: 'template', name: 'strict' })
    assert.equal((await d.directory.query(listTemplates, { reach: of(1) })).length, 1)
  })

  test('templates of customers are their own, the operator’s are everybody’s', async (context) => {
    const d = await desk(context, open)
    for (const name of ['a', 'b']) {
      await d.make(addCustomer, { name, plan: undefined })
      await d.domain(`${name}.example`, name)
      await d.mailbox(`ann@${name}.example`)
    }
    await d.make(addTemplate, { ...nobodys, name: 'all', values: { 'spam-level': 'low' } })
    await d.make(addTemplate, { ...nobodys, customer: 'a', name: 'ours', values: { 'spam-level': 'high' } })
    await d.make(addTemplate, { ...nobodys, customer: 'b', name: 'all', values: { 'spam-level': 'very-high' } })
    const given = { values: {}, template: 'ours' }
    assert.deepEqual(await d.refused(setDomainDefaults, { ...given, domain: 'b.example' }), {
      code: 'unknown',
      thing: 'template',
      name: 'ours',
      near: undefined,
    })
    await d.make(setDomainDefaults, { ...given, domain: 'a.example' })
    await d.make(setDomainDefaults, { ...given, domain: 'b.example', template: 'all' })
    assert.deepEqual(await levels(d, 'ann@a.example', 'ann@b.example'), ['high', 'very-high'])
    const seenBy = async (reach: Reach) => (await d.directory.query(listTemplates, { reach })).map((row) => [row.name, row.customer, row.domains])
    assert.deepEqual(await seenBy(of(1)), [
      ['all', null, 0],
      ['ours', 'a', 1],
    ])
    assert.deepEqual(await seenBy(all), [
      ['all', null, 0],
      ['all', 'b', 1],
      ['ours', 'a', 1],
    ])
  })

  test('an edit is undone, and the undo of it too; a later one stands in the way', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const set = async (value: string | null) => (await d.make(setDomainDefaults, { domain: 'a.example', values: { 'spam-level': value } })).edit
    const first = await set('low')
    assert.equal(await set('low'), null)
    const second = await set('high')
    assert.deepEqual(await d.refused(undoEdit, undo(first)), { code: 'edit-overtaken', edit: first, by: second, where: 'a.example spam-level' })
    const foretold = await d.directory.query(previewUndo, undo(second))
    assert.deepEqual(foretold.refused === undefined && [foretold.values, foretold.effect.addresses, foretold.effect.settings[0]?.changes], [
      1,
      1,
      [{ from: 'high', to: 'low', addresses: 1 }],
    ])
    assert.deepEqual((await d.directory.query(previewUndo, undo(first))).refused, {
      code: 'edit-overtaken',
      edit: first,
      by: second,
      where: 'a.example spam-level',
    })
    const back = await d.make(undoEdit, undo(second))
    assert.deepEqual(await levels(d, 'ann@a.example'), ['low'])
    assert.deepEqual(await d.refused(undoEdit, undo(second)), { code: 'edit-undone', edit: second, by: back.edit })
    await d.make(undoEdit, undo(back.edit))
    assert.deepEqual(await levels(d, 'ann@a.example'), ['high'])
    await d.make(undoEdit, undo(second))
    await d.make(undoEdit, undo(first))
    assert.deepEqual(await levels(d, 'ann@a.example'), ['medium'])
    const edits = await d.directory.query(listEdits, { reach: all, before: undefined, limit: 10 })
    assert.deepEqual(
      edits.map((edit) => [edit.edit, edit.undoes, edit.undoneBy]),
      [
        [6, first, null],
        [5, second, null],
        [4, back.edit, null],
        [3, second, 4],
        [2, null, 5],
        [1, null, 6],
      ],
    )
  })

  test('a plan’s limits, features and defaults come back together, as does a customer’s plan', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    await d.make(addPlan, { name: 'big', limits: { storageBytes: 2 ** 30 }, values: { 'spam-level': 'low' } })
    const quota = async () => (await d.found('ann@a.example')).targets[0]?.quotaBytes
    const moved = await d.make(setCustomer, { customer: 'main', plan: 'big', values: {} })
    assert.deepEqual([await quota(), ...(await levels(d, 'ann@a.example'))], [2 ** 30, 'low'])
    const limits = { storageBytes: null, maxMailboxes: 3, features: ['lists'] } as const
    const edited = await d.make(setPlan, { name: 'big', limits, values: { 'spam-level': null } })
    assert.deepEqual([await quota(), ...(await levels(d, 'ann@a.example'))], [undefined, 'medium'])
    const shown = await d.directory.query(showEdit, { edit: edited.edit ?? 0, reach: all, limit: 10 })
    assert.ok(shown.refused === undefined)
    const every = 'forwarding-elsewhere lists autoresponder catch-all app-passwords api'
    assert.deepEqual(
      shown.values.map(({ owner, key, before, after }) => [owner, key, before, after]),
      [
        ['big', 'spam-level', 'low', null],
        ['big', 'features', every, 'lists'],
        ['big', 'mailboxes', null, '3'],
        ['big', 'storage', String(2 ** 30), null],
      ],
    )
    await d.make(undoEdit, undo(edited.edit))
    assert.deepEqual([await quota(), ...(await levels(d, 'ann@a.example'))], [2 ** 30, 'low'])
    await d.make(undoEdit, undo(moved.edit))
    assert.deepEqual([await quota(), ...(await levels(d, 'ann@a.example'))], [undefined, 'medium'])
  })

  test('what is undone is nobody else’s, and what an operator alone may set is not the customer’s to undo', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const own = await d.make(setDomainDefaults, { domain: 'a.example', values: { 'spam-level': 'low' } })
    const rates = await d.make(setDomainDefaults, { domain: 'a.example', values: { 'messages-per-hour': '10' } })
    const all = await d.make(setSettings, { values: { 'spam-level': 'high' } })
    const unknown = (edit: number | null) => ({ code: 'unknown', thing: 'edit', name: String(edit), near: undefined })
    for (const edit of [rates.edit, all.edit]) assert.deepEqual(await d.refused(undoEdit, undo(edit, of(1))), unknown(edit))
    assert.deepEqual(await d.refused(undoEdit, undo(own.edit, of(2))), unknown(own.edit))
    assert.deepEqual(await d.refused(undoEdit, undo(own.edit, { kind: 'account', accountId: 1 as AccountId })), unknown(own.edit))
    const seen = await d.directory.query(listEdits, { reach: of(1), before: undefined, limit: 10 })
    assert.deepEqual(
      seen.map((edit) => edit.edit),
      [own.edit],
    )
    assert.deepEqual((await d.directory.query(showEdit, { edit: rates.edit ?? 0, reach: of(1), limit: 10 })).refused, unknown(rates.edit))
    await d.make(undoEdit, undo(own.edit, of(1)))
  })

  test('an undo never leaves an address to which nobody can write, or one with a template that is gone', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const address = at('ann@a.example')
    await d.make(changeList, { address, list: 'allow-only', add: ['b.example'], remove: [] })
    const off = await d.make(setAddressSettings, { address, values: { 'list-mode': 'off' } })
    await d.make(changeList, { address, list: 'allow-only', add: [], remove: ['b.example'] })
    assert.deepEqual(await d.refused(undoEdit, undo(off.edit)), { code: 'allow-only-empty', name: 'ann@a.example' })

    const added = await d.make(addTemplate, { ...nobodys, name: 'strict', values: {} })
    const given = await d.make(setDomainDefaults, { domain: 'a.example', values: {}, template: 'strict' })
    assert.deepEqual(await d.refused(undoEdit, undo(added.edit)), { code: 'in-use', thing: 'template', name: 'strict', by: ['a.example'] })
    await d.make(addTemplate, { ...nobodys, name: 'other', values: {} })
    const other = await d.make(setDomainDefaults, { domain: 'a.example', values: {}, template: 'other' })
    await d.make(removeTemplate, { name: 'strict', customer: undefined })
    assert.equal((await d.refused(undoEdit, undo(other.edit))).code, 'edit-overtaken')
    assert.equal((await d.refused(undoEdit, undo(given.edit))).code, 'edit-overtaken')
  })

  test('of an address that is gone nothing is undone', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const { edit } = await d.make(setAddressSettings, { address: at('ann@a.example'), values: { 'spam-level': 'low' } })
    await d.make(removeAddress, { kind: 'mailbox', address: at('ann@a.example') })
    await d.make(undoEdit, undo(edit))
    await d.mailbox('ann@a.example')
    assert.deepEqual(await levels(d, 'ann@a.example'), ['medium'])
  })
})

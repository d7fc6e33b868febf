import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { addMailbox, forgetAccount, removeAddress, renameMailbox } from './addresses.ts'
import { leaveList, noteListBounce } from './list-members.ts'
import { changeList } from './lists.ts'
import { addCustomer, addDomain, removeDomain } from './organisation.ts'
import { addAppPassword } from './app-passwords.ts'
import { setAutoresponder } from './autoresponder.ts'
import { undoEdit } from './undo.ts'
import { answeringQuery } from '../query/autoresponders.ts'
import { addPlan, setPlan } from './plans.ts'
import { addPointer, changeTargets, forwardMailbox } from './pointers.ts'
import { setAddressSettings, setSettings } from './settings.ts'
import { listAddresses } from '../query/address-page.ts'
import { accountsBeingRemoved, listCustomers, listDomains, listPlans } from '../query/listings.ts'
import { addressOverview } from '../query/overview.ts'
import type { DirectoryRefusal } from '../refusal.ts'

import { at, desk } from '../../../test/harness/directory.ts'

withEachEngine((_engine, open) => {
  test('what a plan does not allow cannot be set up, and rests where it can', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { accountId } = await d.mailbox('ann@a.example')
    const address = at('ann@a.example')
    const settings = { subject: null, text: 'away', html: null, firstDay: null, lastDay: null, zone: 'UTC', periodMs: 1000 }
    const password = { address, name: 'phone', protocols: ['imap'], value: 'x' } as const
    await d.make(setAutoresponder, { address, settings })
    await d.make(addAppPassword, password)
    await d.pointer('forward', 'f@a.example', 'x@b.example')
    const answers = async () => [
      (await d.found('ann@a.example')).targets[0]?.answers,
      (await d.directory.query(answeringQuery, { accountIds: [accountId] })).length,
    ]
    const opens = async () => (await d.directory.signInRow(address))?.credentials.length
    assert.deepEqual([await answers(), await opens()], [[true, 1], 1])
    const { edit } = await d.make(setPlan, { name: 'standard', limits: { features: [] }, values: {} })
    assert.deepEqual([await answers(), await opens()], [[undefined, 0], 0])
    const denied = (feature: string) => ({ code: 'not-in-plan', feature, plan: 'standard' })
    const [list, elsewhere] = [{ kind: 'list', address: at('l@a.example'), targets: [address] } as const, [at('x@b.example')]]
    assert.deepEqual(await d.refused(addPointer, list), denied('lists'))
    assert.deepEqual(await d.refused(addPointer, { kind: 'alias', address: at('*@a.example'), targets: [address] }), denied('catch-all'))
    assert.deepEqual(await d.refused(addPointer, { kind: 'forward', address: at('g@a.example'), targets: elsewhere }), denied('forwarding-elsewhere'))
    assert.deepEqual(
      await d.refused(changeTargets, { kind: 'forward', address: at('f@a.example'), add: elsewhere, remove: [] }),
      denied('forwarding-elsewhere'),
    )
    assert.deepEqual(await d.refused(forwardMailbox, { address, targets: elsewhere, keepCopy: true }), denied('forwarding-elsewhere'))
    assert.deepEqual(await d.refused(setAutoresponder, { address, settings }), denied('autoresponder'))
    assert.deepEqual(await d.refused(addAppPassword, { ...password, name: 'tablet' }), denied('app-passwords'))
    await d.make(forwardMailbox, { address, targets: [], keepCopy: true })
    // Mail that people rely on goes its way.
    assert.equal((await d.found('f@a.example')).elsewhere.length, 1)
    await d.make(undoEdit, { edit: edit ?? 0, reach: { kind: 'all' } })
    assert.deepEqual([await answers(), await opens()], [[true, 1], 1])
    await d.make(addPointer, list)
  })

  test('targets must not lead back, and an alias is of an address that is here', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    assert.deepEqual(await d.refused(addPointer, { kind: 'alias', address: at('f@a.example'), targets: [at('x@gmail.example')] }), {
      code: 'target-elsewhere',
      name: 'x@gmail.example',
    })
    assert.equal((await d.refused(addPointer, { kind: 'alias', address: at('f@a.example'), targets: [at('an@a.example')] })).code, 'unknown')
    assert.equal(
      (await d.refused(addPointer, { kind: 'alias', address: at('f@a.example'), targets: [at('ann@a.example'), at('ann@a.example')] })).code,
      'one-target',
    )
    await d.pointer('list', 'one@a.example', 'ann@a.example')
    await d.pointer('list', 'two@a.example', 'one@a.example')
    await d.pointer('list', 'three@a.example', 'two@a.example')
    const loop = { kind: 'list', address: at('one@a.example'), add: [at('three@a.example')], remove: [] } as const
    assert.deepEqual(await d.refused(changeTargets, loop), { code: 'target-loop', name: 'one@a.example', target: 'three@a.example' })
    assert.equal((await d.refused(changeTargets, { ...loop, add: [], remove: [at('ann@a.example')] })).code, 'last-target')
    assert.deepEqual(await d.refused(removeAddress, { kind: 'list', address: at('two@a.example') }), {
      code: 'in-use',
      thing: 'list',
      name: 'two@a.example',
      by: ['three@a.example'],
    })
  })

  test('targets elsewhere come and go, each once', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    await d.pointer('list', 'all@a.example', 'ann@a.example', 'X@b.example', 'x@B.example', 'y@b.example')
    const targets = async (address: string) => {
      const overview = await d.directory.query(addressOverview, { address: at(address) })
      assert.ok('found' in overview)
      return [overview.found.targets, overview.found.mailbox?.keepCopy]
    }
    assert.deepEqual(await targets('all@a.example'), [['ann@a.example', 'x@b.example', 'y@b.example'], undefined])
    const change = { kind: 'list', address: at('all@a.example'), add: [at('z@b.example'), at('Y@b.example')], remove: [at('X@B.example')] } as const
    await d.make(changeTargets, change)
    assert.deepEqual(await targets('all@a.example'), [['ann@a.example', 'y@b.example', 'z@b.example'], undefined])
    assert.deepEqual((await d.directory.query(listAddresses, { reach: { kind: 'all' }, kind: 'list', after: '', limit: 9 })).addresses[0]?.targets, [
      'ann@a.example',
      'y@b.example',
      'z@b.example',
    ])
    await d.make(changeTargets, { ...change, add: [], remove: [at('ann@a.example'), at('y@b.example')] })
    assert.equal((await d.refused(changeTargets, { ...change, add: [], remove: [at('z@b.example')] })).code, 'last-target')
    await d.pointer('forward', 'f@a.example', 'x@b.example')
    await d.make(changeTargets, { kind: 'forward', address: at('f@a.example'), add: [at('ann@a.example')], remove: [] })
    assert.deepEqual(await targets('f@a.example'), [['ann@a.example'], undefined])
    await d.make(removeAddress, { kind: 'list', address: at('all@a.example') })
    await d.pointer('list', 'all@a.example', 'ann@a.example')
    assert.deepEqual(await targets('all@a.example'), [['ann@a.example'], undefined])
  })

  test('members leave a list, and who is not reached for days is taken off', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { addressId } = await d.mailbox('ann@a.example')
    const { addressId: listId } = await d.pointer('list', 'all@a.example', 'ann@a.example', 'x@b.example', 'y@b.example')
    const { members } = await d.found('all@a.example')
    const leave = (member: string) => ({ list: at('all@a.example'), member, why: 'unsubscribed' }) as const
    assert.deepEqual(await d.make(leaveList, leave(`h${addressId}`)), { list: 'all@a.example', member: 'ann@a.example' })
    assert.deepEqual(await d.make(leaveList, leave(members?.elsewhere.get('y@b.example') ?? '')), { list: 'all@a.example', member: 'y@b.example' })
    assert.deepEqual((await d.found('all@a.example')).elsewhere, [at('x@b.example')])
    assert.equal((await d.refused(leaveList, leave(`h${addressId}`))).code, 'unknown')
    assert.equal((await d.refused(leaveList, leave('e999'))).code, 'unknown')
    const noted = []
    for (const day of [100, 100, 101, 131, 162]) noted.push(await d.database.change(noteListBounce, { listId, member: 'e1', day }))
    assert.deepEqual(noted, [1, 1, 2, 3, 1])
  })

  test('a mailbox forwards, with a copy or without, until it is told to end that', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    await d.mailbox('bob@a.example')
    const forward = (address: string, targets: readonly string[], keepCopy = true) => ({ address: at(address), targets: targets.map(at), keepCopy })
    const shown = async () => {
      const overview = await d.directory.query(addressOverview, { address: at('ann@a.example') })
      assert.ok('found' in overview)
      return [overview.found.targets, overview.found.mailbox?.keepCopy]
    }
    await d.make(forwardMailbox, forward('ann@a.example', ['x@b.example', 'bob@a.example']))
    assert.deepEqual(await shown(), [['bob@a.example', 'x@b.example'], true])
    assert.deepEqual(await d.refused(forwardMailbox, forward('bob@a.example', ['ann@a.example'])), {
      code: 'target-loop',
      name: 'bob@a.example',
      target: 'ann@a.example',
    })
    assert.equal((await d.refused(removeAddress, { kind: 'mailbox', address: at('bob@a.example') })).code, 'in-use')
    await d.make(forwardMailbox, forward('ann@a.example', ['x@b.example'], false))
    assert.deepEqual(await shown(), [['x@b.example'], false])
    const many = Array.from({ length: 21 }, (_, number) => `x${number}@b.example`)
    assert.equal((await d.refused(forwardMailbox, forward('ann@a.example', many))).code, 'too-many')
    await d.make(forwardMailbox, forward('ann@a.example', []))
    assert.deepEqual(await shown(), [[], null])
  })

  test('greylisting of a list is locked on', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    await d.pointer('list', 'all@a.example', 'ann@a.example')
    assert.deepEqual(await d.refused(setAddressSettings, { address: at('all@a.example'), values: { greylisting: 'off' } }), {
      code: 'locked-on',
      key: 'greylisting',
      name: 'all@a.example',
    })
    await d.make(setSettings, { values: { greylisting: 'off' } })
    assert.equal((await d.found('all@a.example')).settings.greylisting, true)
    assert.equal((await d.found('ann@a.example')).settings.greylisting, false)
  })

  test('the first entry of a list sets the mode; allow-only is never empty', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const address = at('ann@a.example')
    assert.equal((await d.refused(setAddressSettings, { address, values: { 'list-mode': 'allow-only' } })).code, 'allow-only-empty')
    const first = await d.make(changeList, { address, list: 'block', add: ['b.example', '.c.example', 'b.example'], remove: [] })
    assert.deepEqual([first.added, first.length, first.modeSet], [2, 2, 'block'])
    const second = await d.make(changeList, { address, list: 'block', add: ['d.example'], remove: ['b.example', 'nobody.example'] })
    assert.deepEqual([second.added, second.removed, second.length, second.modeSet], [1, 1, 2, undefined])
    const through = await d.make(changeList, { address, list: 'let-through', add: ['e.example'], remove: [] })
    assert.equal(through.modeSet, undefined)
    const { settings } = await d.found('ann@a.example')
    assert.deepEqual([settings.listMode, settings.block, settings.letThrough], ['block', ['.c.example', 'd.example'], ['e.example']])
    // Block is in force: entries of the other list wait.
    const waiting = await d.make(changeList, { address, list: 'allow-only', add: ['f.example'], remove: [] })
    assert.equal(waiting.modeSet, undefined)
    await d.make(setAddressSettings, { address, values: { 'list-mode': 'allow-only' } })
    assert.equal((await d.refused(changeList, { address, list: 'allow-only', add: [], remove: ['f.example'] })).code, 'allow-only-empty')
    // The same array as long as the list is the same: whoever compiled it keeps the result.
    const before = (await d.found('ann@a.example')).settings.block
    await d.domain('z.example')
    assert.equal((await d.found('ann@a.example')).settings.block, before)
  })

  test('10,000 entries an address, not one more', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const address = at('ann@a.example')
    await d.make(changeList, { address, list: 'block', add: Array.from({ length: 10_000 }, (_, index) => `u${index}@b.example`), remove: [] })
    assert.equal((await d.found('ann@a.example')).settings.block.length, 10_000)
    assert.deepEqual(await d.refused(changeList, { address, list: 'block', add: ['x.example'], remove: [] }), {
      code: 'too-many',
      of: 'list-entries',
      limit: 10_000,
      plan: undefined,
    })
    await d.make(changeList, { address, list: 'block', add: ['x.example'], remove: ['u0@b.example'] })
  })

  test('a renamed mailbox keeps account, settings and those who point at it; the old name starts empty (SPEC C7)', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const info = await d.mailbox('info@a.example')
    await d.pointer('alias', 'i@a.example', 'info@a.example')
    await d.make(setAddressSettings, { address: at('info@a.example'), values: { 'spam-level': 'high' } })
    await d.make(renameMailbox, { from: at('info@a.example'), to: at('archive@a.example') })
    assert.equal(await d.why('info@a.example'), 'unknown')
    const archive = await d.found('archive@a.example')
    assert.equal(archive.targets[0]?.accountId, info.accountId)
    assert.equal(archive.settings.spamLevel, 'high')
    assert.deepEqual(await d.reaches('i@a.example'), ['archive@a.example'])
    const fresh = await d.mailbox('info@a.example')
    assert.notEqual(fresh.accountId, info.accountId)
    assert.equal((await d.refused(renameMailbox, { from: at('info@a.example'), to: at('archive@a.example') })).code, 'exists')
    await d.make(renameMailbox, { from: at('info@a.example'), to: at('Info@a.example') })
    assert.deepEqual(await d.reaches('info@a.example'), ['Info@a.example'])
  })

  test('ids are never used again; a removed account stays marked until its mail is gone', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const first = await d.mailbox('ann@a.example')
    const removed = await d.make(removeAddress, { kind: 'mailbox', address: at('ann@a.example') })
    assert.equal(removed.accountId, first.accountId)
    assert.equal(await d.why('ann@a.example'), 'unknown')
    assert.deepEqual(await d.directory.query(accountsBeingRemoved, undefined), [first.accountId])
    assert.deepEqual(await d.make(forgetAccount, { accountId: first.accountId }), { forgotten: true })
    const second = await d.mailbox('ann@a.example')
    assert.ok(second.accountId > first.accountId && second.addressId > first.addressId)
    assert.deepEqual(await d.make(forgetAccount, { accountId: second.accountId }), { forgotten: false })
  })

  test('plans limit what a customer has', async (context) => {
    const d = await desk(context, open)
    await d.make(addPlan, { name: 'Small', limits: { maxMailboxes: 1, maxAddresses: 2, maxDomains: 1, storageBytes: 1024 ** 3 }, values: {} })
    await d.make(addCustomer, { name: 'c', plan: 'small' })
    await d.domain('a.example', 'c')
    assert.deepEqual(await d.refused(addDomain, { name: 'b.example', customer: 'C' }), { code: 'too-many', of: 'domains', limit: 1, plan: 'small' })
    const ann = await d.mailbox('ann@a.example')
    assert.deepEqual(await d.refused(addMailbox, { address: at('bob@a.example'), quotaBytes: null, credentials: [] }), {
      code: 'too-many',
      of: 'mailboxes',
      limit: 1,
      plan: 'small',
    })
    await d.pointer('alias', 'a@a.example', 'ann@a.example')
    assert.equal((await d.refused(addPointer, { kind: 'alias', address: at('b@a.example'), targets: [at('ann@a.example')] })).code, 'too-many')
    assert.equal((await d.found('ann@a.example')).targets[0]?.quotaBytes, 1024 ** 3)
    assert.equal(await d.directory.quotaOf(ann.accountId), 1024 ** 3)
    await d.make(setPlan, { name: 'small', limits: { storageBytes: 2 * 1024 ** 3, maxMailboxes: null }, values: {} })
    assert.equal((await d.found('ann@a.example')).targets[0]?.quotaBytes, 2 * 1024 ** 3)
    assert.equal(await d.directory.quotaOf(ann.accountId), 2 * 1024 ** 3)
    const plans = await d.directory.query(listPlans, undefined)
    assert.deepEqual(
      plans.map((plan) => [plan.name, plan.customers, plan.maxMailboxes, plan.maxDomains]),
      [
        ['small', 1, null, 1],
        ['standard', 0, null, null],
      ],
    )
  })

  test('what is wrong is said, with what was probably meant', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const cases: readonly (readonly [Promise<DirectoryRefusal>, DirectoryRefusal])[] = [
      [d.refused(addDomain, { name: 'a.example', customer: undefined }), { code: 'exists', thing: 'domain', name: 'a.example' }],
      [d.refused(addDomain, { name: 'b.example', customer: 'mian' }), { code: 'unknown', thing: 'customer', name: 'mian', near: 'main' }],
      [
        d.refused(addMailbox, { address: at('x@a.exampel'), quotaBytes: null, credentials: [] }),
        { code: 'unknown', thing: 'domain', name: 'a.exampel', near: 'a.example' },
      ],
      [d.refused(addMailbox, { address: at('ANN@a.example'), quotaBytes: null, credentials: [] }), { code: 'exists', thing: 'mailbox', name: 'ANN@a.example' }],
      [
        d.refused(removeAddress, { kind: 'mailbox', address: at('anm@a.example') }),
        { code: 'unknown', thing: 'mailbox', name: 'anm@a.example', near: 'ann@a.example' },
      ],
      [d.refused(removeAddress, { kind: 'list', address: at('ann@a.example') }), { code: 'other-kind', name: 'ann@a.example', is: 'mailbox', wanted: 'list' }],
      [d.refused(removeDomain, { name: 'a.example' }), { code: 'in-use', thing: 'domain', name: 'a.example', by: ['ann@a.example'] }],
    ]
    for (const [actual, expected] of cases) assert.deepEqual(await actual, expected)
    await d.make(addCustomer, { name: 'two', plan: undefined })
    assert.deepEqual(await d.refused(addDomain, { name: 'c.example', customer: undefined }), { code: 'which', thing: 'customer', names: ['main', 'two'] })
  })

  test('listings', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.domain('b.example')
    await d.mailbox('ann@a.example')
    await d.pointer('alias', 'a@b.example', 'ann@a.example')
    assert.deepEqual((await d.directory.query(listDomains, { reach: { kind: 'all' }, after: '', limit: 9 })).domains, [
      { domain: 'a.example', customer: 'main', addresses: 1, values: {}, template: null },
      { domain: 'b.example', customer: 'main', addresses: 1, values: {}, template: null },
    ])
    assert.deepEqual((await d.directory.query(listCustomers, { reach: { kind: 'all' }, after: '', limit: 9 })).customers, [
      { name: 'main', plan: 'standard', domains: 2, mailboxes: 1, reseller: false, resellerOf: null, values: {} },
    ])
    const all = await d.directory.query(listAddresses, { reach: { kind: 'all' }, after: '', limit: 9 })
    assert.deepEqual(
      all.addresses.map((row) => [row.address, row.kind, row.targets]),
      [
        ['a@b.example', 'alias', ['ann@a.example']],
        ['ann@a.example', 'mailbox', []],
      ],
    )
    const one = await d.directory.query(listAddresses, { reach: { kind: 'all' }, kind: 'mailbox', domain: 'b.example', after: '', limit: 9 })
    assert.deepEqual(one, { addresses: [], next: undefined })
  })

  test('changes made at the same moment do not clash', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const made = await Promise.all(Array.from({ length: 30 }, (_, index) => d.mailbox(`u${index}@a.example`)))
    assert.equal(new Set(made.map((box) => box.accountId)).size, 30)
    const same = await Promise.all(
      Array.from({ length: 5 }, () => d.directory.change(addMailbox, 'test', { address: at('one@a.example'), quotaBytes: null, credentials: [] })),
    )
    assert.equal(same.filter((result) => result.refused === undefined).length, 1)
  })
})

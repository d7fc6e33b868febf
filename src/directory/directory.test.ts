import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { silent } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import { type Address, formatAddress, parseAddress } from '../mail/address.ts'
import { addMailbox, forgetAccount, lockMailbox, removeAddress, renameMailbox } from './change/addresses.ts'
import type { DirectoryChange } from './change/change.ts'
import { addOperator } from './change/credentials.ts'
import { changeList } from './change/lists.ts'
import { addCustomer, addDomain, removeDomain } from './change/organisation.ts'
import { addPlan, setPlan } from './change/plans.ts'
import { addPointer, changeTargets } from './change/pointers.ts'
import { setAddressSettings, setDefaults, setSettings } from './change/settings.ts'
import { Directory } from './directory.ts'
import { accountsBeingRemoved, listAddresses, listCustomers, listDomains, listPlans } from './query/listings.ts'
import { addressOverview } from './query/overview.ts'
import type { Recipient } from './recipient.ts'
import type { DirectoryRefusal } from './refusal.ts'
import { directoryMigrations } from './schema.ts'

const modules = [import.meta.resolve('./catalogue.ts')]

function at(text: string): Address {
  const address = parseAddress(text)
  assert.ok(address, text)
  return address
}

/** A directory with short ways to change it. */
class Desk {
  readonly directory: Directory
  readonly database: Database
  constructor(directory: Directory, database: Database) {
    this.directory = directory
    this.database = database
  }

  async make<A, R>(change: DirectoryChange<A, R>, args: A): Promise<R> {
    const result = await this.directory.change(change, 'test', args)
    assert.equal(result.refused, undefined)
    return result.done
  }

  async refused<A, R>(change: DirectoryChange<A, R>, args: A): Promise<DirectoryRefusal> {
    const result = await this.directory.change(change, 'test', args)
    assert.ok(result.refused, 'was not refused')
    return result.refused
  }

  domain(name: string, customer?: string) {
    return this.make(addDomain, { name, customer })
  }

  mailbox(address: string) {
    return this.make(addMailbox, { address: at(address), quotaBytes: null, credentials: [] })
  }

  pointer(kind: 'forward' | 'list' | 'alias', address: string, ...targets: string[]) {
    return this.make(addPointer, { kind, address: at(address), targets: targets.map(at) })
  }

  async found(address: string): Promise<Recipient> {
    const resolution = await this.directory.resolve(at(address))
    assert.ok(resolution.found, `${address}: ${resolution.found === undefined ? resolution.why : ''}`)
    return resolution.found
  }

  async reaches(address: string): Promise<string[]> {
    return (await this.found(address)).targets.map((target) => formatAddress(target.address)).sort()
  }

  async why(address: string): Promise<string | undefined> {
    const resolution = await this.directory.resolve(at(address))
    return resolution.found === undefined ? resolution.why : undefined
  }
}

async function desk(context: TestContext, open: OpenDatabase): Promise<Desk> {
  const database = await open(context, { migrations: directoryMigrations, modules })
  const directory = await Directory.open({ database, clock: { now: () => 1_700_000_000_000 }, log: silent })
  context.after(() => directory.close())
  return new Desk(directory, database)
}

withEachEngine((engine, open) => {
  test('an address is found, an unknown one is not, a foreign one is foreign', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { addressId, accountId } = await d.mailbox('Ann@a.example')
    const found = await d.found('ANN@a.example')
    assert.equal(found.addressId, addressId)
    assert.equal(found.kind, 'mailbox')
    assert.deepEqual(found.address, { localPart: 'ANN', domain: 'a.example' })
    assert.deepEqual(found.targets, [{ accountId, address: { localPart: 'Ann', domain: 'a.example' }, quotaBytes: undefined, maxMessageBytes: 104_857_600 }])
    assert.deepEqual(found.settings, {
      reverseLookup: true,
      greylisting: true,
      spamLevel: 'medium',
      spamAction: 'folder',
      virusAction: 'refuse',
      listMode: 'off',
      block: [],
      allowOnly: [],
      letThrough: [],
    })
    assert.ok(Object.isFrozen(found) && Object.isFrozen(found.settings) && Object.isFrozen(found.targets))
    assert.equal(await d.why('bob@a.example'), 'unknown')
    assert.equal(await d.why('ann@b.example'), 'foreign')
    assert.equal(await d.why('ann@sub.a.example'), 'foreign')
  })

  test('memory answers at once, and is dropped with the next change', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    const first = await d.found('ann@a.example')
    assert.equal(d.directory.resolveNow(at('ann@a.example'))?.found, first)
    assert.equal(await d.why('bob@a.example'), 'unknown')
    assert.equal(await d.why('bob@b.example'), 'foreign')
    await d.mailbox('bob@a.example')
    await d.domain('b.example', 'main')
    assert.equal(d.directory.resolveNow(at('ann@a.example')), undefined)
    assert.deepEqual(await d.reaches('bob@a.example'), ['bob@a.example'])
    assert.equal(await d.why('bob@b.example'), 'unknown')
  })

  test('many at once, known and unknown, keep their order', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('u7@a.example')
    const asked = Array.from({ length: 600 }, (_, index) => at(index % 3 === 0 ? 'u7@a.example' : `u${index}@${index % 3 === 1 ? 'a' : 'b'}.example`))
    const answers = await Promise.all(asked.map((address) => d.directory.resolve(address)))
    for (const [index, answer] of answers.entries()) {
      const expected = asked[index]?.localPart === 'u7' && asked[index]?.domain === 'a.example' ? 'found' : index % 3 === 1 ? 'unknown' : 'foreign'
      assert.equal(answer.found === undefined ? answer.why : 'found', expected)
    }
  })

  test('aliases, forwards and lists reach each mailbox once', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    for (const name of ['ann', 'bob', 'eve']) await d.mailbox(`${name}@a.example`)
    await d.pointer('alias', 'a@a.example', 'ann@a.example')
    await d.pointer('forward', 'f@a.example', 'bob@a.example')
    await d.pointer('list', 'inner@a.example', 'eve@a.example', 'ann@a.example')
    await d.pointer('list', 'all@a.example', 'a@a.example', 'f@a.example', 'inner@a.example', 'bob@a.example')
    assert.deepEqual(await d.reaches('a@a.example'), ['ann@a.example'])
    assert.deepEqual(await d.reaches('all@a.example'), ['ann@a.example', 'bob@a.example', 'eve@a.example'])
    await d.make(lockMailbox, { address: at('bob@a.example'), reason: 'unpaid' })
    assert.deepEqual(await d.reaches('all@a.example'), ['ann@a.example', 'eve@a.example'])
    assert.equal(await d.why('f@a.example'), 'locked')
    assert.equal(await d.why('bob@a.example'), 'locked')
  })

  test('targets must be ours, and must not lead back', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    assert.deepEqual(await d.refused(addPointer, { kind: 'forward', address: at('f@a.example'), targets: [at('x@gmail.example')] }), {
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

  test('a chain that is too deep is a loop', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('p0@a.example')
    for (let depth = 1; depth <= 12; depth += 1) await d.pointer('forward', `p${depth}@a.example`, `p${depth - 1}@a.example`)
    assert.deepEqual(await d.reaches('p10@a.example'), ['p0@a.example'])
    assert.equal(await d.why('p12@a.example'), 'loop')
  })

  test('a tag falls back to the address, and a catch-all takes the rest', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.mailbox('ann@a.example')
    await d.mailbox('ann+bills@a.example')
    assert.deepEqual(await d.reaches('ann+x@a.example'), ['ann@a.example'])
    assert.deepEqual(await d.reaches('ann+bills@a.example'), ['ann+bills@a.example'])
    assert.equal(await d.why('+x@a.example'), 'unknown')
    await d.make(setSettings, { values: { subaddressing: 'off' } })
    assert.equal(await d.why('ann+x@a.example'), 'unknown')
    await d.pointer('alias', '*@a.example', 'ann@a.example')
    const caught = await d.found('whoever@a.example')
    assert.deepEqual(caught.address, { localPart: 'whoever', domain: 'a.example' })
    assert.deepEqual(await d.reaches('whoever@a.example'), ['ann@a.example'])
  })

  test('postmaster and abuse are always accepted (SPEC A9b)', async (context) => {
    const d = await desk(context, open)
    await d.make(addCustomer, { name: 'one', plan: undefined })
    await d.make(addCustomer, { name: 'two', plan: undefined })
    for (const [domain, customer] of [
      ['a.example', 'one'],
      ['b.example', 'one'],
      ['c.example', 'two'],
    ] as const) {
      await d.domain(domain, customer)
    }
    assert.equal(await d.why('postmaster@a.example'), 'unknown')
    assert.equal((await d.directory.postmaster()).found, undefined)
    for (const box of ['ann@a.example', 'zoe@a.example', 'carl@c.example']) await d.mailbox(box)
    // No setting, no operator's mailbox: the first mailbox of the domain, of its customer, of all.
    assert.deepEqual(await d.reaches('PostMaster@a.example'), ['ann@a.example'])
    assert.deepEqual(await d.reaches('abuse@b.example'), ['ann@a.example'])
    assert.deepEqual(await d.reaches('postmaster@c.example'), ['carl@c.example'])
    assert.equal((await d.found('abuse@b.example')).alwaysAccepted, true)
    assert.equal((await d.found('ann@a.example')).alwaysAccepted, false)
    await d.make(addOperator, { name: 'root', mailbox: at('zoe@a.example'), credentials: [] })
    assert.deepEqual(await d.reaches('postmaster@c.example'), ['zoe@a.example'])
    assert.deepEqual(
      (await d.directory.postmaster()).found?.targets.map((target) => target.address.localPart),
      ['zoe'],
    )
    await d.make(setSettings, { values: { 'postmaster.address': 'carl@c.example' } })
    assert.deepEqual(await d.reaches('postmaster@a.example'), ['carl@c.example'])
    assert.deepEqual(
      (await d.directory.postmaster()).found?.targets.map((target) => target.address.localPart),
      ['carl'],
    )
    await d.mailbox('postmaster@a.example')
    assert.deepEqual(await d.reaches('postmaster@a.example'), ['postmaster@a.example'])
    assert.equal((await d.found('postmaster@a.example')).alwaysAccepted, true)
    assert.equal(await d.why('postmaster@d.example'), 'foreign')
  })

  test('settings inherit: installation, plan, customer, domain, address', async (context) => {
    const d = await desk(context, open)
    await d.make(addPlan, { name: 'big', limits: { maxMessageBytes: 200 * 1024 ** 2 } })
    assert.equal(d.directory.largestMessageBytes, 200 * 1024 ** 2)
    await d.make(addCustomer, { name: 'c', plan: 'big' })
    await d.domain('a.example', 'c')
    await d.mailbox('ann@a.example')
    const level = async () => (await d.found('ann@a.example')).settings.spamLevel
    assert.equal(await level(), 'medium')
    await d.make(setSettings, { values: { 'spam-level': 'very-low' } })
    assert.equal(await level(), 'very-low')
    await d.make(setDefaults, { scope: 'plan', name: 'big', values: { 'spam-level': 'low' } })
    assert.equal(await level(), 'low')
    await d.make(setDefaults, { scope: 'customer', name: 'c', values: { 'spam-level': 'high' } })
    assert.equal(await level(), 'high')
    await d.make(setDefaults, { scope: 'domain', name: 'a.example', values: { 'spam-level': 'very-high' } })
    assert.equal(await level(), 'very-high')
    await d.make(setAddressSettings, { address: at('ann@a.example'), values: { 'spam-level': 'off', greylisting: 'off' } })
    assert.equal(await level(), 'off')
    assert.equal((await d.found('ann@a.example')).settings.greylisting, false)
    const overview = await d.directory.query(addressOverview, { address: at('ann@a.example') })
    assert.deepEqual(overview.refused, undefined)
    assert.ok('found' in overview)
    assert.deepEqual(overview.found?.settings['spam-level'], { value: 'off', from: 'address' })
    assert.deepEqual(overview.found?.settings['reverse-lookup'], { value: 'on', from: 'installation' })
    await d.make(setAddressSettings, { address: at('ann@a.example'), values: { 'spam-level': null } })
    assert.equal(await level(), 'very-high')
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
    await d.make(addPlan, { name: 'Small', limits: { maxMailboxes: 1, maxAddresses: 2, maxDomains: 1, storageBytes: 1024 ** 3 } })
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
    await d.make(setPlan, { name: 'small', limits: { storageBytes: 2 * 1024 ** 3, maxMailboxes: null } })
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
    assert.deepEqual(await d.directory.query(listDomains, undefined), [
      { domain: 'a.example', customer: 'main', addresses: 1 },
      { domain: 'b.example', customer: 'main', addresses: 1 },
    ])
    assert.deepEqual(await d.directory.query(listCustomers, undefined), [{ name: 'main', plan: 'standard', domains: 2, mailboxes: 1 }])
    const all = await d.directory.query(listAddresses, { kind: undefined, domain: undefined, after: '' })
    assert.deepEqual(
      all.addresses.map((row) => [row.address, row.kind, row.targets]),
      [
        ['a@b.example', 'alias', ['ann@a.example']],
        ['ann@a.example', 'mailbox', undefined],
      ],
    )
    const one = await d.directory.query(listAddresses, { kind: 'mailbox', domain: 'b.example', after: '' })
    assert.deepEqual(one, { addresses: [], next: undefined })
  })

  test('sign-in rows: mailboxes and their aliases, no others', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { accountId } = await d.make(addMailbox, { address: at('ann@a.example'), quotaBytes: null, credentials: [{ kind: 'argon2id', value: 'hash' }] })
    await d.pointer('alias', 'a@a.example', 'ann@a.example')
    await d.pointer('alias', 'aa@a.example', 'a@a.example')
    await d.pointer('forward', 'f@a.example', 'ann@a.example')
    for (const name of ['ann@a.example', 'a@a.example', 'ANN@a.example']) {
      const row = await d.directory.signInRow(at(name))
      assert.equal(row?.accountId, accountId)
      assert.equal(row?.address.localPart, 'ann')
      assert.deepEqual(
        row?.credentials.map((credential) => credential.value),
        ['hash'],
      )
    }
    for (const name of ['f@a.example', 'aa@a.example', 'bob@a.example', 'ann+x@a.example']) assert.equal(await d.directory.signInRow(at(name)), undefined)
  })

  test('settings are a frozen snapshot; unknown stored ones are passed over', async (context) => {
    const d = await desk(context, open)
    const before = d.directory.settings
    let told = 0
    d.directory.onChange(() => {
      told += 1
    })
    await d.make(setSettings, { values: { 'greylisting.delay': '5m', 'from.a.newer.version': 'x' } })
    assert.equal(before['greylisting.delay'], 60_000)
    assert.equal(d.directory.settings['greylisting.delay'], 300_000)
    assert.ok(Object.isFrozen(d.directory.settings))
    assert.equal(told, 1)
    await d.make(setSettings, { values: { 'greylisting.delay': null } })
    assert.equal(d.directory.settings['greylisting.delay'], 60_000)
  })

  test('another node’s change holds within a second', { skip: engine === 'sqlite' ? 'one process has the file' : false }, async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    assert.equal(await d.why('ann@a.example'), 'unknown')
    const other = await Directory.open({ database: d.database, clock: { now: () => 1 }, log: silent })
    context.after(() => other.close())
    const startedMs = performance.now()
    await new Desk(other, d.database).mailbox('ann@a.example')
    while ((await d.why('ann@a.example')) !== undefined) {
      assert.ok(performance.now() - startedMs < 1000, 'within 1 s')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
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

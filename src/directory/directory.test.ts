import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { silent } from '../base/log.ts'
import { formatAddress } from '../mail/address.ts'
import { addMailbox } from './change/addresses.ts'
import { lockMailbox } from './change/locks.ts'
import { addOperator } from './change/credentials.ts'
import { addCustomer, setCustomer } from './change/organisation.ts'
import { forwardMailbox } from './change/pointers.ts'
import { addPlan, setPlan } from './change/plans.ts'
import { setAddressSettings, setDomainDefaults, setSettings } from './change/settings.ts'
import { Directory } from './directory.ts'
import { addressOverview } from './query/overview.ts'

import { at, Desk, desk } from '../../test/harness/directory.ts'

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
      posting: 'anyone',
      language: 'en',
      sending: { messagesPerHour: 300, messagesPerDay: 1500, recipientsPerHour: 1000, recipientsPerDay: 5000, newRecipientsPerDay: 500 },
      answersPerDay: 200,
      displayName: '',
      relayClass: 'paid',
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
    await d.make(lockMailbox, { address: at('bob@a.example'), kind: 'whole', reason: 'unpaid' })
    assert.deepEqual(await d.reaches('all@a.example'), ['ann@a.example', 'eve@a.example'])
    assert.equal(await d.why('f@a.example'), 'locked')
    assert.equal(await d.why('bob@a.example'), 'locked')
  })

  test('people elsewhere are reached once each, through aliases, forwards, lists and mailboxes that forward', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    for (const name of ['ann', 'bob']) await d.mailbox(`${name}@a.example`)
    await d.pointer('forward', 'f@a.example', 'Xavier@b.example')
    await d.pointer('alias', 'g@a.example', 'f@a.example')
    await d.pointer('list', 'all@a.example', 'g@a.example', 'f@a.example', 'xavier@B.example', 'y@b.example', 'ann@a.example')
    const everybody = async (address: string) => {
      const { targets, elsewhere } = await d.found(address)
      return [...targets.map(({ address: one }) => one), ...elsewhere].map((one) => formatAddress(one).toLowerCase()).sort()
    }
    assert.deepEqual((await d.found('g@a.example')).elsewhere.map(formatAddress), ['Xavier@b.example'])
    assert.deepEqual(await everybody('all@a.example'), ['ann@a.example', 'xavier@b.example', 'y@b.example'])
    const forward = (keepCopy: boolean) => ({ address: at('ann@a.example'), targets: [at('bob@a.example'), at('z@b.example')], keepCopy })
    await d.make(forwardMailbox, forward(true))
    assert.deepEqual(await everybody('ann@a.example'), ['ann@a.example', 'bob@a.example', 'z@b.example'])
    await d.make(forwardMailbox, forward(false))
    assert.deepEqual(await everybody('ann@a.example'), ['bob@a.example', 'z@b.example'])
    // What a locked mailbox does not take goes nowhere.
    await d.make(lockMailbox, { address: at('ann@a.example'), kind: 'whole', reason: 'unpaid' })
    assert.equal(await d.why('ann@a.example'), 'locked')
    assert.deepEqual(await everybody('all@a.example'), ['xavier@b.example', 'y@b.example'])
  })

  test('a list knows by which of its targets it reaches whom, and which lists have a say of their own', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.domain('other.example')
    const ann = await d.mailbox('ann@a.example')
    const bob = await d.mailbox('bob@a.example')
    const f = await d.pointer('forward', 'f@a.example', 'x@b.example')
    const inner = await d.pointer('list', 'inner@a.example', 'bob@a.example')
    await d.pointer('list', 'all@a.example', 'ann@a.example', 'f@a.example', 'inner@a.example', 'y@b.example')
    const { lists, members } = await d.found('all@a.example')
    assert.deepEqual(lists.map(formatAddress), ['all@a.example'])
    assert.deepEqual(
      [...(members?.here ?? [])],
      [
        [ann.accountId, `h${ann.addressId}`],
        [bob.accountId, `h${inner.addressId}`],
      ],
    )
    assert.equal(members?.elsewhere.get('x@b.example'), `h${f.addressId}`)
    assert.match(members.elsewhere.get('y@b.example') ?? '', /^e\d+$/)
    await d.pointer('alias', 'everybody@a.example', 'all@a.example')
    await d.pointer('list', 'outside@other.example', 'inner@a.example')
    const alias = await d.found('everybody@a.example')
    assert.deepEqual([alias.lists.map(formatAddress), alias.members], [['all@a.example'], undefined])
    assert.deepEqual((await d.found('outside@other.example')).lists.map(formatAddress), ['outside@other.example', 'inner@a.example'])
    await d.make(setAddressSettings, { address: at('all@a.example'), values: { posting: 'members' } })
    await d.make(setAddressSettings, { address: at('ann@a.example'), values: { posting: 'members' } })
    assert.equal((await d.found('all@a.example')).settings.posting, 'members')
    assert.equal((await d.found('ann@a.example')).settings.posting, 'anyone')
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
    await d.make(addPlan, { name: 'big', limits: { maxMessageBytes: 200 * 1024 ** 2 }, values: {} })
    assert.equal(d.directory.largestMessageBytes, 200 * 1024 ** 2)
    await d.make(addCustomer, { name: 'c', plan: 'big' })
    await d.domain('a.example', 'c')
    await d.mailbox('ann@a.example')
    const level = async () => (await d.found('ann@a.example')).settings.spamLevel
    assert.equal(await level(), 'medium')
    await d.make(setSettings, { values: { 'spam-level': 'very-low' } })
    assert.equal(await level(), 'very-low')
    await d.make(setPlan, { name: 'big', limits: {}, values: { 'spam-level': 'low' } })
    assert.equal(await level(), 'low')
    await d.make(setCustomer, { customer: 'c', plan: undefined, values: { 'spam-level': 'high' } })
    assert.equal(await level(), 'high')
    await d.make(setDomainDefaults, { domain: 'a.example', values: { 'spam-level': 'very-high' } })
    assert.equal(await level(), 'very-high')
    await d.make(setAddressSettings, { address: at('ann@a.example'), values: { 'spam-level': 'off', greylisting: 'off' } })
    assert.equal(await level(), 'off')
    assert.equal((await d.found('ann@a.example')).settings.greylisting, false)
    const overview = await d.directory.query(addressOverview, { address: at('ann@a.example') })
    assert.deepEqual(overview.refused, undefined)
    assert.ok('found' in overview)
    assert.deepEqual(overview.found?.settings['spam-level'], { value: 'off', from: 'address', otherwise: { value: 'very-high', from: 'domain' } })
    assert.deepEqual(overview.found?.settings['reverse-lookup'], { value: 'on', from: 'installation' })
    await d.make(setAddressSettings, { address: at('ann@a.example'), values: { 'spam-level': null } })
    assert.equal(await level(), 'very-high')
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
    const there = new Desk(other, d.database)
    const startedMs = performance.now()
    assert.equal(await d.why('ann@b.example'), 'foreign')
    await there.domain('b.example')
    await there.mailbox('ann@a.example')
    await there.mailbox('ann@b.example')
    while ((await d.why('ann@a.example')) !== undefined || (await d.why('ann@b.example')) !== undefined) {
      assert.ok(performance.now() - startedMs < 1000, 'within 1 s')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
})

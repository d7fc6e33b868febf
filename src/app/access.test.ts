import assert from 'node:assert/strict'
import test from 'node:test'
import { world } from '../../test/harness/access-world.ts'
import type { Principal } from '../api/principal.ts'
import type { Refused } from '../api/refused.ts'

test('people see and change what is their customer’s, and a reseller’s people what is its customers’', async (context) => {
  const { does, north, person } = await world(context)
  const domains = async (principal: Principal) =>
    ((await does(principal, 'domain.list', {})) as { domains: { domain: string }[] }).domains.map((one) => one.domain)
  assert.deepEqual(await domains(person(3, 'owner')), ['books.example'])
  assert.deepEqual(await domains(person(2, 'read-only')), ['tools.example'])
  assert.deepEqual(await domains(north), ['books.example', 'north.example'])
  const set = await does(north, 'address.set', { address: 'ann@books.example', values: { greylisting: 'off' } })
  assert.deepEqual((set as { values: unknown }).values, { greylisting: 'off' })
  assert.deepEqual(
    ((await does(north, 'customer.list', {})) as { customers: { name: string; resellerOf: string | null }[] }).customers.map((one) => [
      one.name,
      one.resellerOf,
    ]),
    [
      ['north', null],
      ['north.books', 'north'],
    ],
  )
})

test('what is another customer’s gets the answer of what is not there', async (context) => {
  const { refused, person, mailbox } = await world(context)
  const tools = person(2, 'owner')
  for (const [name, there, nowhere] of [
    ['address.show', { address: 'ann@books.example' }, { address: 'ann@nowhere.example' }],
    ['mailbox.remove', { address: 'ann@books.example' }, { address: 'ann@nowhere.example' }],
    ['domain.set', { domain: 'books.example', values: {} }, { domain: 'nowhere.example', values: {} }],
    ['person.list', { customer: 'north' }, { customer: 'nobody' }],
    ['queue.list', { customer: 'north.books' }, { customer: 'nobody' }],
  ] as const) {
    const [one, other] = [await refused(tools, name, there), await refused(tools, name, nowhere)]
    assert.deepEqual([one.code, other.code], ['unknown', 'unknown'], name)
    const text = (refusal: Refused) => refusal.text.en.replaceAll(/books\.example|nowhere\.example|north\.books|north|nobody/g, 'X')
    assert.equal(text(one), text(other), name)
  }
  // Of one's own domain, too, others' mailboxes are nobody's business but the customer's.
  const [other, nobody] = [
    await refused(mailbox('ann'), 'address.show', { address: 'bob@books.example' }),
    await refused(mailbox('ann'), 'address.show', { address: 'bo@books.example' }),
  ]
  assert.deepEqual([other.text.en, nobody.text.en], ['there is no address bob@books.example', 'there is no address bo@books.example'])
})

test('another customer’s mailbox cannot be opened by an alias', async (context) => {
  const { refused, person } = await world(context)
  const refusal = await refused(person(2, 'owner'), 'alias.add', { address: 'a@tools.example', to: ['ann@books.example'] })
  assert.match(refusal.text.en, /^ann@books\.example is not at a domain of this installation/)
})

test('roles: what would let one read mail is for owners; a help desk helps; who reads only changes nothing', async (context) => {
  const { does, refused, person } = await world(context)
  const address = 'ann@books.example'
  const tried: readonly (readonly [name: string, input: unknown, may: readonly string[]])[] = [
    ['address.show', { address }, ['owner', 'manager', 'helpdesk', 'read-only']],
    ['address.change-list', { address, list: 'let-through', add: ['friend.example'], remove: [] }, ['owner', 'manager', 'helpdesk']],
    ['mailbox.set', { address, quota: '1G' }, ['owner', 'manager']],
    ['mailbox.forward', { address, to: ['bob@books.example'], keepCopy: true }, ['owner']],
    ['mailbox.password', { address, password: 'correct horse battery' }, ['owner']],
    ['person.list', {}, ['owner', 'manager', 'helpdesk', 'read-only']],
    ['person.add', { name: 'ann@books.example', role: 'manager' }, ['owner']],
    ['setting.list', {}, []],
    ['relay.list', {}, []],
  ]
  for (const [name, input, may] of tried) {
    for (const role of ['owner', 'manager', 'helpdesk', 'read-only'] as const) {
      if (may.includes(role)) await does(person(3, role), name, input)
      else assert.equal((await refused(person(3, role), name, input)).code, 'forbidden', `${name} by ${role}`)
    }
  }
})

test('how much is sent, plans, and who resells are not for customers to say', async (context) => {
  const { does, refused, person, north } = await world(context)
  const owner = person(3, 'owner')
  for (const [name, input, field] of [
    ['address.set', { address: 'ann@books.example', values: { 'messages-per-day': '100000' } }, 'values.messages-per-day'],
    ['domain.set', { domain: 'books.example', values: { 'relay-class': 'bulk' } }, 'values.relay-class'],
    ['customer.set', { name: 'north.books', reseller: true }, 'reseller'],
  ] as const) {
    const refusal = await refused(owner, name, input)
    assert.deepEqual([refusal.code, refusal.field], ['forbidden', field])
  }
  assert.equal((await refused(owner, 'customer.set', { name: 'north.books', plan: 'standard' })).code, 'unknown')
  assert.equal(((await does(north, 'customer.set', { name: 'north.books', plan: 'standard' })) as { name: string }).name, 'north.books')
  assert.equal((await refused(north, 'customer.set', { name: 'north', plan: 'standard' })).code, 'unknown')
})

test('a reseller hears of a plan beyond its own what it hears of one that is not there', async (context) => {
  const { make, does, refused, north, person } = await world(context)
  await make('plan.add', { name: 'small', mailboxes: '5', features: ['lists'] })
  await make('customer.set', { name: 'north', plan: 'small' })
  for (const [name, input] of [
    ['customer.add', { name: 'more' }],
    ['customer.set', { name: 'north.books' }],
  ] as const) {
    const [beyond, nowhere] = [await refused(north, name, { ...input, plan: 'standard' }), await refused(north, name, { ...input, plan: 'blankety' })]
    assert.equal(beyond.code, 'unknown')
    assert.equal(beyond.text.en.replace('standard', 'blankety'), nowhere.text.en)
  }
  assert.equal(((await does(north, 'customer.add', { name: 'more' })) as { plan: string }).plan, 'small')
  await does(north, 'customer.set', { name: 'north.books', plan: 'small' })
  assert.equal((await refused(person(2, 'owner'), 'customer.set', { name: 'north.books', plan: 'small' })).code, 'unknown')
})

test('a mailbox user sets up their own mailbox', async (context) => {
  const { does, refused, mailbox } = await world(context)
  const ann = mailbox('ann')
  await does(ann, 'address.set', { address: 'ann@books.example', values: { 'spam-level': 'high' } })
  await does(ann, 'app-password.add', { address: 'Ann@books.example', name: 'phone', protocols: ['imap'] })
  assert.deepEqual(((await does(ann, 'journal.search', {})) as { entries: unknown }).entries, [])
  assert.equal((await refused(ann, 'mailbox.set', { address: 'ann@books.example', quota: '9G' })).code, 'forbidden')
  assert.equal((await refused(ann, 'domain.list', {})).code, 'forbidden')
})

test('a token allows what it says, and no more than who made it may do', async (context) => {
  const { does, refused, person, mailbox } = await world(context)
  const token = { name: 'backup', allows: ['see', 'operate'] as const }
  await does({ ...person(3, 'owner'), token }, 'domain.list', {})
  assert.equal((await refused({ ...person(3, 'owner'), token }, 'domain.set', { domain: 'books.example', values: {} })).code, 'forbidden')
  assert.equal((await refused({ ...person(3, 'owner'), token }, 'relay.list', {})).code, 'forbidden')
  await does({ ...mailbox('ann'), token }, 'address.show', { address: 'ann@books.example' })
  assert.equal((await refused({ ...mailbox('ann'), token }, 'mailbox.forward', { address: 'ann@books.example', to: [], keepCopy: true })).code, 'forbidden')
  await does({ kind: 'operator', operatorId: 1, name: 'admin', token }, 'setting.list', {})
})

test('people: by the mailbox that they have, or a password of their own; a last owner stays', async (context) => {
  const { does, refused, north, make } = await world(context)
  assert.deepEqual(await does(north, 'person.add', { customer: 'north.books', name: 'Ann@books.example', role: 'owner' }), {
    name: 'ann@books.example',
    password: undefined,
  })
  const made = (await does(north, 'person.add', { customer: 'north.books', name: 'help@desk.example', role: 'helpdesk' })) as { password?: string }
  assert.ok((made.password ?? '').length > 10)
  const refusal = await refused(north, 'person.set', { customer: 'north.books', name: 'ann@books.example', role: 'manager' })
  assert.match(refusal.text.en, /last owner/)
  await make('mailbox.rename', { from: 'ann@books.example', to: 'anna@books.example' })
  assert.deepEqual(await make('person.list', { customer: 'north.books' }), {
    persons: [
      { customer: 'north.books', name: 'anna@books.example', role: 'owner', byMailbox: true },
      { customer: 'north.books', name: 'help@desk.example', role: 'helpdesk', byMailbox: false },
    ],
  })
})

test('everybody has tokens of their own; those of others are for who is in charge of people there', async (context) => {
  const { does, refused, person, mailbox, make } = await world(context)
  await make('operator.add', { name: 'otto', password: 'correct horse battery' })
  await make('person.add', { customer: 'north.books', name: 'bob@books.example', role: 'manager' })
  const token = { name: 'x', scopes: ['read'] }
  for (const one of [mailbox('ann'), { kind: 'operator', operatorId: 1, name: 'otto' } as const]) {
    await does(one, 'token.add', token)
    assert.equal(((await does(one, 'token.list', {})) as { tokens: unknown[] }).tokens.length, 1)
  }
  const byToken = { ...mailbox('ann'), token: { name: 'x', allows: ['people', 'see'], reads: true } } as const
  for (const name of ['token.add', 'token.list'] as const) assert.equal((await refused(byToken, name, name === 'token.add' ? token : {})).code, 'forbidden')
  const others = [{ address: 'ann@books.example' }, { person: 'bob@books.example', customer: 'north.books' }]
  for (const whose of others) {
    await does(person(3, 'owner'), 'token.list', whose)
    await does(person(1, 'owner'), 'token.list', whose)
    for (const role of ['manager', 'helpdesk', 'read-only'] as const) assert.equal((await refused(person(3, role), 'token.list', whose)).code, 'forbidden')
    assert.equal((await refused(person(2, 'owner'), 'token.list', whose)).code, 'unknown')
    assert.equal((await refused(mailbox('bob'), 'token.list', whose)).code, 'forbidden')
  }
  assert.equal((await refused(person(3, 'owner'), 'token.list', { operator: 'otto' })).code, 'forbidden')
  assert.equal((await refused(person(2, 'owner'), 'token.list', { person: 'bob@books.example' })).code, 'unknown')
  await make('plan.set', { name: 'standard', features: ['lists'] })
  assert.match((await refused(mailbox('ann'), 'token.add', { ...token, name: 'y' })).text.en, /plan standard does not include the API/)
})

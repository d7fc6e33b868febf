import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { OperationContext } from '../api/context.ts'
import type { OperationInput, OperationName } from '../api/contract.ts'
import type { Principal } from '../api/principal.ts'
import { Refused } from '../api/refused.ts'
import { runNamed, runOperation } from '../api/run.ts'
import { silent } from '../base/log.ts'
import { type Permission, permissions } from '../base/permission.ts'
import { loadConfig } from '../config/load.ts'
import type { AccountId } from '../mail/ids.ts'
import { operationContext } from './installation.ts'
import { openParts } from './open.ts'

/** Reseller north with its customer north.books (books.example); customer tools beside them (tools.example). */
async function world(context: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'posthorn-access-'))
  context.after(() => rmSync(data, { recursive: true }))
  const parts = await openParts({ config: loadConfig({ data }), log: silent })
  context.after(() => parts.close())
  const all = operationContext(parts, silent)
  const by = (principal: Principal): OperationContext => ({ ...all, principal })
  const make = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => runOperation(all, name, input)
  for (const name of ['north', 'tools']) await make('customer.add', { name })
  await make('customer.set', { name: 'north', reseller: true })
  const north: Principal = { kind: 'person', personId: 1, name: 'nina@north.example', customerId: 1, role: 'owner' }
  await runOperation(by(north), 'customer.add', { name: 'books' })
  for (const [domain, customer] of [
    ['north.example', 'north'],
    ['books.example', 'north.books'],
    ['tools.example', 'tools'],
  ] as const)
    await make('domain.add', { domain, customer })
  const accounts = new Map<string, AccountId>()
  for (const address of ['ann@books.example', 'bob@books.example', 'tom@tools.example'])
    accounts.set(address, (await make('mailbox.add', { address, password: 'correct horse battery' })).accountId as AccountId)
  const person = (customerId: number, role: 'owner' | 'manager' | 'helpdesk' | 'read-only'): Principal => ({
    kind: 'person',
    personId: 9,
    name: 'x@north.example',
    customerId,
    role,
  })
  const mailbox = (localPart: string): Principal => ({
    kind: 'mailbox',
    accountId: accounts.get(`${localPart}@books.example`) as AccountId,
    address: { localPart, domain: 'books.example' },
    customerId: 3,
  })
  const refused = async (principal: Principal, name: string, input: unknown): Promise<Refused> => {
    try {
      await runNamed(by(principal), name, input)
    } catch (error) {
      if (error instanceof Refused) return error
      throw error
    }
    throw new Error(`${name} was not refused`)
  }
  const does = (principal: Principal, name: string, input: unknown) => runNamed(by(principal), name, input)
  return { make, does, refused, north, person, mailbox }
}

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

test('what another customer has is not found out by pointing at it or sharing with it', async (context) => {
  const { does, refused, person, mailbox, make } = await world(context)
  const tools = person(2, 'owner')
  // Whether another customer has such an address, they hear by mail, as of every other server.
  for (const [address, to] of [
    ['there@tools.example', 'ann@books.example'],
    ['nowhere@tools.example', 'anm@books.example'],
  ] as const) {
    assert.deepEqual(((await does(tools, 'forward.add', { address, to: [to] })) as { targets: unknown }).targets, [to])
    const changed = await does(tools, 'pointer.set', { address, kind: 'forward', add: ['tom@tools.example'], remove: [to] })
    assert.deepEqual((changed as { targets: unknown }).targets, ['tom@tools.example'])
  }
  assert.match(
    (await refused(tools, 'forward.add', { address: 'x@tools.example', to: ['tim@tools.example'] })).text.en,
    /there is no address tim@tools.example/,
  )
  // Nor may mailbox users find out by sharing with them, least of all whose other name an alias is.
  await make('alias.add', { address: 'boss@tools.example', to: ['tom@tools.example'] })
  const share = { address: 'ann@books.example', folder: 'INBOX' }
  const answers = async (name: string, more: object) =>
    Promise.all(
      ['tom', 'boss', 'nobody'].map(async (local) => {
        const { code, text } = await refused(mailbox('ann'), name, { ...share, with: `${local}@tools.example`, ...more })
        return [code, text.en.replace(`${local}@`, 'X@'), text.de.replace(`${local}@`, 'X@')]
      }),
    )
  for (const [name, more] of [
    ['mailbox.share', { rights: 'read' }],
    ['mailbox.unshare', {}],
  ] as const) {
    const [mine, alias, none] = await answers(name, more)
    assert.deepEqual([alias, none], [mine, mine], name)
  }
})

test('whoever points at a mailbox from outside neither keeps it there nor is named', async (context) => {
  const { make } = await world(context)
  await make('forward.add', { address: 'spy@books.example', to: ['tom@tools.example'] })
  await make('mailbox.remove', { address: 'tom@tools.example' })
  assert.deepEqual((await make('address.show', { address: 'spy@books.example' })).targets, ['tom@tools.example'])
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

test('a token lets nobody in who may do more than it, its owner neither', async (context) => {
  const { does, refused, person, mailbox, make } = await world(context)
  await make('operator.add', { name: 'otto', password: 'correct horse battery' })
  await make('person.add', { customer: 'north.books', name: 'bob@books.example', role: 'owner' })
  await make('person.add', { customer: 'north.books', name: 'hal@desk.example', role: 'helpdesk', password: 'correct horse battery' })
  const by = (principal: Principal, ...allows: Permission[]): Principal => ({ ...principal, token: { name: 'narrow', allows } })
  const [operator, owner] = [{ kind: 'operator', operatorId: 1, name: 'otto' } as const, person(3, 'owner')]
  const all = permissions.filter((one) => one !== 'operate')
  const tried: readonly (readonly [principal: Principal, name: string, input: object])[] = [
    // Tokens of others, and of oneself by one's name.
    [by(operator, 'people'), 'token.add', { operator: 'otto', name: 'wide', scopes: permissions }],
    [by(operator, 'people'), 'token.add', { person: 'bob@books.example', customer: 'north.books', name: 'wide', scopes: all }],
    [by(owner, 'people'), 'token.add', { address: 'bob@books.example', name: 'wide', scopes: all }],
    [by(operator, ...permissions), 'token.add', { operator: 'otto', name: 'wide', scopes: permissions }],
    // Whoever signs in can do all that they may.
    [by(operator, 'operate'), 'operator.add', { name: 'eve', password: 'correct horse battery' }],
    [by(operator, 'operate'), 'operator.password', { name: 'otto', password: 'correct horse battery' }],
    [by(owner, 'people'), 'person.add', { name: 'eve@desk.example', role: 'owner', password: 'correct horse battery' }],
    [by(owner, 'people', 'see'), 'person.set', { name: 'hal@desk.example', role: 'manager' }],
    [by(owner, 'people', 'see'), 'person.password', { name: 'hal@desk.example', password: 'correct horse battery' }],
    [by(owner, 'mail'), 'mailbox.password', { address: 'bob@books.example', password: 'correct horse battery' }],
    [by(mailbox('ann'), 'mail'), 'mailbox.password', { address: 'ann@books.example', password: 'correct horse battery' }],
  ]
  for (const [principal, name, input] of tried) assert.equal((await refused(principal, name, input)).code, 'forbidden', `${name} ${JSON.stringify(input)}`)
  await does(by(owner, 'mail'), 'mailbox.password', { address: 'ann@books.example', password: 'correct horse battery' })
  await does(by(owner, 'people', 'see', 'help'), 'person.password', { name: 'hal@desk.example', password: 'correct horse battery' })
  await does(by(owner, ...all), 'person.add', { name: 'eve@desk.example', role: 'owner', password: 'correct horse battery' })
})

test('an open browser is not enough to change what opens it, whatever the asker calls themselves', async (context) => {
  const { refused, does, person, mailbox, make } = await world(context)
  await make('operator.add', { name: 'otto', password: 'correct horse battery' })
  await make('person.add', { customer: 'north.books', name: 'ann@books.example', role: 'owner' })
  const { kind: _, ...user } = { ...mailbox('ann') } as Extract<Principal, { kind: 'mailbox' }>
  const ann: Principal = {
    ...(person(3, 'owner') as Extract<Principal, { kind: 'person' }>),
    personId: 1,
    name: 'ann@books.example',
    mailbox: user,
    sessionId: 's',
  }
  const operator: Principal = { kind: 'operator', operatorId: 1, name: 'otto', sessionId: 's' }
  const password = 'correct horse battery'
  for (const [principal, whose] of [
    [ann, {}],
    [ann, { address: 'ann@books.example' }],
    [ann, { customer: 'north.books' }],
    [ann, { person: 'ann@books.example' }],
    [operator, { operator: 'otto' }],
  ] as const) {
    const said = JSON.stringify(whose)
    const wrong = await refused(principal, 'second-factor.remove', { ...whose, id: 'x' })
    assert.deepEqual([wrong.code, wrong.field], ['forbidden', 'password'], said)
    assert.equal((await refused(principal, 'second-factor.remove', { ...whose, id: 'x', password })).code, 'unknown', said)
  }
  for (const [principal, name, input] of [
    [ann, 'mailbox.password', { address: 'ann@books.example' }],
    [ann, 'person.password', { name: 'ann@books.example' }],
    [mailbox('ann'), 'mailbox.password', { address: 'ann@books.example' }],
    [operator, 'operator.password', { name: 'otto' }],
  ] as const)
    assert.match((await refused(principal, name, { ...input, password })).text.en, /where the present one is asked for/, name)
  // What would outlast the browser.
  for (const [principal, name, input] of [
    [ann, 'token.add', { name: 'x', scopes: ['read'] }],
    [operator, 'token.add', { operator: 'otto', name: 'x', scopes: ['read'] }],
    [ann, 'app-password.add', { address: 'ann@books.example', name: 'x', protocols: ['imap'] }],
    [{ ...mailbox('bob'), sessionId: 's' }, 'app-password.add', { address: 'bob@books.example', name: 'x', protocols: ['imap'] }],
  ] as const) {
    const wrong = await refused(principal, name, input)
    assert.deepEqual([wrong.code, wrong.field], ['forbidden', 'password'], name)
    await does(principal, name, { ...input, password })
  }
  await does(ann, 'mailbox.password', { address: 'bob@books.example', password })
})

test('who must add a second factor first can do that and nothing else', async (context) => {
  const { does, refused, person, mailbox, make } = await world(context)
  await make('operator.add', { name: 'otto', password: 'correct horse battery' })
  const operator: Principal = { kind: 'operator', operatorId: 1, name: 'otto', sessionId: 's', unready: true }
  for (const name of ['totp.offer', 'passkey.offer', 'second-factor.list', 'session.list']) await does(operator, name, {})
  for (const [principal, name, input] of [
    [operator, 'token.add', { name: 'x', scopes: ['operate'] }],
    [operator, 'token.list', {}],
    [operator, 'session.list', { address: 'ann@books.example' }],
    [operator, 'domain.list', {}],
    [{ ...person(3, 'owner'), unready: true as const }, 'domain.list', {}],
    [{ ...mailbox('ann'), unready: true as const }, 'app-password.add', { address: 'ann@books.example', name: 'x', protocols: ['imap'] }],
  ] as const)
    assert.match((await refused(principal, name, input)).text.en, /second factor first/, name)
})

test('what a reseller has set for a customer that is no longer its own it neither sees nor takes back', async (context) => {
  const { does, refused, north, make } = await world(context)
  await make('mailbox.add', { address: 'nina@north.example', password: 'correct horse battery' })
  const all = { select: { domains: ['books.example', 'north.example'] }, values: { 'spam-level': 'high' } }
  const { edit } = (await does(north, 'address.set-many', all)) as { edit: number }
  const owners = async () => ((await does(north, 'edit.show', { edit })) as { values: { owner: string }[] }).values.map(({ owner }) => owner)
  assert.deepEqual(await owners(), ['ann@books.example', 'bob@books.example', 'nina@north.example'])
  await make('customer.set', { name: 'north.books', resellerOf: null })
  assert.deepEqual(await owners(), ['nina@north.example'])
  assert.match((await refused(north, 'edit.undo', { edit })).text.en, /a customer who is no longer yours/)
  await make('edit.undo', { edit })
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { world } from '../../test/harness/access-world.ts'
import type { Principal } from '../api/principal.ts'
import { type Permission, permissions } from '../base/permission.ts'

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
    // Whoever says who somebody is lets everybody in.
    [by(owner, ...permissions), 'identity-provider.set', { name: 'Evil', issuer: 'https://evil.example', clientId: 'x', on: true }],
    [by(owner, ...permissions), 'identity-provider.unlink', { name: 'bob@books.example' }],
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
    [ann, { person: 'ann@books.example' }],
    [operator, { operator: 'otto' }],
  ] as const) {
    const said = JSON.stringify(whose)
    const wrong = await refused(principal, 'second-factor.remove', { ...whose, id: 'x' })
    assert.deepEqual([wrong.code, wrong.field], ['forbidden', 'password'], said)
    assert.equal((await refused(principal, 'second-factor.remove', { ...whose, id: 'x', password })).code, 'unknown', said)
  }
  // A customer alone is nobody.
  const nobody = await refused(ann, 'second-factor.remove', { customer: 'north.books', id: 'x', password })
  assert.deepEqual([nobody.code, nobody.field], ['input', 'person'])
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

test('who manages addresses does not shut out who is in charge', async (context) => {
  const { does, refused, person, make } = await world(context)
  await make('person.add', { customer: 'north.books', name: 'ann@books.example', role: 'owner' })
  const manager = person(3, 'manager')
  assert.match((await refused(manager, 'mailbox.remove', { address: 'ann@books.example' })).text.en, /an owner may do that/)
  assert.equal((await refused(manager, 'mailbox.rename', { from: 'ann@books.example', to: 'old@books.example' })).code, 'forbidden')
  await does(manager, 'mailbox.remove', { address: 'bob@books.example' })
  await does(person(3, 'owner'), 'mailbox.rename', { from: 'ann@books.example', to: 'anna@books.example' })
})

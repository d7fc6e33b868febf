import assert from 'node:assert/strict'
import test from 'node:test'
import type { Zone } from '../../test/harness/name-server.ts'
import { type Addressee, blocked, greylisted, hostDeferred, hostRefused, ip, mail, named, now, World } from '../../test/harness/policy.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { AddressSettings } from '../directory/recipient.ts'
import { settingsFrom } from '../directory/settings.ts'

interface RcptCase {
  readonly what: string
  readonly to?: string
  readonly bob?: Addressee
  readonly zone?: Zone
  readonly settings?: Record<string, string>
  readonly from?: string
  readonly size?: number
  readonly helo?: string
  readonly full?: readonly number[]
  readonly expected: string
  /** Questions that went to the DNS. */
  readonly asked?: number
}

function onList(code: string): Zone {
  return { [`${ip.split('.').reverse().join('.')}.bl.example`]: { A: [code] } }
}

const rcptCases: readonly RcptCase[] = [
  { what: 'an address of ours', expected: 'ok address=pass' },
  { what: 'no such address', to: 'nobody@our.example', expected: '550 5.1.1 <nobody@our.example>: Recipient address rejected: User unknown' },
  { what: 'a foreign domain', to: 'bob@elsewhere.example', expected: '550 5.7.1 <bob@elsewhere.example>: Relaying denied' },
  {
    what: 'an address that leads back to itself',
    to: 'loop@our.example',
    expected: '554 5.4.6 <loop@our.example>: Recipient address rejected: it leads back to itself',
  },
  { what: 'a locked mailbox', to: 'locked@our.example', expected: '450 4.2.1 <locked@our.example>: Recipient address rejected: it takes no mail for now' },
  { what: 'a reply is ASCII', to: 'böb@our.example', expected: '550 5.1.1 <b\\x{F6}b@our.example>: Recipient address rejected: User unknown' },
  { what: 'a declared size over the plan', bob: { limits: [500] }, size: 501, expected: '552 5.3.4 <bob@our.example>: Message too large: at most 500 bytes' },
  { what: 'a declared size that fits', bob: { limits: [500] }, size: 500, expected: 'ok address=pass' },
  { what: 'a list takes what its largest plan takes', bob: { kind: 'list', limits: [500, 2000] }, size: 2000, expected: 'ok address=pass' },
  { what: 'a full mailbox', full: [10], expected: '452 4.2.2 <bob@our.example>: Recipient address rejected: Mailbox full' },
  {
    what: 'a full mailbox, by choice for good',
    full: [10],
    settings: { 'mailbox.full': 'refuse' },
    expected: '552 5.2.2 <bob@our.example>: Recipient address rejected: Mailbox full',
  },
  { what: 'room, but not for so much', size: 950_000, expected: '452 4.2.2 <bob@our.example>: Recipient address rejected: Mailbox full' },
  { what: 'one full mailbox of a list', bob: { kind: 'list', limits: [1_000_000, 1_000_000] }, full: [10], expected: 'ok address=pass' },
  {
    what: 'all mailboxes of a list full',
    bob: { kind: 'list', limits: [1_000_000, 1_000_000] },
    full: [10, 11],
    expected: '452 4.2.2 <bob@our.example>: Recipient address rejected: Mailbox full',
  },

  { what: 'a host name that leads back', bob: { settings: { reverseLookup: true } }, zone: named, expected: 'ok address=pass reverse-lookup=pass', asked: 2 },
  { what: 'no host name', bob: { settings: { reverseLookup: true } }, expected: hostRefused, asked: 1 },
  { what: 'DNS trouble', bob: { settings: { reverseLookup: true } }, zone: { [`ptr:${ip}`]: { fault: 'servfail' } }, expected: hostDeferred },
  {
    what: 'strict: the EHLO name',
    bob: { settings: { reverseLookup: true } },
    zone: named,
    settings: { 'reverse-lookup.strict': 'on' },
    expected: 'ok address=pass reverse-lookup=pass',
  },
  {
    what: 'strict: another EHLO name',
    bob: { settings: { reverseLookup: true } },
    zone: named,
    settings: { 'reverse-lookup.strict': 'on' },
    helo: 'other.example',
    expected: hostRefused,
  },
  { what: 'no lookup where it is off', zone: named, expected: 'ok address=pass', asked: 0 },

  {
    what: 'blocked',
    bob: { settings: { listMode: 'block', block: ['sender.example'], reverseLookup: true, greylisting: true } },
    zone: named,
    expected: blocked,
    asked: 0,
  },
  { what: 'not blocked', bob: { settings: { listMode: 'block', block: ['other.example'] } }, expected: 'ok address=pass lists=pass' },
  {
    what: 'blocked by host name, looked up for that',
    bob: { settings: { listMode: 'block', block: ['host:.sender.example'] } },
    zone: named,
    from: 'x@other.example',
    expected: blocked,
    asked: 2,
  },
  {
    what: 'an entry for a host name, but the address is listed',
    bob: { settings: { listMode: 'block', block: ['host:.sender.example', 'sender.example'] } },
    zone: named,
    expected: blocked,
    asked: 0,
  },
  {
    what: 'nobody knows the host name',
    bob: { settings: { listMode: 'block', block: ['host:.sender.example'] } },
    zone: { [`ptr:${ip}`]: { fault: 'servfail' } },
    from: 'x@other.example',
    expected: hostDeferred,
  },
  { what: 'not allowed', bob: { settings: { listMode: 'allow-only', allowOnly: ['192.0.2.1'], greylisting: true } }, expected: blocked },
  {
    what: 'allowed, and not greylisted',
    bob: { settings: { listMode: 'allow-only', allowOnly: ['sender.example'], greylisting: true } },
    expected: 'ok address=pass lists=pass greylisting=skip',
  },
  {
    what: 'allowed for now, and greylisted',
    bob: { settings: { listMode: 'allow-only', allowOnly: ['friend@other.example'], greylisting: true } },
    expected: greylisted,
  },
  {
    what: 'on a blocklist that the operator lets refuse',
    settings: { 'blocklist.refuse': 'other.example,bl.example=127.0.0.2-4' },
    zone: onList('127.0.0.3'),
    expected: `550 5.7.1 Client host rejected: [${ip}] is on the blocklist bl.example`,
    asked: 3,
  },
  {
    what: 'on that list, by an answer that does not refuse',
    settings: { 'blocklist.refuse': 'bl.example=127.0.0.2-4' },
    zone: onList('127.0.0.10'),
    expected: 'ok address=pass blocklists=pass',
  },
  {
    what: 'a blocklist that does not answer us',
    settings: { 'blocklist.refuse': 'bl.example' },
    zone: onList('127.255.255.254'),
    expected: 'ok address=pass blocklists=temperror',
  },
  { what: 'on a blocklist that nobody lets refuse', zone: onList('127.0.0.2'), expected: 'ok address=pass', asked: 0 },
  {
    what: 'greylisted: no blocklist is asked',
    bob: { settings: { greylisting: true } },
    settings: { 'blocklist.refuse': 'bl.example' },
    zone: onList('127.0.0.2'),
    expected: greylisted,
    asked: 0,
  },
  {
    what: 'let through: no blocklist is asked',
    bob: { settings: { listMode: 'block', letThrough: ['sender.example'] } },
    settings: { 'blocklist.refuse': 'bl.example' },
    zone: onList('127.0.0.2'),
    expected: 'ok address=pass lists=pass',
    asked: 0,
  },
  {
    what: 'let through: not greylisted',
    bob: { settings: { letThrough: ['sender.example'], greylisting: true } },
    expected: 'ok address=pass lists=pass greylisting=skip',
  },
  {
    what: 'let through does not skip the reverse lookup',
    bob: { settings: { letThrough: ['sender.example'], reverseLookup: true, greylisting: true } },
    expected: hostRefused,
  },

  { what: 'greylisted', bob: { settings: { greylisting: true } }, expected: greylisted },
  { what: 'greylisted only after the reverse lookup', bob: { settings: { greylisting: true, reverseLookup: true } }, expected: hostRefused },

  { what: 'postmaster passes lists, reverse lookup and greylisting', to: 'postmaster@our.example', expected: 'ok address=pass lists=skip', asked: 0 },
  {
    what: 'but has a quota',
    to: 'postmaster@our.example',
    full: [20],
    expected: '452 4.2.2 <postmaster@our.example>: Recipient address rejected: Mailbox full',
  },
]

for (const { what, to = 'bob@our.example', bob = {}, zone = {}, settings = {}, full = [], expected, asked, ...sender } of rcptCases) {
  test(`RCPT: ${what}`, async () => {
    const strict: Partial<AddressSettings> = { listMode: 'block', block: ['.example'], reverseLookup: true, greylisting: true }
    await using world = await World.make({ 'bob@our.example': bob, 'postmaster@our.example': { alwaysAccepted: true, settings: strict } }, { zone, settings })
    for (const id of full) world.full.add(id)
    const talk = await world.begin(sender)
    assert.equal(await talk.rcpt(to), expected)
    if (asked !== undefined) assert.equal(world.names.questions.length, asked)
  })
}

test('<postmaster> without a domain goes where postmaster mail goes', async () => {
  await using world = await World.make({ 'postmaster@our.example': { alwaysAccepted: true } })
  const talk = await world.begin()
  assert.match(await talk.rcpt(undefined), /^ok/)
  assert.deepEqual(talk.transaction.recipients[0]?.forwardPath, mail('postmaster@our.example'))
})

test('greylisting: the second try passes, also for another recipient; the verified name is the sender farm’s', async () => {
  const settings = { greylisting: true, reverseLookup: true }
  const second = '127.0.1.9'
  const zone: Zone = {
    [`ptr:${ip}`]: { PTR: ['m1.farm.example'] },
    'm1.farm.example': { A: [ip] },
    [`ptr:${second}`]: { PTR: ['m2.farm.example'] },
    'm2.farm.example': { A: [second] },
  }
  await using world = await World.make({ 'bob@our.example': { settings }, 'eve@our.example': { settings } }, { zone })
  assert.equal(await (await world.begin()).rcpt('bob@our.example'), greylisted)
  world.clock.ms += 60_000
  const talk = await world.begin({ ip: second })
  assert.equal(await talk.rcpt('eve@our.example'), 'ok address=pass reverse-lookup=pass greylisting=pass')
  assert.equal(await talk.rcpt('bob@our.example'), 'ok address=pass reverse-lookup=pass greylisting=pass')
  assert.equal(talk.transaction.recipients[0]?.clientName, 'm2.farm.example')
})

test('a fault of ours is a temporary failure', async () => {
  await using world = await World.make({ 'bob@our.example': {} })
  world.fault = new DatabaseUnavailable('gone')
  assert.equal(await (await world.begin()).rcpt('bob@our.example'), '451 4.3.0 Temporary failure of this server, please try later')
  world.fault = new DatabaseUnavailable('no room', { full: true })
  assert.equal(await (await world.begin()).rcpt('bob@our.example'), '452 4.3.1 Not enough storage, please try later')
  world.fault = new TypeError('a slip')
  assert.equal(await (await world.begin()).rcpt('bob@our.example'), '451 4.3.0 Temporary failure of this server, please try later')
})

test('what the journal keeps of a refused recipient', async () => {
  await using world = await World.make(
    { 'bob@our.example': { settings: { reverseLookup: true, listMode: 'block', block: ['host:.sender.example'] } } },
    { zone: named },
  )
  const talk = await world.begin({ size: 4711 })
  await talk.rcpt('bob@our.example')
  const [entry] = world.journal
  assert.ok(entry)
  const { checks, ...rest } = entry
  assert.deepEqual(rest, {
    atMs: now,
    outcome: 'refused',
    queueId: 'q1',
    clientIp: ip,
    clientName: 'mx.sender.example',
    helo: 'mx.sender.example',
    sender: 'ann@sender.example',
    recipient: 'bob@our.example',
    addressId: 1,
    customerId: 7,
    accountId: 10,
    messageId: undefined,
    sizeBytes: 4711,
    reply: blocked,
  })
  assert.deepEqual(
    checks.map(({ check, result, reason, detail }) => [check, result, reason, detail]),
    [
      ['address', 'pass', 'mailbox', undefined],
      ['lists', 'fail', 'listed', 'host:.sender.example'],
    ],
  )
})

test('a changed setting holds from the next command; a recipient keeps the one it was accepted with (SPEC A9)', async () => {
  await using world = await World.make({ 'bob@our.example': { settings: { reverseLookup: true } } }, { zone: named })
  const talk = await world.begin({ helo: 'other.example' })
  assert.match(await talk.rcpt('bob@our.example'), /^ok/)
  world.settings = settingsFrom({ 'reverse-lookup.strict': 'on' })
  assert.equal(await talk.rcpt('bob@our.example'), hostRefused)
  assert.equal(await talk.data('From: a@b.example\r\n'), 'ok')
})

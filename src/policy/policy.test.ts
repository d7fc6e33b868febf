import assert from 'node:assert/strict'
import test from 'node:test'
import { type NameServer, startNameServer, type Zone } from '../../test/harness/name-server.ts'
import { silent } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { AddressSettings, DeliveryTarget, Recipient, Resolution } from '../directory/recipient.ts'
import { type Settings, settingsFrom } from '../directory/settings.ts'
import { Resolver } from '../dns/resolver.ts'
import type { Entry, Ephemeral } from '../ephemeral/ephemeral.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { type Address, addressKey, parseAddress } from '../mail/address.ts'
import type { Client } from '../mail/client.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import { formatReply } from '../mail/reply.ts'
import { Budgets } from '../protection/budgets.ts'
import type { PolicyDependencies } from './dependencies.ts'
import { createPolicy } from './door.ts'
import type { DataVerdict, Policy, RcptVerdict, Transaction, Visit } from './policy.ts'

const quiet: AddressSettings = {
  reverseLookup: false,
  greylisting: false,
  spamLevel: 'medium',
  spamAction: 'folder',
  virusAction: 'refuse',
  listMode: 'off',
  block: [],
  allowOnly: [],
  letThrough: [],
}

function mail(text: string): Address {
  const address = parseAddress(text)
  assert.ok(address, text)
  return address
}

interface Addressee {
  readonly settings?: Partial<AddressSettings>
  readonly kind?: Recipient['kind']
  readonly alwaysAccepted?: boolean
  /** Largest message of each target; one of 1,000,000 bytes by default. */
  readonly limits?: readonly number[]
}

/** Account ids count up over all targets, so that tests can fill them. */
function recipientOf(address: string, id: number, { settings = {}, kind = 'mailbox', alwaysAccepted = false, limits = [1_000_000] }: Addressee): Recipient {
  const targets = limits.map(
    (maxMessageBytes, at): DeliveryTarget => ({ accountId: (id * 10 + at) as AccountId, address: mail(address), quotaBytes: undefined, maxMessageBytes }),
  )
  return { addressId: id, address: mail(address), kind, domainId: 1, customerId: 7, settings: { ...quiet, ...settings }, targets, alwaysAccepted }
}

function memory(): Ephemeral {
  const entries = new Map<string, Entry>()
  return {
    table: (name) => ({
      get: async (key) => entries.get(`${name} ${key}`),
      put: async (key, value) => void entries.set(`${name} ${key}`, value),
      delete: async (key) => void entries.delete(`${name} ${key}`),
      size: async () => entries.size,
    }),
    add: async () => 0,
    publish() {},
    subscribe: () => () => {},
    close: async () => {},
  }
}

const now = 1_700_000_000_000

class World implements AsyncDisposable {
  readonly clock = { ms: now, now: () => this.clock.ms }
  readonly journal: JournalEntry[] = []
  readonly full = new Set<number>()
  readonly names: NameServer
  readonly resolver: Resolver
  readonly policy: Policy
  settings: Settings
  fault: Error | undefined

  static async make(addressees: Record<string, Addressee>, options: { readonly zone?: Zone; readonly settings?: Record<string, string> } = {}): Promise<World> {
    return new World(addressees, await startNameServer(options.zone ?? {}), settingsFrom(options.settings ?? {}))
  }

  private constructor(addressees: Record<string, Addressee>, names: NameServer, settings: Settings) {
    this.names = names
    this.settings = settings
    this.resolver = new Resolver({ clock: this.clock, servers: [names.address], attemptTimeoutMs: 50 })
    const found = new Map(Object.entries(addressees).map(([address, addressee], at) => [addressKey(mail(address)), recipientOf(address, at + 1, addressee)]))
    const current = () => this.settings
    const fault = () => this.fault
    const resolve = (address: Address): Resolution => {
      const broken = fault()
      if (broken !== undefined) throw broken
      const recipient = found.get(addressKey(address))
      if (recipient !== undefined) return { found: recipient }
      if (address.localPart === 'loop' || address.localPart === 'locked') return { found: undefined, why: address.localPart }
      return { found: undefined, why: address.domain === 'our.example' ? 'unknown' : 'foreign' }
    }
    const directory: PolicyDependencies['directory'] = {
      get settings() {
        return current()
      },
      largestMessageBytes: 1_000_000,
      resolveNow: () => undefined,
      resolve: async (address) => resolve(address),
      postmaster: async () => resolve(mail('postmaster@our.example')),
    }
    this.policy = createPolicy({
      directory,
      isFull: async (target, sizeBytes) => this.full.has(target.accountId) || sizeBytes > 900_000,
      resolver: this.resolver,
      ephemeral: memory(),
      budgets: new Budgets({ clock: this.clock, settings: () => this.settings }),
      journal: { record: (entry) => void this.journal.push(entry) },
      clock: this.clock,
      log: silent,
    })
  }

  client(ip = '127.0.0.9', helo = 'mx.sender.example'): Client {
    return { ip, port: 4711, helo, protocol: 'ESMTP', tls: undefined }
  }

  async begin(options: { readonly from?: string; readonly ip?: string; readonly size?: number; readonly helo?: string } = {}): Promise<Talk> {
    const client = this.client(options.ip, options.helo)
    const reversePath = options.from === '' ? null : mail(options.from ?? 'ann@sender.example')
    const transaction: Transaction = { queueId: 'q1' as QueueId, client, reversePath, declaredSizeBytes: options.size, recipients: [] }
    return new Talk(this, await this.policy.atConnect(client), transaction)
  }

  async [Symbol.asyncDispose]() {
    this.resolver.close()
    await this.names.close()
  }
}

class Talk {
  readonly world: World
  readonly visit: Visit
  readonly transaction: Transaction

  constructor(world: World, visit: Visit, transaction: Transaction) {
    this.world = world
    this.visit = visit
    this.transaction = transaction
  }

  /** The reply, or `ok` with the checks that ran. */
  async rcpt(to: string | undefined): Promise<string> {
    const before = this.world.journal.length
    const verdict: RcptVerdict = await this.world.policy.atRcpt(this.visit, this.transaction, to === undefined ? undefined : mail(to))
    if (verdict.action === 'accept') {
      this.transaction.recipients.push(verdict.accepted)
      assert.equal(this.world.journal.length, before, 'accepted mail is journalled with its index row')
      return `ok ${verdict.accepted.checks.map(({ check, result }) => `${check}=${result}`).join(' ')}`
    }
    const entry = this.world.journal.at(-1)
    assert.equal(this.world.journal.length, before + 1, 'every refusal is in the journal')
    assert.equal(entry?.reply, formatReply(verdict.reply))
    assert.equal(entry.outcome, verdict.action === 'reject' ? 'refused' : 'deferred')
    for (const { micros } of entry.checks) assert.ok(Number.isInteger(micros) && micros >= 0)
    return formatReply(verdict.reply)
  }

  async data(headers: string, sizeBytes = 1000): Promise<string> {
    const before = this.world.journal.length
    const { verdict, checks }: DataVerdict = await this.world.policy.atData(this.transaction, { sizeBytes, headerSection: Buffer.from(headers) })
    if (verdict.action === 'accept') return `ok ${checks.map(({ check, result }) => `${check}=${result}`).join(' ')}`.trim()
    assert.ok(verdict.action !== 'discard')
    assert.equal(this.world.journal.length, before + this.transaction.recipients.length)
    return formatReply(verdict.reply)
  }
}

const ip = '127.0.0.9'
const named: Zone = { [`ptr:${ip}`]: { PTR: ['mx.sender.example'] }, 'mx.sender.example': { A: [ip] } }
const hostRefused = `550 5.7.25 Client host rejected: cannot find your hostname, [${ip}]`
const hostDeferred = `450 4.7.25 Client host rejected: cannot find your hostname, [${ip}]`
const greylisted = '450 4.7.1 <bob@our.example>: Recipient address rejected: You have been greylisted, please try later'
const blocked = '550 5.7.1 Spam message rejected'

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

test('MAIL: a size that no plan takes', async () => {
  await using world = await World.make({})
  assert.deepEqual(await world.policy.atMail(world.client(), null, 1_000_000), { action: 'accept' })
  const verdict = await world.policy.atMail(world.client(), null, 1_000_001)
  assert.ok(verdict.action === 'reject')
  assert.equal(formatReply(verdict.reply), '552 5.3.4 Message too large: at most 1000000 bytes')
  assert.deepEqual([world.journal[0]?.sender, world.journal[0]?.sizeBytes], ['', 1_000_001])
})

const sends = (from: string) => `From: ${from}\r\nMessage-ID: <1@sender.example>\r\n`

test('DATA: the header From is judged by the lists', async () => {
  const settings: Partial<AddressSettings> = { listMode: 'block', block: ['eve@other.example'] }
  await using world = await World.make({
    'bob@our.example': { settings },
    'friend@our.example': { settings: { listMode: 'allow-only', allowOnly: ['.friends.example'] } },
  })
  const cases: readonly [to: string, from: string, expected: string][] = [
    ['bob@our.example', 'Ann <ann@sender.example>', 'ok lists=pass'],
    ['bob@our.example', '"a, b" <EVE@other.example>', blocked],
    ['bob@our.example', 'no address at all', 'ok lists=pass'],
    ['friend@our.example', 'ann@sub.friends.example', 'ok lists=pass'],
    ['friend@our.example', 'ann@sender.example', blocked],
    ['friend@our.example', 'no address at all', blocked],
  ]
  for (const [to, from, expected] of cases) {
    const talk = await world.begin()
    assert.match(await talk.rcpt(to), /^ok/)
    assert.equal(await talk.data(sends(from)), expected, `${from} to ${to}`)
  }
  assert.equal(world.journal[0]?.messageId, '1@sender.example')
  assert.deepEqual(
    world.journal[0]?.checks.map(({ check, reason }) => `${check}: ${reason}`),
    ['address: mailbox', 'lists: not listed', 'lists: listed'],
  )
})

test('DATA: more than 100 Received fields', async () => {
  await using world = await World.make({ 'bob@our.example': {}, 'eve@our.example': {} })
  const talk = await world.begin()
  await talk.rcpt('bob@our.example')
  await talk.rcpt('eve@our.example')
  const received = 'Received: from a by b;\r\n\tMon, 1 Jan 2024 00:00:00 +0000\r\n'
  assert.equal(await talk.data(received.repeat(100)), 'ok')
  assert.equal(await talk.data(received.repeat(101)), '554 5.4.6 Too many hops: this message goes round in circles')
  assert.deepEqual(
    world.journal.map(({ recipient }) => recipient),
    ['bob@our.example', 'eve@our.example'],
  )
})

test('DATA: the true size', async () => {
  await using world = await World.make({ 'bob@our.example': { limits: [500] } })
  const talk = await world.begin({ size: 400 })
  await talk.rcpt('bob@our.example')
  assert.equal(await talk.data('', 500), 'ok')
  assert.equal(await talk.data('', 501), '552 5.3.4 Message too large: at most 500 bytes')
})

test('recipients that could answer differently after DATA are sent separately (SPEC A7)', async () => {
  const block = (entry: string): Addressee => ({ settings: { listMode: 'block', block: [entry] } })
  await using world = await World.make({
    'plain@our.example': {},
    'plain2@our.example': {},
    'networks@our.example': block('192.0.2.0/24'),
    'eve@our.example': block('eve@other.example'),
    'eve2@our.example': block('eve@other.example'),
    'mallory@our.example': block('mallory@other.example'),
    'through@our.example': { settings: { listMode: 'block', block: ['eve@other.example'], letThrough: ['sender.example'] } },
    'small@our.example': { limits: [500] },
    'postmaster@our.example': { alwaysAccepted: true, ...block('eve@other.example') },
  })
  const separately = (to: string) => `452 4.5.3 <${to}>: different policy, send separately`
  const cases: readonly [first: string, second: string, size: number | undefined, together: boolean][] = [
    ['plain@our.example', 'plain2@our.example', undefined, true],
    ['plain@our.example', 'networks@our.example', undefined, true],
    ['plain@our.example', 'through@our.example', undefined, true],
    ['plain@our.example', 'postmaster@our.example', undefined, true],
    ['plain@our.example', 'eve@our.example', undefined, false],
    ['eve@our.example', 'plain@our.example', undefined, false],
    ['eve@our.example', 'eve2@our.example', undefined, true],
    ['eve@our.example', 'mallory@our.example', undefined, false],
    ['plain@our.example', 'small@our.example', undefined, false],
    ['plain@our.example', 'small@our.example', 400, true],
  ]
  for (const [first, second, size, together] of cases) {
    const talk = await world.begin(size === undefined ? {} : { size })
    assert.match(await talk.rcpt(first), /^ok/)
    const answer = await talk.rcpt(second)
    if (together) assert.match(answer, /^ok/, `${first} ${second}`)
    else assert.equal(answer, separately(second), `${first} ${second}`)
  }
})

test('the greeting waits for unknown networks only', async () => {
  await using world = await World.make({ 'bob@our.example': {} })
  const talk = await world.begin()
  assert.equal(talk.visit.greetingDelayMs, 500)
  await talk.rcpt('bob@our.example')
  assert.equal((await world.begin()).visit.greetingDelayMs, 500, 'a recipient is no delivery')
  await talk.data('')
  assert.equal((await world.begin({ ip: '127.0.0.77' })).visit.greetingDelayMs, 0)
  assert.equal((await world.begin({ ip: '127.0.1.9' })).visit.greetingDelayMs, 500)
  world.clock.ms += 40 * 86_400_000
  assert.equal((await world.begin()).visit.greetingDelayMs, 500)
  world.settings = settingsFrom({ 'greeting.delay': '0' })
  assert.equal((await world.begin()).visit.greetingDelayMs, 0)
})

test('who speaks before the greeting', async () => {
  await using world = await World.make({})
  const { visit } = await world.begin()
  assert.equal(formatReply(visit.earlyTalker()), '554 5.5.0 You spoke before the greeting')
  assert.deepEqual(
    world.journal.map(({ outcome, clientIp, checks }) => [outcome, clientIp, checks[0]?.check]),
    [['refused', ip, 'early-talker']],
  )
})

test('too many connections, errors, unknown recipients', async () => {
  await using world = await World.make(
    { 'bob@our.example': {} },
    {
      settings: { 'connection-limits.mail-concurrent': '1', 'connection-limits.errors': '2', 'connection-limits.unknown-recipients': '3' },
    },
  )
  const talk = await world.begin()
  const refused = (await world.begin()).visit
  assert.ok(refused.verdict.action === 'defer')
  assert.equal(formatReply(refused.verdict.reply), `421 4.7.0 Too many connections from [${ip}], try again later`)
  refused.close()
  assert.deepEqual([talk.visit.badCommand(), talk.visit.badCommand()], [undefined, undefined])
  assert.equal(talk.visit.badCommand()?.code, 421)
  for (const at of [1, 2, 3]) assert.match(await talk.rcpt(`n${at}@our.example`), /^550 5\.1\.1/)
  assert.equal(await talk.rcpt('n4@our.example'), '421 4.7.0 Too many unknown recipients, try again later')
  talk.visit.close()
  assert.ok((await world.begin()).visit.verdict.action === 'defer')
  world.settings = settingsFrom({ 'connection-limits': 'off' })
  assert.equal((await world.begin()).visit.verdict.action, 'accept')
})

test('refusals of the SMTP server itself are noted for each recipient', async () => {
  await using world = await World.make({ 'bob@our.example': {} })
  const talk = await world.begin()
  await talk.rcpt('bob@our.example')
  world.policy.noteRefusal(talk.transaction, 'message-form', { code: 550, enhanced: '5.6.0', text: 'Message refused: NUL in it' })
  assert.deepEqual(
    world.journal.map(({ recipient, reply }) => [recipient, reply]),
    [['bob@our.example', '550 5.6.0 Message refused: NUL in it']],
  )
})

test('a recipient too many is noted alone', async () => {
  await using world = await World.make({ 'bob@our.example': {} })
  const talk = await world.begin()
  await talk.rcpt('bob@our.example')
  world.policy.noteRefusal(talk.transaction, 'connection-limits', { code: 452, enhanced: '4.5.3', text: 'Too many recipients' }, 'eve@our.example')
  assert.deepEqual(
    world.journal.map(({ recipient, outcome, checks }) => [recipient, outcome, checks.map(({ result }) => result)]),
    [['eve@our.example', 'deferred', ['wait']]],
  )
})

test('the journal says where it would go, unless to the mailbox of that name', async () => {
  await using world = await World.make({ 'bob@our.example': {}, 'team@our.example': { kind: 'list', limits: new Array<number>(7).fill(1_000_000) } })
  const talk = await world.begin()
  for (const to of ['BOB@our.example', 'team@our.example']) await talk.rcpt(to)
  const team = 'team@our.example'
  assert.deepEqual(
    talk.transaction.recipients.map(({ checks }) => [checks[0]?.reason, checks[0]?.detail]),
    [
      ['mailbox', undefined],
      ['list', `${[team, team, team, team, team].join(', ')} +2`],
    ],
  )
})

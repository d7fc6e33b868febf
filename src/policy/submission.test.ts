import assert from 'node:assert/strict'
import test from 'node:test'
import { mail, now, World } from '../../test/harness/policy.ts'
import { applyEdits } from '../delivery/edits.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import { formatAddress } from '../mail/address.ts'
import { readReportToken } from '../mail/report-token.ts'
import { formatReply, type Reply } from '../mail/reply.ts'
import type { SpamScore } from '../spam/score.ts'
import { finding } from '../virus/finding.ts'
import type { DataVerdict, Transaction } from './policy.ts'

/** ann has account 10, an alias, a forward and a list; bob is another customer's. */
const addressees = {
  'ann@our.example': { limits: [1000] },
  'bob@our.example': {},
  'team@our.example': { kind: 'list', limits: [1000, 1000] },
  'postmaster@our.example': { alwaysAccepted: true },
} as const

const ann = 10 as AccountId

/** One message of ann's, as far as it gets. */
class Sending {
  readonly world: World
  transaction: Transaction

  constructor(world: World, from = 'ann@our.example', wishes: Partial<Transaction['wishes']> = {}, size?: number) {
    this.world = world
    this.transaction = {
      queueId: 'Q1' as QueueId,
      client: { ...world.client(), protocol: 'ESMTPSA' },
      submitter: { accountId: ann, address: mail('ann@our.example') },
      reversePath: from === '' ? null : mail(from),
      declaredSizeBytes: size,
      wishes: { utf8: false, eightBit: false, requireTls: false, priority: 0, ...wishes },
      recipients: [],
      remote: [],
    }
  }

  async mail(): Promise<string> {
    const verdict = await this.world.submission.atMail(this.transaction)
    if (verdict.action !== 'accept') return this.#refused(verdict.reply)
    const { originator, priority = 0 } = verdict
    this.transaction = { ...this.transaction, ...(originator && { originator }), wishes: { ...this.transaction.wishes, priority } }
    return 'ok'
  }

  async rcpt(to: string): Promise<string> {
    const visit = await this.world.submission.atConnect(this.transaction.client)
    const verdict = await this.world.submission.atRcpt(visit, this.transaction, mail(to))
    visit.close()
    if (verdict.action === 'accept') this.transaction.recipients.push(verdict.accepted)
    else if (verdict.action === 'relay') this.transaction.remote.push(verdict.accepted)
    else return this.#refused(verdict.reply)
    return `${verdict.action} ${verdict.accepted.checks.map(({ check, reason }) => `${check}=${reason}`).join(', ')}`
  }

  judge(header: string, body = 'Hello\r\n'): Promise<DataVerdict> {
    const headerSection = Buffer.from(header)
    const octets = [Buffer.from(`${header}\r\n${body}`)]
    return this.world.submission.atData(this.transaction, { sizeBytes: header.length + 2 + body.length, headerSection, octets })
  }

  async data(header: string, body?: string): Promise<string> {
    const { verdict } = await this.judge(header, body)
    return 'reply' in verdict ? this.#refused(verdict.reply) : verdict.action === 'accept' ? 'ok' : verdict.action
  }

  /** Every refusal is in the sender's journal, with a reason. */
  #refused(reply: Reply): string {
    const entry = this.world.journal.at(-1)
    assert.equal(entry?.reply, formatReply(reply))
    assert.deepEqual([entry.accountId, entry.customerId, entry.addressId], [10, 7, 1])
    assert.ok(entry.checks.length > 0)
    return formatReply(reply)
  }
}

async function begin(world: World, to: readonly string[] = ['x@away.example'], ...rest: [string?, Partial<Transaction['wishes']>?]): Promise<Sending> {
  const sending = new Sending(world, ...rest)
  assert.equal(await sending.mail(), 'ok')
  for (const recipient of to) assert.doesNotMatch(await sending.rcpt(recipient), /^[45]/)
  return sending
}

const own = 'From: Ann <ann@our.example>\r\nDate: Sun, 22 Nov 2026 14:00:00 +0000\r\nMessage-ID: <1@laptop>\r\n'

test('MAIL FROM is one’s own address', async () => {
  await using world = await World.make(addressees)
  for (const [from, answer] of [
    ['ann@our.example', 'ok'],
    ['ANN@our.example', 'ok'],
    ['', 'ok'],
    ['bob@our.example', '550 5.7.1 MAIL FROM: <bob@our.example> is not an address of yours'],
    ['team@our.example', '550 5.7.1 MAIL FROM: <team@our.example> is not an address of yours'],
    ['postmaster@our.example', '550 5.7.1 MAIL FROM: <postmaster@our.example> is not an address of yours'],
    ['nobody@our.example', '550 5.7.1 MAIL FROM: <nobody@our.example> is not an address of yours'],
    ['ann@away.example', '550 5.7.1 MAIL FROM: <ann@away.example> is not an address of yours'],
  ] as const) {
    assert.equal(await new Sending(world, from).mail(), answer, from)
  }
})

const notYours = (where: string, address: string) => `550 5.7.1 ${where}: <${address}> is not an address of yours`
const unclear = /^550 5\.7\.1 The author of the message is not clear: /

/** Header sections of ann's, and what is said of them. */
const headers: readonly (readonly [header: string, answer: string | RegExp])[] = [
  ['From: ann@our.example\r\n', 'ok'],
  ['from: "Ann" <ANN@our.example>\r\nSender: ann@our.example\r\n', 'ok'],
  ['From: Ann <ann@our.example>, ann@our.example\r\n', 'ok'],
  ['From: ann@our.example\r\nReply-To: bob@our.example\r\n', 'ok'],
  ['Subject: nobody\r\n', '550 5.7.1 The message has no author: a From field with an address of yours is needed'],
  ['From: \r\n', '550 5.7.1 The message has no author: a From field with an address of yours is needed'],
  ['From: bob@our.example\r\n', notYours('From', 'bob@our.example')],
  ['From: boss@bank.example\r\n', notYours('From', 'boss@bank.example')],
  ['From: ann@our.example, bob@our.example\r\n', notYours('From', 'bob@our.example')],
  ['From: "bob@our.example" <ann@our.example>\r\n', notYours('The name in From', 'bob@our.example')],
  ['From: =?utf-8?q?bob=40our=2Eexample?= <ann@our.example>\r\n', notYours('The name in From', 'bob@our.example')],
  ['From: ann@our.example (bob@our.example)\r\n', notYours('The name in From', 'bob@our.example')],
  ['From: ann@our.example\r\nFrom: bob@our.example\r\n', unclear],
  ['From: ann@our.example\r\nFrom : ann@our.example\r\n', unclear],
  ['From : ann@our.example\r\n', unclear],
  ['From: bob@our.example <ann@our.example>\r\n', unclear],
  ['From: <bob@our.example> <ann@our.example>\r\n', unclear],
  ['From: all: bob@our.example;\r\n', unclear],
  ['From: =?utf-8?q?=3Cbob=40our=2Eexample=3E?=\r\n', unclear],
  ['From: "bob@our.example"@our.example\r\n', unclear],
  ['From\0: bob@our.example\r\nFrom: ann@our.example\r\n', unclear],
  ['From: ann@our.example\r\nSender: bob@our.example\r\n', notYours('Sender', 'bob@our.example')],
  ['From: ann@our.example\r\nSender: ann@our.example\r\nSender: bob@our.example\r\n', notYours('Sender', 'bob@our.example')],
  ['From: ann@our.example\r\nSender: bob@our.example <ann@our.example>\r\n', '550 5.7.1 The field Sender cannot be read as one sender'],
  ['From: ann@our.example\r\nResent-From: bob@our.example\r\n', notYours('Resent-From', 'bob@our.example')],
  ['From: ann@our.example\r\nResent-Sender: bob@our.example\r\n', notYours('Resent-Sender', 'bob@our.example')],
  ['', '550 5.7.1 The message has no author: a From field with an address of yours is needed'],
]

test('nobody writes in another’s name, in whatever way somebody could read it', async () => {
  await using world = await World.make(addressees)
  for (const [header, answer] of headers) {
    const said = await (await begin(world)).data(header)
    if (typeof answer === 'string') assert.equal(said, answer, header)
    else assert.match(said, answer, header)
  }
})

test('a receipt may go out from <>, anything else not (RFC 8098 3)', async () => {
  await using world = await World.make(addressees)
  const receipt = 'Content-Type: multipart/report;\r\n report-type="disposition-notification"; boundary=x\r\n'
  assert.equal(await (await begin(world, ['x@away.example'], '')).data(own + receipt), 'ok')
  assert.equal(await (await begin(world, ['x@away.example'], '')).data(own), '550 5.7.1 MAIL FROM:<> is for receipts only: give your address')
})

test('who is locked may not send, and learns why (SPEC E6)', async () => {
  await using world = await World.make(addressees)
  world.sendingLocked.set(ann, 'sends spam since\r\n14:10, gelöscht')
  assert.equal(await new Sending(world).mail(), '550 5.7.1 Sending is locked for this mailbox: sends spam since\\x{D}\\x{A}14:10, gel\\x{F6}scht')
})

test('what is sent has one date, one id and a token, and no Bcc (RFC 6409 8, RFC 5322 3.6.3, SPEC D5)', async () => {
  await using world = await World.make(addressees)
  const sending = await begin(world, ['x@away.example', 'bob@our.example'])
  const header =
    'Bcc: secret@away.example\r\nReturn-Path: <x@y.example>\r\nFrom: ann@our.example\r\nX-Spam-Flag: NO\r\nbcc:\r\n y@away.example\r\nX-Posthorn-Report: v1.fake\r\n'
  const { verdict, outgoing, fates, edits = [] } = await sending.judge(header)
  assert.equal(verdict.action, 'accept')
  const [form] = outgoing ?? []
  const octets = Buffer.from(`${header}\r\nHello\r\n`)
  const { slices, inserted } = applyEdits(form?.edits ?? [], octets.length)
  const ours = Buffer.from(inserted)
  const shown = slices
    .map(([at, length]) => (at < 0 ? ours.subarray(ours.length + at).subarray(0, length) : octets.subarray(at, at + length)).toString())
    .join('')
  assert.equal(
    shown,
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}\r\nMessage-ID: <Q1@mx.our.example>\r\nFrom: ann@our.example\r\n\r\nHello\r\n`,
  )
  assert.deepEqual(fates?.[0]?.action === 'deliver' && fates[0].edits, form?.edits)
  assert.deepEqual(edits, form?.edits)
  const token = /^X-Posthorn-Report: (\S+)\r\n$/.exec(form?.fields ?? '')?.[1] ?? ''
  assert.equal(readReportToken(Buffer.alloc(32, 7), token), 'Q1')
})

test('the envelope goes on as it was asked for', async () => {
  await using world = await World.make(addressees, { settings: { 'submission.highest-priority': '3' } })
  const wishes = { utf8: true, requireTls: true, priority: 9, ret: 'hdrs', envelopeId: 'e1', notBeforeMs: now + 1000 } as const
  const sending = await begin(world, ['x@away.example', 'jürgen@away.example'], 'ann@our.example', wishes)
  const { outgoing } = await sending.judge(own, 'Grüße\r\n')
  const common = { kind: 'submitted', class: 'paid', originator: { accountId: 10, addressId: 1, customerId: 7 }, reversePath: 'ann@our.example' }
  assert.deepEqual(
    outgoing?.map(({ fields: _fields, edits: _edits, ...envelope }) => envelope),
    [
      { ...common, ...wishes, priority: 3, eightBit: true, utf8: false, recipients: [{ address: 'x@away.example', dsn: undefined }] },
      { ...common, ...wishes, priority: 3, eightBit: true, utf8: true, recipients: [{ address: 'jürgen@away.example', dsn: undefined }] },
    ],
  )
  const held = new Sending(world, 'ann@our.example', wishes)
  await held.mail()
  assert.match(await held.rcpt('bob@our.example'), /^accept /)
})

for (const [field, requireTls, expected] of [
  ['TLS-Required: No\r\n', false, true],
  ['', false, undefined],
  ['TLS-Required: No\r\n', true, undefined],
] as const) {
  test(`TLS-Required (RFC 8689 3): ${JSON.stringify(field)}, REQUIRETLS ${requireTls ? 'said' : 'not said'}`, async () => {
    await using world = await World.make(addressees)
    const sending = await begin(world, ['x@away.example'], 'ann@our.example', { utf8: false, requireTls, priority: 0 })
    const { outgoing } = await sending.judge(`${own}${field}`, 'Hello\r\n')
    assert.equal(outgoing?.[0]?.tlsOptional, expected)
  })
}

test('limits hold by message, by recipient and by new recipient, and say until when (SPEC C6, D4)', async () => {
  const sending = { messagesPerHour: 3, messagesPerDay: 100, recipientsPerHour: 100, recipientsPerDay: 6, newRecipientsPerDay: 4 }
  await using world = await World.make({ ...addressees, 'ann@our.example': { settings: { sending } } })
  const free = '2023-11-15 22:14 UTC'
  const first = await begin(world, ['a@away.example', 'b@away.example'])
  assert.equal(await first.data(own), 'ok')
  const second = await begin(world, ['a@away.example', 'c@away.example', 'd@away.example'])
  assert.equal(await second.rcpt('e@away.example'), `450 4.7.1 Sending limit reached: new-recipients-per-day=4, there is room again after ${free}`)
  assert.equal(await second.data(own), 'ok')
  const third = await begin(world, ['a@away.example'])
  assert.equal(await third.rcpt('b@away.example'), `450 4.7.1 Sending limit reached: recipients-per-day=6, there is room again after ${free}`)
  // Others that were let in meanwhile were faster.
  const fourth = await begin(world, ['b@away.example'])
  assert.equal(await third.data(own), 'ok')
  assert.match(await fourth.data(own), /^450 4\.7\.1 Sending limit reached: messages-per-hour=3, there is room again after 2023-11-14 23:14 UTC$/)
  assert.match(await new Sending(world).mail(), /^450 4\.7\.1 Sending limit reached: messages-per-hour=3/)
  world.clock.ms += 3_600_000
  assert.equal(await new Sending(world).mail(), 'ok')
  world.clock.ms += 24 * 3_600_000
  assert.equal(await (await begin(world, ['e@away.example', 'f@away.example'])).data(own), 'ok')
})

test('what is refused takes nothing from the limits', async () => {
  const sending = { messagesPerHour: 1, messagesPerDay: 1, recipientsPerHour: 1, recipientsPerDay: 1, newRecipientsPerDay: 1 }
  await using world = await World.make({ ...addressees, 'ann@our.example': { settings: { sending } } })
  assert.match(await (await begin(world)).data('From: bob@our.example\r\n'), /^550/)
  assert.equal(await (await begin(world)).data(own), 'ok')
})

const score = (points: number): SpamScore => ({ score: points, tests: [{ name: 'A_TEST', score: points }], complete: true, autolearn: 'no' })

test('spam does not leave, nor does a virus; recipients here see the same score with their own settings (SPEC D4)', async () => {
  await using world = await World.make({ ...addressees, 'bob@our.example': { settings: { spamAction: 'refuse' } } })
  world.judging.judged = { spam: { found: { common: score(12), own: new Map() }, micros: 5 } }
  assert.equal(await (await begin(world)).data(own), '550 5.7.1 The message looks too much like spam to be sent from here')
  world.judging.judged = { spam: { found: { common: score(11), own: new Map() }, micros: 5 } }
  const sending = await begin(world, ['x@away.example', 'bob@our.example'])
  const { verdict, fates, checks } = await sending.judge(own)
  assert.equal(verdict.action, 'accept')
  assert.deepEqual(fates?.[0]?.action === 'deliver' && fates[0].folder, 'spam')
  assert.deepEqual(checks.find(({ check }) => check === 'content-filter')?.detail, '11 / 12: A_TEST=11')
  const [asked] = world.judging.asked
  assert.deepEqual([asked?.client, asked?.authenticate, asked?.filter], [undefined, false, true])
  world.judging.hasVirusCheck = true
  world.judging.judged = { virus: { found: finding('virus', 'Eicar'), micros: 5 } }
  assert.equal(await (await begin(world)).data(own), '550 5.7.1 Message rejected: it holds a virus (Eicar)')
  world.judging.judged = { virus: { found: finding('away', 'no answer'), micros: 5 } }
  assert.equal(await (await begin(world)).data(own), '451 4.7.1 Cannot look for viruses now, please try later')
})

test('outgoing.spam-limit=off: nothing is looked through, where nobody here wants it', async () => {
  await using world = await World.make(addressees, { settings: { 'outgoing.spam-limit': 'off' } })
  assert.equal(await (await begin(world)).data(own), 'ok')
  assert.equal(world.judging.asked.length, 0)
})

test('the door is for others: no host name, no greylist; but whom somebody has blocked is blocked', async () => {
  const settings = { greylisting: true, reverseLookup: true, listMode: 'block', block: ['eve@our.example'] } as const
  await using world = await World.make({
    ...addressees,
    'bob@our.example': { settings },
    'carl@our.example': { settings: { ...settings, block: ['ann@our.example'] } },
  })
  const sending = await begin(world, [])
  assert.equal(await sending.rcpt('bob@our.example'), 'accept sending-limits=new recipient, address=mailbox, lists=not listed')
  assert.equal(await sending.rcpt('carl@our.example'), '550 5.7.1 <carl@our.example>: Recipient address rejected: it takes no mail from this sender')
  assert.equal(await sending.rcpt('nobody@our.example'), '550 5.1.1 <nobody@our.example>: Recipient address rejected: User unknown')
  assert.equal(await sending.data(own), 'ok')
  assert.match(await (await begin(world, [])).rcpt('bob@our.example'), /known recipient/)
})

test('a size that its plan does not take, declared or true', async () => {
  await using world = await World.make(addressees)
  assert.equal(await new Sending(world, 'ann@our.example', {}, 1001).mail(), '552 5.3.4 Message too large: at most 1000 bytes')
  assert.equal(await (await begin(world)).data(own, 'x'.repeat(1000)), '552 5.3.4 Message too large: at most 1000 bytes')
})

test('a fault of ours puts off', async () => {
  await using world = await World.make(addressees)
  world.fault = new Error('the directory is away')
  const verdict = await world.submission.atMail(new Sending(world).transaction)
  assert.deepEqual(verdict.action === 'defer' && verdict.reply.code, 451)
})

test('a list that does not take mail from everybody asks who sends, too; and its own addresses do what they are for (SPEC A13)', async () => {
  await using world = await World.make({
    ...addressees,
    'closed@our.example': { kind: 'list', limits: [1000], settings: { posting: 'members' } },
    'mine@our.example': { kind: 'list', limits: [1000], accounts: [ann], settings: { posting: 'members' } },
  })
  const header = 'From: ann@our.example\r\nTo: x@our.example\r\n\r\n'
  const to = async (address: string) => {
    const sending = new Sending(world)
    assert.equal(await sending.mail(), 'ok')
    assert.match(await sending.rcpt(address), /^accept /)
    return (await sending.judge(header)).verdict
  }
  const refused = await to('closed@our.example')
  assert.ok('reply' in refused)
  assert.match(formatReply(refused.reply), /^550 5\.7\.2 /)
  assert.equal((await to('mine@our.example')).action, 'accept')
  const leave = world.listAddresses.write({ addressId: 6, address: mail('mine@our.example') }, 'unsubscribe', 'h1')
  assert.ok(leave)
  assert.equal((await to(formatAddress(leave))).action, 'discard')
  assert.deepEqual(world.errands, ['h1 leaves mine@our.example'])
  const both = await begin(world, [formatAddress(leave), 'bob@our.example', 'x@away.example'])
  const { verdict, fates, outgoing } = await both.judge(own)
  assert.equal(verdict.action, 'accept')
  assert.deepEqual([fates?.map(({ action }) => action), outgoing?.length, world.errands.length], [['discard', 'deliver'], 1, 2])
})

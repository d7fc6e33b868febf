import assert from 'node:assert/strict'
import test from 'node:test'
import { type Addressee, blocked, ip, World } from '../../test/harness/policy.ts'
import type { AddressSettings } from '../directory/recipient.ts'
import { settingsFrom } from '../directory/settings.ts'
import { formatReply } from '../mail/reply.ts'

test('MAIL: a size that no plan takes', async () => {
  await using world = await World.make({})
  const mail = async (size: number) => await world.policy.atMail((await world.begin({ from: '', size })).transaction)
  assert.deepEqual(await mail(1_000_000), { action: 'accept' })
  const verdict = await mail(1_000_001)
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
    ['bob@our.example', 'ann@sender.example\r\nFrom: eve@other.example', blocked],
    ['bob@our.example', 'eve@other.example, <>', blocked],
    ['bob@our.example', 'eve@other.example.', blocked],
    ['friend@our.example', 'ann@sub.friends.example', 'ok lists=pass'],
    ['friend@our.example', 'ann@sender.example', blocked],
    ['friend@our.example', 'no address at all', blocked],
    ['friend@our.example', 'ann@sub.friends.example\r\nFrom: ann@sub.friends.example', blocked],
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
  assert.deepEqual([await talk.visit.badCommand(), await talk.visit.badCommand()], [undefined, undefined])
  assert.equal((await talk.visit.badCommand())?.code, 421)
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Addressee, ip, mail, named, World } from '../../test/harness/policy.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { formatAddress } from '../mail/address.ts'
import { authenticate } from '../msgauth/authenticate.ts'

const spf = { TXT: [`v=spf1 ip4:${ip} -all`] }
const dns = zoneDns({ 'our.example': spf, 'away.example': spf })
/** Its one mailbox is ann’s, who has account 10. */
const list: Addressee = { kind: 'list', accounts: [10], elsewhere: ['x@away.example'] }
const refused = (reply: string) => `550 5.7.2 <team@our.example>: ${reply}`
const notEverybody = refused('this distribution list does not take mail from everybody')

for (const [posting, author, answer, reason] of [
  ['anyone', 'eve@nowhere.example', 'accept', undefined],
  ['members', 'ann@our.example', 'accept', undefined],
  ['members', 'ann.alias@our.example', 'accept', undefined],
  ['members', 'X@away.example', 'accept', undefined],
  ['members', 'bob@our.example', notEverybody, 'not of its members'],
  ['members', 'gone@our.example', notEverybody, 'not of its members'],
  ['members', 'team@our.example', notEverybody, 'not of its members'],
  ['members', 'eve@nowhere.example', notEverybody, 'author not proven'],
  ['members', 'ann@our.example, bob@our.example', notEverybody, 'not of its members'],
  ['domain', 'bob@our.example', 'accept', undefined],
  ['domain', 'x@away.example', notEverybody, 'not of its domain'],
  ['members', undefined, '451 4.7.1 Cannot find out now whether this message is from its author, please try later', 'author not known now'],
] as const) {
  test(`a list of ${posting} and mail from ${author ?? 'nobody knows whom'} (SPEC A13)`, async () => {
    await using world = await World.make(
      {
        'ann@our.example': { accounts: [10] },
        'ann.alias@our.example': { kind: 'alias', accounts: [10] },
        'bob@our.example': {},
        'team@our.example': { ...list, settings: { posting } },
      },
      { settings: { dmarc: 'score' } },
    )
    const talk = await world.begin({ from: 'x@away.example' })
    assert.match(await talk.rcpt('team@our.example'), /^ok/)
    const from = author?.split('@').at(-1) ?? 'our.example'
    const headers = `From: ${author ?? 'ann@nowhere.example'}\r\n\r\n`
    const input = {
      message: [Buffer.from(headers)],
      clientIp: ip,
      helo: 'mx.sender.example',
      reversePath: mail(`bounce@${from}`),
      hostName: 'mx.our.example',
      nowMs: 0,
    }
    world.judging.judged = author === undefined ? {} : { authentication: { found: await authenticate(input, dns), micros: 1 } }
    const { verdict, checks } = await talk.judge(headers)
    assert.equal('reply' in verdict ? `${verdict.reply.code} ${verdict.reply.enhanced} ${verdict.reply.text}` : verdict.action, answer)
    assert.equal(checks.find(({ check }) => check === 'posting')?.reason, reason)
  })
}

test('an alias of a list lets in nobody else, and shares no transaction with others', async () => {
  const settings = { posting: 'members' } as const
  await using world = await World.make({
    'team@our.example': { ...list, settings },
    'alias@our.example': { ...list, kind: 'alias', lists: ['team@our.example'] },
    'bob@our.example': {},
  })
  const talk = await world.begin()
  assert.match(await talk.rcpt('alias@our.example'), /^ok/)
  assert.match(await talk.rcpt('team@our.example'), /^ok/)
  assert.match(await talk.rcpt('bob@our.example'), /^452 4\.5\.3 /)
  assert.match(await talk.data('From: ann@our.example\r\n\r\n'), /^451 4\.7\.1 /)
})

test('an address to leave a list by does that, and nothing else; a made-up one is none', async () => {
  await using world = await World.make({ 'team@our.example': { ...list, accounts: [10] }, 'bob@our.example': {} }, { zone: named })
  const own = (errand: 'unsubscribe' | 'bounces') =>
    formatAddress(world.listAddresses.write({ addressId: 1, address: mail('team@our.example') }, errand, 'e1') ?? mail('none@our.example'))
  const talk = await world.begin({ from: 'x@away.example' })
  assert.match(await talk.rcpt(own('unsubscribe')), /^ok address=pass/)
  assert.match(await talk.rcpt('bob@our.example'), /^452 4\.5\.3 /)
  assert.equal((await talk.judge('Subject: unsubscribe\r\n\r\n')).verdict.action, 'discard')
  assert.deepEqual(world.errands, ['e1 leaves team@our.example'])
  assert.equal(world.journal.at(-1)?.checks.at(-1)?.reason, 'left the list')
  assert.equal(
    await talk.rcpt(own('unsubscribe').replace('+e1-', '+e2-')),
    `550 5.1.1 <${own('unsubscribe').replace('+e1-', '+e2-')}>: Recipient address rejected: User unknown`,
  )
  assert.match(await talk.rcpt(own('unsubscribe').replace('team-', 'bob-')), /^550 5\.1\.1 /)
})

test('what does not reach a member is noted where his server says so for good', async () => {
  await using world = await World.make({ 'team@our.example': list }, { zone: named })
  const bounces = formatAddress(world.listAddresses.write({ addressId: 1, address: mail('team@our.example') }, 'bounces', 'e1') ?? mail('none@our.example'))
  const notice = 'Content-Type: multipart/report; report-type=delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n'
  for (const [from, text] of [
    ['', notice],
    ['x@away.example', notice],
    ['', notice.replace('5.1.1', '4.2.2')],
  ] as const) {
    const talk = await world.begin({ from })
    assert.match(await talk.rcpt(bounces), /^ok/)
    assert.equal((await talk.judge(text)).verdict.action, 'discard')
  }
  assert.deepEqual(world.errands, ['e1 of team@our.example is not reached'])
})

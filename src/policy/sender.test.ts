import assert from 'node:assert/strict'
import test from 'node:test'
import { ip, mail, World } from '../../test/harness/policy.ts'
import { keyZone, makeKey, sealByOthers, type SigningKey } from '../../test/harness/signed-mail.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { settingsFrom } from '../directory/settings.ts'
import { formatReply } from '../mail/reply.ts'
import { authenticate } from '../msgauth/authenticate.ts'

const list = makeKey('list.example', 'l')
const hop = makeKey('hop.example', 'h')

const dns = zoneDns({
  ...keyZone(list, hop),
  '_dmarc.strict.example': { TXT: ['v=DMARC1; p=reject; rua=mailto:d@strict.example'] },
  '_dmarc.wary.example': { TXT: ['v=DMARC1; p=quarantine'] },
  '_dmarc.our.example': { TXT: ['v=DMARC1; p=none'] },
  'strict.example': { TXT: [`v=spf1 ip4:${ip} -all`] },
  'our.example': { TXT: [`v=spf1 ip4:${ip} -all`] },
})

const addressees = {
  'bob@our.example': {},
  'carol@our.example': { settings: { spamLevel: 'off' } },
  'friend@our.example': { settings: { letThrough: ['eve@other.example'] } },
  'postmaster@our.example': { alwaysAccepted: true },
} as const

/** Who gets the message where, or the reply: `bob: inbox, carol: spam`. */
interface Sent {
  readonly author: string
  readonly from?: string
  readonly to?: readonly string[]
  /** Nothing is found out in time. */
  readonly late?: boolean
  /** Who sealed it on its way, and what their results say. */
  readonly sealed?: readonly (readonly [by: SigningKey, results: string])[]
}

async function play(world: World, { author, from = 'eve@other.example', to = ['bob'], late = false, sealed = [] }: Sent): Promise<string> {
  const talk = await world.begin({ from })
  for (const name of to) assert.match(await talk.rcpt(`${name}@our.example`), /^ok/)
  let headers = `From: ${author}\r\n\r\n`
  for (const [index, [by, results]] of sealed.entries())
    headers = await sealByOthers(headers, by, { instance: index + 1, results: `mx.${by.domain}; ${results}` })
  const input = { message: [Buffer.from(headers)], clientIp: ip, helo: 'mx.sender.example', reversePath: mail(from), hostName: 'mx.our.example', nowMs: 0 }
  world.judging.judged = late ? {} : { authentication: { found: await authenticate(input, dns), micros: 1 } }
  const { verdict, checks, fates } = await talk.judge(headers)
  if (verdict.action !== 'accept') {
    assert.ok(verdict.action !== 'discard')
    assert.equal(verdict.because, 'authentication')
    return formatReply(verdict.reply)
  }
  const reason = checks.at(-1)?.reason ?? ''
  const places = (fates ?? []).map((fate, index) => `${to[index]}: ${fate.action === 'deliver' ? (fate.folder ?? 'inbox') : fate.action}`)
  return `${places.join(', ')} (${reason})`
}

test('what the owner of a domain wishes for mail that fails DMARC is done (SPEC A10)', async () => {
  await using world = await World.make(addressees)
  const refused = '550 5.7.26 Message rejected: it fails DMARC, and strict.example wishes that'
  assert.equal(await play(world, { author: 'a@strict.example' }), refused)
  assert.equal(world.journal.at(-1)?.checks.at(-1)?.reason, 'refused by DMARC')
  assert.equal(await play(world, { author: 'a@strict.example <x@other.example>' }), refused, 'who hides does not pass')
  assert.equal(await play(world, { author: 'a@strict.example', from: 'a@strict.example' }), 'bob: inbox (pass)')
  assert.equal(await play(world, { author: 'a@wary.example' }), 'bob: spam (put aside by DMARC)')
  assert.equal(await play(world, { author: 'a@nobody.example' }), 'bob: inbox (none)')
})

test('not for postmaster, nor for who lets that sender through; the others of the transaction get it put aside', async () => {
  await using world = await World.make(addressees)
  const author = 'a@strict.example'
  assert.equal(await play(world, { author, to: ['postmaster'] }), 'postmaster: inbox (put aside by DMARC)')
  assert.equal(await play(world, { author, to: ['friend', 'bob'] }), 'friend: inbox, bob: spam (put aside by DMARC)')
  assert.equal(
    await play(world, { author, from: 'x@other.example', to: ['friend'] }),
    '550 5.7.26 Message rejected: it fails DMARC, and strict.example wishes that',
  )
})

test('DMARC is not the recipient’s to switch off with the content filter', async () => {
  await using world = await World.make(addressees)
  const refused = '550 5.7.26 Message rejected: it fails DMARC, and strict.example wishes that'
  assert.equal(await play(world, { author: 'a@strict.example', to: ['carol'] }), refused)
  assert.equal(await play(world, { author: 'a@wary.example', to: ['carol'] }), 'carol: spam (put aside by DMARC)')
  assert.equal(await play(world, { author: 'a@strict.example', to: ['bob'] }), refused)
  world.settings = settingsFrom({ dmarc: 'score' })
  assert.doesNotMatch(await play(world, { author: 'a@strict.example', to: ['carol'] }), /DMARC/, 'nobody wants to know')
  assert.deepEqual(
    world.judging.asked.map(({ authenticate, filter }) => [authenticate, filter]),
    [
      [true, false],
      [true, false],
      [true, true],
    ],
  )
})

test('dmarc=score: it is the content filter’s to judge', async () => {
  await using world = await World.make(addressees)
  world.settings = settingsFrom({ dmarc: 'score' })
  assert.equal(await play(world, { author: 'a@strict.example' }), 'bob: inbox (fail)')
})

test('mail that names a domain of ours without proof never reaches an inbox', async () => {
  await using world = await World.make(addressees)
  world.settings = settingsFrom({ dmarc: 'score' })
  const refused = '550 5.7.1 Message rejected: it names an author of this server, and was not sent by one'
  for (const author of ['bob@our.example', 'bob@sub.our.example', 'bob@our.example <eve@other.example>', 'eve@other.example, bob@our.example']) {
    world.folders.clear()
    assert.equal(await play(world, { author }), refused, author)
    // The accounts of bob and postmaster; friend has no such folder.
    for (const account of [10, 40]) world.folders.add(`${account} spam`)
    assert.equal(await play(world, { author, to: ['bob', 'postmaster'] }), 'bob: spam, postmaster: spam (claims our domain)', author)
    assert.equal(await play(world, { author, to: ['bob', 'friend'] }), refused, author)
    assert.equal(await play(world, { author, to: ['bob'], late: true }), 'bob: spam (claims our domain)', author)
    assert.equal(
      await play(world, { author, to: ['carol'], late: true }),
      '451 4.7.1 Cannot find out now whether this message is from its author, please try later',
      'who makes us wait does not get past it',
    )
    assert.equal(await play(world, { author, to: ['carol'] }), refused, 'whatever the content filter’s setting')
  }
  assert.equal(await play(world, { author: 'bob@our.example', from: 'ann@our.example' }), 'bob: inbox (pass)')
  assert.equal(await play(world, { author: '"bob@our.example" <eve@other.example>' }), 'bob: inbox (none)', 'a name is no author')
})

test('what came in is counted for DMARC reports, with what DMARC did', async () => {
  await using world = await World.make(addressees)
  await play(world, { author: 'a@strict.example' })
  await play(world, { author: 'a@strict.example', from: 'a@strict.example' })
  await play(world, { author: 'a@wary.example' })
  await play(world, { author: 'a@nobody.example' })
  assert.deepEqual(
    world.observed.map(({ policy, row }) => [policy.domain, row.disposition]),
    [
      ['strict.example', 'reject'],
      ['strict.example', 'pass'],
      ['wary.example', 'quarantine'],
    ],
  )
})

test('a sealer whom the operator trusts is believed that DMARC passed before the message was changed (RFC 8617 7.2.1)', async () => {
  await using world = await World.make(addressees)
  const refused = '550 5.7.26 Message rejected: it fails DMARC, and strict.example wishes that'
  const author = 'a@strict.example'
  const passed = 'dmarc=pass header.from=strict.example'
  const trusting = (...domains: string[]) => {
    world.settings = settingsFrom({ 'arc.trusted-sealers': domains.join(',') })
  }
  const taken = 'bob: inbox (proven by a sealer)'
  const byList = { author, sealed: [[list, passed]] } as const
  assert.equal(await play(world, byList), refused, 'nobody is trusted by himself')
  trusting('list.example')
  assert.equal(await play(world, byList), taken)
  assert.equal(world.observed.at(-1)?.row.sealer, 'list.example')
  assert.equal(world.observed.at(-1)?.row.disposition, 'none')
  for (const results of ['dmarc=fail header.from=strict.example', 'dmarc=pass header.from=other.example', 'dmarc=pass', 'spf=pass'])
    assert.equal(await play(world, { author, sealed: [[list, results]] }), refused, results)
  assert.equal(await play(world, { author: `${author} <x@other.example>`, sealed: [[list, passed]] }), refused, 'who hides is not proven')

  const byTwo = { author, sealed: [...byList.sealed, [hop, 'dmarc=fail header.from=strict.example; arc=pass']] } as const
  assert.equal(await play(world, byTwo), refused, 'who sealed it last could have changed everything')
  trusting('hop.example')
  assert.equal(await play(world, byTwo), refused, 'what the last one believes is not believed')
  trusting('hop.example', 'list.example')
  assert.equal(await play(world, byTwo), taken)

  trusting('list.example')
  const ours = { author: 'bob@our.example', sealed: [[list, 'dmarc=pass header.from=our.example']] } as const
  assert.equal(await play(world, ours), taken)
  trusting()
  assert.equal(await play(world, ours), '550 5.7.1 Message rejected: it names an author of this server, and was not sent by one')
})

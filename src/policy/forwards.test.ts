import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Addressee, ip, mail, named, World } from '../../test/harness/policy.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { formatAddress } from '../mail/address.ts'
import { authenticate } from '../msgauth/authenticate.ts'
import type { SpamScore } from '../spam/score.ts'
import { finding } from '../virus/finding.ts'

const header = 'From: <ann@sender.example>\r\nSubject: x\r\n'
const score: SpamScore = { score: 7, tests: [{ name: 'A_TEST', score: 7 }], complete: true, autolearn: 'no' }
const spam = { spam: { found: { common: score, own: new Map() }, micros: 5 } }
const wary = zoneDns({ '_dmarc.sender.example': { TXT: ['v=DMARC1; p=quarantine'] } })
const input = { message: [Buffer.from(`${header}\r\n`)], clientIp: ip, helo: 'mx.sender.example', reversePath: null, hostName: 'mx.our.example', nowMs: 0 }
const away: Addressee = { kind: 'forward', limits: [], elsewhere: ['x@away.example'] }
const withCopy: Addressee = { elsewhere: ['x@away.example'] }

for (const [name, addressee, judged, answer, fate] of [
  ['what is no spam goes on', away, {}, 'accept', 'goes on'],
  ['spam is refused where there is no mailbox for it', away, spam, '550 5.7.1 Spam message rejected', undefined],
  ['whatever else is done with spam', { ...away, settings: { spamAction: 'deliver' } }, spam, '550 5.7.1 Spam message rejected', undefined],
  ['or it is thrown away, as its owner wants', { ...away, settings: { spamAction: 'discard' } }, spam, 'discard', 'discard'],
  ['who wants no filter has none', { ...away, settings: { spamLevel: 'off' } }, spam, 'accept', 'goes on'],
  ['postmaster’s mail goes on, spam too', { ...away, alwaysAccepted: true }, spam, 'accept', 'goes on'],
  ['a mailbox keeps spam and does not send it on', withCopy, spam, 'accept', 'stays here: spam'],
  ['also where it takes spam as other mail', { ...withCopy, settings: { spamAction: 'deliver' } }, spam, 'accept', 'stays here: inbox'],
  ['what is no spam comes to both', withCopy, {}, 'accept', 'goes on'],
] as const satisfies readonly (readonly [string, Addressee, object, string, string | undefined])[]) {
  test(`spam is not forwarded: ${name} (SPEC A13)`, async () => {
    await using world = await World.make({ 'f@our.example': addressee })
    world.judging.judged = judged
    const talk = await world.begin()
    assert.match(await talk.rcpt('f@our.example'), /^ok/)
    const { verdict, fates } = await talk.judge(header)
    assert.equal('reply' in verdict ? `${verdict.reply.code} ${verdict.reply.enhanced} ${verdict.reply.text}` : verdict.action, answer)
    const one = fates?.[0]
    const shown = one?.action !== 'deliver' ? one?.action : one.staysHere === true ? `stays here: ${one.folder ?? 'inbox'}` : 'goes on'
    assert.equal(shown, fate)
  })
}

test('a virus is never forwarded', async () => {
  await using world = await World.make({
    'f@our.example': { ...away, settings: { virusAction: 'folder' } },
    'bob@our.example': { ...withCopy, settings: { virusAction: 'folder' } },
  })
  world.judging.hasVirusCheck = true
  world.judging.judged = { virus: { found: finding('virus', 'NAME'), micros: 5 } }
  world.folders.add('20 virus')
  const forward = await world.begin()
  await forward.rcpt('f@our.example')
  assert.match(await forward.data(header), /^550 5\.7\.1 .*virus/)
  const mailbox = await world.begin()
  await mailbox.rcpt('bob@our.example')
  const { fates } = await mailbox.judge(header)
  assert.deepEqual(
    fates?.map((fate) => fate.action === 'deliver' && [fate.folder, fate.staysHere]),
    [['virus', true]],
  )
})

test('mail that fails DMARC is refused where it would have gone on', async () => {
  await using world = await World.make({ 'f@our.example': away, 'bob@our.example': withCopy }, { settings: { dmarc: 'obey' } })
  world.judging.judged = { authentication: { found: await authenticate(input, wary), micros: 5 } }
  const forward = await world.begin()
  await forward.rcpt('f@our.example')
  assert.match(await forward.data(header), /^550 5\.7\.26 /)
  const mailbox = await world.begin()
  await mailbox.rcpt('bob@our.example')
  const { fates } = await mailbox.judge(header)
  assert.deepEqual(
    fates?.map((fate) => fate.action === 'deliver' && [fate.folder, fate.staysHere]),
    [['spam', true]],
  )
})

test('forwards and mailboxes share no transaction, and who is elsewhere has no limits of ours', async () => {
  await using world = await World.make({ 'f@our.example': away, 'bob@our.example': {}, 'all@our.example': { ...withCopy, kind: 'list' } })
  const talk = await world.begin({ size: 900_000 })
  assert.match(await talk.rcpt('f@our.example'), /^ok/)
  assert.equal(await talk.rcpt('bob@our.example'), '452 4.5.3 <bob@our.example>: different policy, send separately')
  world.full.add(20)
  const full = await world.begin()
  assert.match(await full.rcpt('bob@our.example'), /^452 4\.2\.2 /)
  world.full.add(30)
  assert.match(await full.rcpt('all@our.example'), /^ok/)
})

test('the sender is looked into for those who are told of it', async () => {
  await using world = await World.make({ 'f@our.example': { ...away, settings: { spamLevel: 'off' } } }, { settings: { dmarc: 'score' } })
  world.judging.judged = { authentication: { found: await authenticate(input, wary), micros: 5 } }
  const talk = await world.begin()
  await talk.rcpt('f@our.example')
  assert.equal((await talk.judge(header)).authentication, world.judging.judged.authentication?.found)
  assert.deepEqual([world.judging.asked[0]?.authenticate, world.judging.asked[0]?.filter], [true, false])
})

test('what was here already, and comes back from where it was forwarded to, is a loop', async () => {
  await using world = await World.make({ 'f@our.example': away, 'bob@our.example': {} })
  const seen = 'Delivered-To: F@our.example\r\n'
  const forward = await world.begin()
  await forward.rcpt('f@our.example')
  assert.equal(await forward.data(seen + header), '554 5.4.6 This message was here already: whom it is forwarded to sends it back')
  assert.deepEqual(world.journal.at(-1)?.checks.at(-1)?.reason, 'was here already')
  assert.match(await forward.data(`Delivered-To: other@our.example\r\n${header}`), /^ok/)
  const mailbox = await world.begin()
  await mailbox.rcpt('bob@our.example')
  assert.match(await mailbox.data(`Delivered-To: bob@our.example\r\n${seen}${header}`), /^ok/)
})

test('what comes back of forwarded mail goes on to its sender, and nothing else does', async () => {
  await using world = await World.make({ 'postmaster@our.example': {}, 'bob@our.example': {} }, { zone: named })
  const forwardedWith = (sender: string) => formatAddress(world.returnPaths.forward(mail(sender), 'our.example') ?? mail('none@our.example'))
  const back = forwardedWith('ann@sender.example')
  assert.match(back, /^SRS0=/)
  const notice = await world.begin({ from: '' })
  assert.match(await notice.rcpt(back), /^ok address=pass/)
  assert.deepEqual(notice.transaction.recipients[0]?.recipient.elsewhere, [mail('ann@sender.example')])
  assert.equal(notice.transaction.recipients[0]?.recipient.customerId, 7)
  const other = await world.begin({ from: 'eve@sender.example' })
  assert.match(await other.rcpt(back), /^550 5\.7\.1 .* it takes notices from <> only/)
  // The sender is one of ours.
  const local = await world.begin({ from: '' })
  assert.match(await local.rcpt(forwardedWith('bob@our.example')), /^ok/)
  assert.deepEqual(
    local.transaction.recipients[0]?.recipient.targets.map(({ accountId }) => accountId),
    [20],
  )
  assert.match(await local.rcpt(forwardedWith('gone@our.example')), /^550 5\.1\.1 /)
  for (const wrong of [back.replace('ann@', 'eve@').replace('=ann', '=eve'), `SRS0=aaaaaaaa=${back.slice(14)}`, 'srs1=x@our.example', 'SRS0+a@our.example']) {
    assert.match(await notice.rcpt(wrong), /^550 5\.1\.1 .* User unknown/, wrong)
    assert.equal(world.journal.at(-1)?.checks.at(-1)?.reason, 'no way back of ours', wrong)
  }
  assert.match(await notice.rcpt(back.replace('our.example', 'other.example')), /Relaying denied/)
  world.clock.ms += 30 * 86_400_000
  assert.match(await notice.rcpt(back), /^550 5\.1\.1 /)
})

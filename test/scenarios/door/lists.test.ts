import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { accepted, Door, type Try } from '../../harness/door.ts'
import type { Zone } from '../../harness/name-server.ts'

const hosts = { '127.21.0.1': 'mx.host.example', '127.21.0.2': 'x.mx.host.example', '127.21.0.3': 'deep.suffix.example', '127.21.0.5': 'suffix.example' }
const zone: Zone = {
  // Says it is mx.host.example, which does not lead back.
  'ptr:127.21.0.4': { PTR: ['mx.host.example'] },
  'ptr:127.21.0.6': { fault: 'servfail' },
}
for (const [ip, name] of Object.entries(hosts)) {
  zone[`ptr:${ip}`] = { PTR: [name] }
  zone[name] = { A: [ip] }
}

const listed = '550 5.7.1 Spam message rejected'
const noName = (code: 450 | 550, ip: string) => `${code} ${code === 550 ? 5 : 4}.7.25 Client host rejected: cannot find your hostname, [${ip}]`
const other = (to: string) => `452 4.5.3 <${to}>: different policy, send separately`

/** Every kind of entry, in other spellings than the list keeps. */
const entries = [
  'Spam@X.example',
  'exact.example',
  '*.below.example',
  'bücher.example',
  '127.20.1.1',
  '127.20.2.77/24',
  '0:0:0:0:0:0:0:1',
  'host:MX.host.example',
  'host:*.suffix.example',
]
const kept = [
  '.below.example',
  '127.20.1.1',
  '127.20.2.0/24',
  '::1',
  'exact.example',
  'host:.suffix.example',
  'host:mx.host.example',
  'spam@x.example',
  'xn--bcher-kva.example',
]

const cases: readonly [what: string, mail: Partial<Try>, reply: string][] = [
  ['an address, of any case', { from: 'SPAM@x.Example' }, listed],
  ['another address there', { from: 'ham@x.example' }, accepted],
  ['a domain', { from: 'a@exact.example' }, listed],
  ['not what is below it', { from: 'a@sub.exact.example' }, accepted],
  ['a domain with all below it', { from: 'a@x.y.below.example' }, listed],
  ['and itself', { from: 'a@below.example' }, listed],
  ['not what ends alike', { from: 'a@notbelow.example' }, accepted],
  ['an IDN', { from: 'a@xn--bcher-kva.example' }, listed],
  ['an IP address', { client: '127.20.1.1' }, listed],
  ['not its neighbour', { client: '127.20.1.2' }, accepted],
  ['a network', { client: '127.20.2.255' }, listed],
  ['not the next one', { client: '127.20.3.0' }, accepted],
  ['IPv6', { client: '::1' }, listed],
  ['a host name', { client: '127.21.0.1' }, listed],
  ['not one below it', { client: '127.21.0.2' }, accepted],
  ['a suffix', { client: '127.21.0.3' }, listed],
  ['and itself', { client: '127.21.0.5' }, listed],
  ['not a name that does not lead back', { client: '127.21.0.4' }, accepted],
  ['a name that the DNS could not tell', { client: '127.21.0.6' }, noName(450, '127.21.0.6')],
  ['but a sender who is listed anyway', { client: '127.21.0.6', from: 'a@exact.example' }, listed],
  ['nobody', { from: '' }, accepted],
]

describe('block and allow lists (SPEC A3)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      zone,
      mailboxes: ['ann@a.example', 'bob@a.example', 'plain@a.example'],
      settings: ['greylisting=off', 'reverse-lookup=off'],
      commands: ['forward add office@a.example --to plain@a.example', 'list add team@a.example --to plain@a.example --to bob@a.example'],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  const mail = { to: 'ann@a.example', client: '127.22.0.1' }

  test('the first entry sets the mode, says so, and holds from then on', async () => {
    assert.equal(await door.try({ ...mail, from: 'a@exact.example' }), accepted)
    const { code, out, err } = await door.tryCli(['address', 'block', mail.to, ...entries])
    assert.deepEqual([code, out], [0, `ann@a.example, block: ${entries.length} added, 0 removed, ${entries.length} in all\n`])
    assert.equal(err, 'list-mode=block is in force from now on, as this was the first entry\n')
    assert.equal(await door.try({ ...mail, from: 'a@exact.example' }), listed)
    assert.equal(await door.cli(['address', 'block', mail.to, '--export']), `${kept.join('\n')}\n`)
  })

  for (const [what, sender, reply] of cases) {
    test(`${reply === listed ? 'blocked' : 'not blocked'}: ${what}`, async () => assert.equal(await door.try({ ...mail, ...sender }), reply))
  }

  test('blocked by the header From, after DATA', async () => {
    assert.equal(await door.send({ ...mail, header: 'From: "A bank" <a@x.below.example>' }), listed)
    assert.match(await door.send({ ...mail, header: 'From: a@fine.example' }), /^250 /)
  })

  test('let through wins over block, not over the reverse lookup, and not by the header From', async () => {
    await door.cli(['address', 'let-through', mail.to, 'good@exact.example', '127.20.2.9'])
    assert.equal(await door.try({ ...mail, from: 'good@exact.example' }), accepted)
    assert.equal(await door.try({ ...mail, client: '127.20.2.9' }), accepted)
    assert.match(await door.send({ ...mail, from: 'good@exact.example', header: 'From: a@below.example' }), /^250 /, 'the whole message')
    assert.equal(await door.send({ ...mail, from: 'a@fine.example', header: 'From: good@exact.example' }), listed)
    await door.cli(['address', 'set', mail.to, 'reverse-lookup=on'])
    assert.equal(await door.try({ ...mail, from: 'good@exact.example' }), noName(550, mail.client))
    await door.cli(['address', 'set', mail.to, 'reverse-lookup=off'])
  })

  test('allow only: refused while nobody is listed; set by the first entry; the last entry stays', async () => {
    const set = ['address', 'set', 'bob@a.example', 'list-mode=allow-only']
    const empty = await door.tryCli(set)
    assert.equal(empty.code, 1)
    assert.match(empty.err, /while nobody stands on the list of allowed senders \(allow-only\), bob@a\.example would get no mail at all/)
    assert.match(
      (await door.tryCli(set, { language: 'de' })).err,
      /solange niemand auf der Liste der erlaubten Absender steht \(allow-only\), bekäme bob@a\.example gar keine Mail/,
    )
    const first = await door.tryCli('address allow-only bob@a.example 127.20.1.1', { language: 'de' })
    assert.equal(first.err, 'list-mode=allow-only gilt ab jetzt, weil dies der erste Eintrag war\n')
    const last = await door.tryCli('address allow-only bob@a.example --remove 127.20.1.1')
    assert.equal(last.code, 1)
    const byDefault = await door.tryCli('domain set a.example list-mode=allow-only')
    assert.equal(byDefault.code, 1)
    assert.match(byDefault.err, /allow-only cannot be the default/)
  })

  test('allow only, with entries for clients: nobody else', async () => {
    const bob = { ...mail, to: 'bob@a.example' }
    assert.equal(await door.try({ ...bob, client: '127.20.1.1' }), accepted)
    assert.equal(await door.try(bob), listed)
  })

  test('allow only, with entries for senders: the reverse-path, or else the header From after DATA', async () => {
    const bob = { ...mail, to: 'bob@a.example', from: 'bounce@list.example' }
    await door.cli(['address', 'allow-only', bob.to, 'friend@good.example'])
    assert.match(await door.send({ ...bob, from: 'friend@good.example', header: 'From: stranger@bad.example' }), /^250 /)
    assert.match(await door.send({ ...bob, header: 'From: Friend <FRIEND@good.example>' }), /^250 /)
    assert.equal(await door.send({ ...bob, header: 'From: stranger@bad.example' }), listed)
    assert.equal(await door.send({ ...bob, header: 'From: friend@good.example, stranger@bad.example' }), listed)
    assert.equal(await door.send({ ...bob, header: 'X-From: friend@good.example' }), listed, 'no From at all')
  })

  test('forwards and lists have their own', async () => {
    await door.cli(['address', 'block', 'office@a.example', 'bad.example'])
    await door.cli(['address', 'allow-only', 'team@a.example', 'members.example', '127.20.1.1'])
    const from = 'a@bad.example'
    assert.equal(await door.try({ ...mail, to: 'office@a.example', from }), listed)
    assert.equal(await door.try({ ...mail, to: 'plain@a.example', from }), accepted)
    assert.equal(await door.try({ to: 'team@a.example', client: '127.20.1.1', from }), accepted, 'allowed: not greylisted either')
    assert.match(await door.try({ ...mail, to: 'team@a.example', from }), /^450 4\.7\.1 .*greylisted/, 'allowed for now, so greylisted')
  })

  test('recipients who could answer differently after DATA do not share a transaction; the first one says which', async () => {
    await door.cli(['address', 'block', 'plain@a.example', 'bad.example', '127.20.9.9'])
    const to = async (...recipients: string[]) => {
      using smtp = await door.connect({ client: mail.client })
      await smtp.mail('a@fine.example')
      const replies: string[] = []
      for (const recipient of recipients) replies.push(await smtp.rcpt(recipient))
      return [...replies, await smtp.data('From: a@bad.example')]
    }
    const [plain, office, ann] = ['plain@a.example', 'office@a.example', 'ann@a.example']
    assert.deepEqual(await to(plain, office, ann), [accepted, accepted, other(ann), listed], 'the same senders in both lists')
    const [first, second, last] = await to(ann, plain)
    assert.deepEqual([first, second], [accepted, other(plain)])
    assert.match(last ?? '', /^250 /)
  })
})

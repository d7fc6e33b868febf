import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { accepted, Door } from '../../harness/door.ts'
import type { Zone } from '../../harness/name-server.ts'
import { eventually } from '../../harness/server.ts'

const reverse6 = `${'1.'.padEnd(64, '0.')}ip6.arpa`
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}.example`)
/** Five answers of 1.4 s, one after another: none is late by itself, all together are. */
const slow = { chase: false, delayMs: 1400 }

const zone: Zone = {
  'ptr:127.1.0.1': { PTR: ['Mail.Sender.Example'] },
  'mail.sender.example': { A: ['127.1.0.1'] },
  'ptr:127.1.0.2': { PTR: many(10) },
  'n7.example': { A: ['192.0.2.1', '127.1.0.2', '127.1.0.10'] },
  'ptr:127.1.0.3': { CNAME: '3.reverse.example' },
  '3.reverse.example': { PTR: ['alias.example'] },
  'alias.example': { CNAME: 'real.example', chase: false },
  'real.example': { A: ['127.1.0.3'] },
  'ptr:127.1.0.5': { TXT: ['no PTR here'] },
  'ptr:127.1.0.6': { PTR: ['mail.bank.example'] },
  'mail.bank.example': { A: ['192.0.2.1'] },
  'ptr:127.1.0.7': { PTR: ['gone.example'] },
  'ptr:127.1.0.8': { fault: 'servfail' },
  'ptr:127.1.0.9': { fault: 'refused' },
  'ptr:127.1.0.10': { PTR: many(11) },
  'ptr:127.1.0.11': { PTR: ['broken.example'] },
  'broken.example': { fault: 'servfail' },
  'ptr:127.1.0.12': { fault: 'silent' },
  'ptr:127.1.0.13': { ...slow, CNAME: 's1.example' },
  's1.example': { ...slow, CNAME: 's2.example' },
  's2.example': { ...slow, CNAME: 's3.example' },
  's3.example': { ...slow, CNAME: 's4.example' },
  's4.example': { PTR: ['late.example'], delayMs: 1400 },
  'late.example': { A: ['127.1.0.13'] },
}

const refused = (ip: string) => `550 5.7.25 Client host rejected: cannot find your hostname, [${ip}]`
const deferred = (ip: string) => `450 4.7.25 Client host rejected: cannot find your hostname, [${ip}]`
const greylisted = '450 4.7.1 <team@a.example>: Recipient address rejected: You have been greylisted, please try later'

const cases: readonly [what: string, client: string, reply: (ip: string) => string][] = [
  ['a name that leads back', '127.1.0.1', () => accepted],
  ['the eighth of ten names leads back, with an address among others', '127.1.0.2', () => accepted],
  ['a delegated reverse zone (RFC 2317), and a name that is an alias', '127.1.0.3', () => accepted],
  ['no such name', '127.1.0.4', refused],
  ['no PTR record', '127.1.0.5', refused],
  ['a name that leads elsewhere', '127.1.0.6', refused],
  ['a name that does not exist', '127.1.0.7', refused],
  ['server failure', '127.1.0.8', deferred],
  ['the name server refuses', '127.1.0.9', deferred],
  ['eleven names, of which one leads back', '127.1.0.10', deferred],
  ['server failure for the only name', '127.1.0.11', deferred],
  ['the name server is silent', '127.1.0.12', deferred],
  ['more than five seconds in all', '127.1.0.13', deferred],
]

describe('reverse lookup (SPEC A1)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      zone: structuredClone(zone),
      mailboxes: ['ann@a.example', 'open@a.example'],
      settings: ['greylisting=off'],
      commands: [
        'address set open@a.example reverse-lookup=off',
        'forward add office@a.example --to open@a.example',
        'list add team@a.example --to open@a.example --to ann@a.example',
      ],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  describe('side by side', { concurrency: true }, () => {
    for (const [what, client, reply] of cases) {
      test(what, async () => {
        const startedAt = performance.now()
        assert.equal(await door.try({ to: 'ann@a.example', client }), reply(client))
        assert.ok(performance.now() - startedAt < 8000, `${performance.now() - startedAt} ms`)
        assert.equal(await door.try({ to: 'open@a.example', client }), accepted, 'an address that does not ask')
      })
    }

    test('each kind of address decides for itself, whatever its targets say', async () => {
      const [named, nameless] = ['127.1.0.1', '127.1.0.4']
      assert.deepEqual(await Promise.all([named, nameless].map((client) => door.try({ to: 'office@a.example', client }))), [accepted, refused(nameless)])
      assert.deepEqual(await Promise.all([named, nameless].map((client) => door.try({ to: 'team@a.example', client }))), [greylisted, refused(nameless)])
      await door.cli(['address', 'set', 'office@a.example', 'reverse-lookup=off'])
      assert.equal(await door.try({ to: 'office@a.example', client: nameless }), accepted)
      await door.cli(['address', 'set', 'team@a.example', 'reverse-lookup=off'])
      assert.equal(await door.try({ to: 'team@a.example', client: nameless }), greylisted)
    })

    test('IPv6, and a name that comes is found when the negative answer has expired', async () => {
      door.names.negativeTtl = 1
      assert.equal(await door.try({ to: 'ann@a.example', client: '::1' }), refused('::1'))
      door.names.zone[reverse6] = { PTR: ['six.example'] }
      door.names.zone['six.example'] = { A: ['127.0.0.1'], AAAA: ['0:0:0:0:0:0:0:1'] }
      await eventually('the name is seen', async () => ((await door.try({ to: 'ann@a.example', client: '::1' })) === accepted ? true : undefined))
    })

    test('an answer is kept for its TTL, and not longer', async () => {
      const client = '127.1.1.1'
      const pointer = { PTR: ['short.example'], ttl: 2 }
      door.names.zone[`ptr:${client}`] = pointer
      door.names.zone['short.example'] = { A: [client], ttl: 300 }
      const about = (questions: readonly string[]) => questions.filter((question) => question.includes('short') || question.endsWith('1.1.1.127.in-addr.arpa'))
      const askedAt = performance.now()
      const first = about(await door.questions(async () => assert.equal(await door.try({ to: 'ann@a.example', client }), accepted)))
      assert.deepEqual(first, ['PTR 1.1.1.127.in-addr.arpa', 'A short.example'])
      delete door.names.zone[`ptr:${client}`]
      const later = await door.questions(async () => {
        while ((await door.try({ to: 'ann@a.example', client })) === accepted) await sleep(100)
      })
      assert.deepEqual(about(later), ['PTR 1.1.1.127.in-addr.arpa'])
      const passedMs = performance.now() - askedAt
      assert.ok(passedMs >= 2000, `the old answer held for ${passedMs} ms`)
      assert.equal(await door.try({ to: 'ann@a.example', client }), refused(client))
    })

    test('DNS trouble is over as soon as the DNS says so', async () => {
      const client = '127.1.1.2'
      door.names.zone[`ptr:${client}`] = { fault: 'servfail' }
      door.names.zone['back.example'] = { A: [client] }
      assert.equal(await door.try({ to: 'ann@a.example', client }), deferred(client))
      door.names.zone[`ptr:${client}`] = { PTR: ['back.example'] }
      await eventually('the name is seen', async () => ((await door.try({ to: 'ann@a.example', client })) === accepted ? true : undefined))
    })
  })

  test('strict: the name must be the EHLO name, from the next command; the CLI says what RFC 5321 thinks of it', async () => {
    const mail = { to: 'ann@a.example', client: '127.1.0.1' }
    using smtp = await door.connect({ client: mail.client, helo: 'other.example' })
    await smtp.mail('carl@sender.example')
    assert.equal(await smtp.rcpt(mail.to), accepted)
    await door.cli(['setting', 'set', 'reverse-lookup.strict=on'])
    assert.equal(await smtp.rcpt(mail.to), refused(mail.client))
    assert.equal(await door.try({ ...mail, helo: 'MAIL.sender.example' }), accepted)
    assert.equal(await door.try({ ...mail, helo: 'mail.sender.example', client: '127.1.0.6' }), refused('127.1.0.6'))
    assert.match(await door.cli(['setting', 'get', 'reverse-lookup.strict']), /RFC 5321 4\.1\.4 forbids/)
  })

  test('and nothing of it was worth a warning', () => {
    assert.deepEqual(door.server.complaints(), [])
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { accepted, Door, type Try } from '../../harness/door.ts'

const named = '127.1.0.1'
const blocked = '550 5.7.1 Spam message rejected'
const names = ['PTR 1.0.1.127.in-addr.arpa', 'A mail.sender.example']

interface Case {
  readonly what: string
  readonly mail: Partial<Try> & { readonly size?: number }
  readonly reply: string
  readonly asked: readonly string[]
}

const cases: readonly Case[] = [
  { what: 'no such address', mail: { to: 'nobody@a.example' }, reply: '550 5.1.1 <nobody@a.example>: Recipient address rejected: User unknown', asked: [] },
  { what: 'a foreign domain', mail: { to: 'ann@b.example' }, reply: '550 5.7.1 <ann@b.example>: Relaying denied', asked: [] },
  {
    what: 'a mailbox without room for so much',
    mail: { to: 'ann@a.example', size: 20_000_000 },
    reply: '452 4.2.2 <ann@a.example>: Recipient address rejected: Mailbox full',
    asked: [],
  },
  { what: 'blocked by address', mail: { to: 'ann@a.example', from: 'spam@bad.example' }, reply: blocked, asked: [] },
  { what: 'let through wins over block', mail: { to: 'ann@a.example', from: 'good@bad.example' }, reply: accepted, asked: names },
  {
    what: 'reverse lookup before greylisting',
    mail: { to: 'ann@a.example', client: '127.3.0.1' },
    reply: '550 5.7.25 Client host rejected: cannot find your hostname, [127.3.0.1]',
    asked: ['PTR 1.0.3.127.in-addr.arpa'],
  },
  {
    what: 'greylisting last',
    mail: { to: 'ann@a.example' },
    reply: '450 4.7.1 <ann@a.example>: Recipient address rejected: You have been greylisted, please try later',
    asked: names,
  },
  { what: 'no look-up where nothing needs it', mail: { to: 'open@a.example' }, reply: accepted, asked: [] },
  { what: 'a host name that the block list asks for, and finds', mail: { to: 'host@a.example' }, reply: blocked, asked: names },
  { what: 'a host name that the block list need not ask for', mail: { to: 'host@a.example', from: 'spam@bad.example' }, reply: blocked, asked: [] },
  { what: 'postmaster, past all of it', mail: { to: 'postmaster@a.example', from: 'spam@bad.example' }, reply: accepted, asked: [] },
]

/** Nothing is fetched from the network that an earlier verdict made unnecessary (SPEC A). */
describe('the order at the door', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      // Nothing is kept, so that each case asks for itself.
      zone: { 'ptr:127.1.0.1': { PTR: ['mail.sender.example'], ttl: 0 }, 'mail.sender.example': { A: [named], ttl: 0 } },
      mailboxes: ['ann@a.example', 'open@a.example', 'host@a.example'],
      settings: ['list-mode=block'],
      commands: [
        'mailbox quota ann@a.example 10M',
        'address block ann@a.example bad.example',
        'address let-through ann@a.example good@bad.example',
        'address set open@a.example reverse-lookup=off greylisting=off',
        'address set host@a.example reverse-lookup=off greylisting=off',
        'address block host@a.example host:.sender.example bad.example',
      ],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  for (const { what, mail, reply, asked } of cases) {
    test(`${what}: ${asked.length} questions`, async () => {
      const { to = '', from = 'carl@sender.example', client = named, size } = mail
      const questions = await door.questions(async () => {
        using smtp = await door.connect({ client })
        await smtp.mail(from, size === undefined ? '' : ` SIZE=${size}`)
        assert.equal(await smtp.rcpt(to), reply)
      })
      assert.deepEqual(questions, asked)
    })
  }

  test('another policy than the first recipient: none', async () => {
    const questions = await door.questions(async () => {
      using smtp = await door.connect({ client: named })
      await smtp.mail('carl@sender.example')
      assert.equal(await smtp.rcpt('open@a.example'), accepted)
      assert.equal(await smtp.rcpt('ann@a.example'), '452 4.5.3 <ann@a.example>: different policy, send separately')
    })
    assert.deepEqual(questions, [])
  })

  test('many recipients at once ask once', async () => {
    door.names.zone['ptr:127.1.0.2'] = { PTR: ['two.sender.example'], delayMs: 200 }
    door.names.zone['two.sender.example'] = { A: ['127.1.0.2'] }
    const questions = await door.questions(() => Promise.all([1, 2, 3, 4].map(() => door.try({ to: 'ann@a.example', client: '127.1.0.2' }))))
    assert.deepEqual(questions, ['PTR 2.0.1.127.in-addr.arpa', 'A two.sender.example'])
  })
})

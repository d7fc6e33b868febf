import assert from 'node:assert/strict'
import { before, after, describe, test } from 'node:test'
import { imapClient } from '../harness/imap-client.ts'
import { type NameServer, startNameServer } from '../harness/name-server.ts'
import { needs } from '../harness/program.ts'
import { eventually, Server } from '../harness/server.ts'
import { swaks, type SwaksMail, type SwaksResult } from '../harness/swaks.ts'

/** Clients by address: a host with a name, one whose name is not its own, one with none, one whose name server is down. */
const zone = {
  'ptr:127.1.0.1': { PTR: ['mail.sender.example'] },
  'mail.sender.example': { A: ['127.1.0.1'] },
  'ptr:127.1.1.1': { PTR: ['mail.other.example'] },
  'mail.other.example': { A: ['127.1.1.1'] },
  'ptr:127.2.0.1': { PTR: ['mail.bank.example'] },
  'mail.bank.example': { A: ['192.0.2.1'] },
  'ptr:127.4.0.1': { fault: 'servfail' as const },
}
const named = '127.1.0.1'

describe('swaks sends', { skip: needs('swaks') }, () => {
  let names: NameServer
  let server: Server

  before(async () => {
    names = await startNameServer(zone)
    const mailboxes = ['ann@a.example', 'bob@a.example', 'open@a.example']
    server = await Server.start({ dns: [names.address], mailboxes, settings: ['greylisting.delay=1s', 'greeting.delay=0'] })
    await server.posthorn(['address', 'set', 'open@a.example', 'greylisting=off', 'reverse-lookup=off'])
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await names.close()
  })

  const send = async (mail: Partial<SwaksMail>): Promise<SwaksResult> =>
    await swaks({ port: server.port('smtp'), from: 'carl@sender.example', to: 'ann@a.example', client: named, ...mail })

  /** The subjects in the inbox, once there are so many. */
  const subjects = async (user: string, count: number): Promise<string[]> =>
    await eventually(`${count} messages in the inbox of ${user}`, async () => {
      await using client = await imapClient(server, user)
      await client.mailboxOpen('INBOX', { readOnly: true })
      const found = await client.fetchAll('1:*', { envelope: true })
      return found.length >= count ? found.map(({ envelope }) => envelope?.subject ?? '') : undefined
    })

  test('greylisted at first, delivered when it is sent again, read over IMAP', async () => {
    const first = await send({ subject: 'greylisted' })
    assert.equal(first.code, 24, first.transcript)
    assert.deepEqual(first.refusals, ['450 4.7.1 <ann@a.example>: Recipient address rejected: You have been greylisted, please try later'])
    await eventually('the retry is accepted', async () => ((await send({ subject: 'greylisted' })).code === 0 ? true : undefined))
    assert.deepEqual(await subjects('ann@a.example', 1), ['greylisted'])
    const next = await send({ subject: 'the same sender again' })
    assert.equal(next.code, 0, next.transcript)
  })

  test('an unknown address is refused', async () => {
    const { code, refusals, transcript } = await send({ to: 'nobody@a.example' })
    assert.equal(code, 24, transcript)
    assert.match(refusals[0] ?? '', /^550 5\.1\.1 /)
  })

  test('a domain that is not ours is refused', async () => {
    const { code, refusals, transcript } = await send({ to: 'ann@elsewhere.example' })
    assert.equal(code, 24, transcript)
    assert.match(refusals[0] ?? '', /^55[04] 5\.7\.1 /)
  })

  const lookups: readonly [what: string, client: string, refusal: RegExp][] = [
    ['no host name', '127.3.0.1', /^550 5\.7\.25 Client host rejected: cannot find your hostname, \[127\.3\.0\.1\]$/],
    ['a host name that is not its own', '127.2.0.1', /^550 5\.7\.25 Client host rejected: cannot find your hostname, \[127\.2\.0\.1\]$/],
    ['a name server that fails', '127.4.0.1', /^450 4\.7\.25 Client host rejected: cannot find your hostname, \[127\.4\.0\.1\]$/],
  ]
  for (const [what, client, refusal] of lookups) {
    test(`a client with ${what} is refused, but not by an address that does not ask`, async () => {
      const refused = await send({ client })
      assert.equal(refused.code, 24, refused.transcript)
      assert.match(refused.refusals[0] ?? '', refusal)
      const taken = await send({ client, to: 'open@a.example' })
      assert.equal(taken.code, 0, taken.transcript)
    })
  }

  test('over TLS, and the Received field says so', async () => {
    const before = (await subjects('open@a.example', 0)).length
    const { code, replies, transcript } = await send({ to: 'open@a.example', subject: 'by TLS', options: ['--tls'] })
    assert.equal(code, 0, transcript)
    assert.ok(replies.includes('250-STARTTLS') || replies.includes('250 STARTTLS'), transcript)
    await subjects('open@a.example', before + 1)
    await using client = await imapClient(server, 'open@a.example')
    await client.mailboxOpen('INBOX', { readOnly: true })
    const message = await client.fetchOne('*', { source: true })
    const source = (message || undefined)?.source?.toString('latin1') ?? ''
    assert.match(source, /^Return-Path: <carl@sender\.example>\r\n/)
    assert.match(source, /\r?\nReceived: from client\.example [^]*?\bwith ESMTPS\b/)
  })

  test('block and allow lists hold from the next command', async () => {
    const to = 'bob@a.example'
    const passes = async (mail: Partial<SwaksMail>) => {
      const { code, refusals } = await send({ to, ...mail })
      return code === 0 || /greylisted/.test(refusals[0] ?? '') ? 'passes' : refusals[0]
    }
    const refusal = '550 5.7.1 Spam message rejected'
    assert.equal(await passes({}), 'passes')
    await server.posthorn(['address', 'block', to, 'sender.example'])
    assert.equal(await passes({}), refusal)
    assert.equal(await passes({ from: 'dora@other.example' }), 'passes')
    await server.posthorn(['address', 'block', to, '127.1.1.0/24'])
    assert.equal(await passes({ from: 'dora@other.example', client: '127.1.1.1' }), refusal)
    await server.posthorn(['address', 'let-through', to, 'carl@sender.example'])
    assert.equal((await send({ to })).code, 0, 'let through: neither blocked nor greylisted')
    await server.posthorn(['address', 'block', to, 'sender.example', '127.1.1.0/24', '--remove'])
    assert.equal(await passes({ from: 'eve@sender.example' }), 'passes')
  })

  test('forward, list and alias bring it to their mailboxes, each once', async () => {
    const before = (await subjects('open@a.example', 0)).length
    await server.posthorn(['alias', 'add', 'also@a.example', '--to', 'open@a.example'])
    await server.posthorn(['forward', 'add', 'on@a.example', '--to', 'open@a.example'])
    await server.posthorn(['list', 'add', 'all@a.example', '--to', 'open@a.example', '--to', 'ann@a.example'])
    await server.posthorn(['address', 'set', 'on@a.example', 'greylisting=off'])
    // The sender has passed greylisting before, which a list does not do without.
    for (const to of ['also@a.example', 'on@a.example', 'all@a.example']) {
      const { code, transcript } = await send({ to, subject: `to ${to}` })
      assert.equal(code, 0, transcript)
    }
    const found = (await subjects('open@a.example', before + 3)).slice(before)
    assert.deepEqual(found, ['to also@a.example', 'to on@a.example', 'to all@a.example'])
    const locked = await server.run(['address', 'set', 'all@a.example', 'greylisting=off'])
    assert.equal(locked.code, 1)
    assert.match(locked.stderr, /list/)
  })

  test('the journal explains what became of it', async () => {
    await send({ from: 'why@sender.example', to: 'nobody@a.example' })
    // At once, though refusals are written in batches.
    const { code, stdout } = await server.run(['journal', '--sender', 'why@sender.example', '--json'])
    assert.equal(code, 0)
    assert.match(stdout, /nobody@a\.example/)
    assert.match(stdout, /5\.1\.1/)
  })

  test('greylisting is remembered over a restart', async () => {
    assert.equal(await server.stop(), 0)
    await server.start()
    const { code, transcript } = await send({ subject: 'after the restart' })
    assert.equal(code, 0, transcript)
  })

  test('and nothing of it was worth a warning', () => {
    assert.deepEqual(server.complaints(), [])
  })
})

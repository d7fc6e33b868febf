import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { authenticate } from '../../src/msgauth/authenticate.ts'
import { imapClient, newest } from '../harness/imap-client.ts'
import { type NameServer, startNameServer, type Zone } from '../harness/name-server.ts'
import { sendMail } from '../harness/send-mail.ts'
import { at } from '../harness/directory.ts'
import { RemoteMx } from '../harness/remote-mx.ts'
import { eventually, Server } from '../harness/server.ts'
import { keyZone, makeKey, signByOthers } from '../harness/signed-mail.ts'
import { zoneDns } from '../harness/zone-dns.ts'

const greeted = `
  S: 220 mx.away.example ESMTP
  C: EHLO *
  S: 250-mx.away.example
  S: 250 SIZE
  C: MAIL FROM:<*
  S: 250 ok
  C: RCPT TO:<*
`
const takes = `
  ${greeted}
  S: 250 ok
  C: DATA
  S: 354 go on
  C: <text>
  S: 250 taken
  S: <close>
`
const knowsNobody = `
  ${greeted}
  S: 550 5.1.1 nobody here
  S: <close>
`

/** Our server, and another one to which everything else goes, each conversation after the next of `scripts`. */
class World implements AsyncDisposable {
  readonly server: Server
  readonly names: NameServer
  readonly remote: RemoteMx

  private constructor(server: Server, names: NameServer, remote: RemoteMx) {
    this.server = server
    this.names = names
    this.remote = remote
  }

  static async open(zone: Zone, ...scripts: readonly string[]): Promise<World> {
    const remote = await RemoteMx.start(...scripts)
    const names = await startNameServer({
      'a.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      'away.example': { MX: [[10, 'mx.away.example']] },
      'sender.example': { MX: [[10, 'mx.away.example']] },
      'mx.away.example': { A: ['127.0.0.1'] },
      ...zone,
    })
    const server = await Server.start({
      mailboxes: ['ann@a.example', 'postmaster@a.example'],
      config: 'hostname = "mx.a.example"',
      tables: `[sending]\nport = ${remote.port}`,
      dns: [names.address],
      settings: ['greeting.delay=0', 'greylisting.delay=1s', 'reverse-lookup=off', 'greylisting=off'],
    })
    return new World(server, names, remote)
  }

  /** As a server does that is asked to wait. */
  sendPatiently(from: string, to: string, text: string): Promise<string> {
    return eventually(`${to} takes the message`, async () => {
      const answer = await this.send(from, to, text)
      if (!answer.startsWith('450')) return answer
      await sleep(500)
      return undefined
    })
  }

  /** The answer to the recipient, or to the text. */
  send(from: string, to: string, text: string): Promise<string> {
    return sendMail(this.server, { from, to, text })
  }

  /** What the other server has been told with this command, by now so often. */
  async told(command: string, times = 1): Promise<string[]> {
    const lines = () => this.remote.commands.filter((line) => line.startsWith(command))
    await eventually('the other server is told', async () => (lines().length >= times ? true : undefined))
    return lines().map((line) => /<(.*?)>/.exec(line)?.[1] ?? '')
  }

  async text(number: number): Promise<string> {
    await eventually('the other server has the text', async () => (this.remote.texts.length > number ? true : undefined))
    return this.remote.texts[number] ?? ''
  }

  async [Symbol.asyncDispose]() {
    await this.server[Symbol.asyncDispose]()
    await this.remote[Symbol.asyncDispose]()
    await this.names.close()
  }
}

const plain = (subject: string) =>
  `From: Sam <sam@sender.example>\r\nTo: f@a.example\r\nSubject: ${subject}\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@sender.example>\r\n\r\nHello\r\n`

test('a forward arrives byte for byte, proven and sealed, and what comes back reaches its sender (SPEC A13)', async () => {
  const key = makeKey('sender.example', 's')
  const zone = keyZone(key)
  await using world = await World.open(zone, takes)
  const { server, names } = world
  await server.posthorn(['forward', 'add', 'f@a.example', '--to', 'x@away.example'])
  for (const { name, strings } of (await server.json(['dkim', 'records', 'a.example'])) as { name: string; strings: string[] }[])
    names.zone[name] = { TXT: [strings] }
  await server.posthorn(['dkim', 'check', 'a.example'])

  const signed = await signByOthers(plain('forwarded'), key)
  assert.match(await world.send('sam@sender.example', 'f@a.example', signed), /^250 /)
  const text = await world.text(0)
  assert.ok(text.endsWith(`\r\n${signed}`), text)
  assert.match(text, /^ARC-Seal: i=1;/)
  assert.match(text, /\r\nDelivered-To: f@a\.example\r\nReceived: from client\.example /)
  const [reversePath = ''] = await world.told('MAIL FROM:')
  assert.match(reversePath, /^SRS0=[a-z2-7]{8}=[a-z2-7]{2}=sender\.example=sam@a\.example$/)

  // As the other server sees it.
  const input = { clientIp: '127.0.0.1', helo: 'mx.a.example', reversePath: at(reversePath), hostName: 'mx.away.example', nowMs: Date.now() }
  const found = await authenticate({ ...input, message: [Buffer.from(text, 'latin1')] }, zoneDns(names.zone))
  assert.deepEqual(
    [found.spf.result, found.dkim.map(({ result, domain }) => `${result} ${domain}`), found.arc.result],
    ['pass', ['pass sender.example'], 'pass'],
  )

  // Its notice comes back, and goes on to the sender.
  assert.match(await world.send('', reversePath, 'From: <>\r\nSubject: not delivered\r\n\r\nSorry\r\n'), /^250 /)
  assert.match(await world.text(1), /Subject: not delivered\r\n\r\nSorry\r\n$/)
  assert.deepEqual((await world.told('RCPT TO:', 2)).at(-1), 'sam@sender.example')
  assert.deepEqual((await world.told('MAIL FROM:', 2)).at(-1), '')
  assert.match(await world.send('', reversePath.replace('=sam@', '=eve@'), ''), /^550 5\.1\.1 /)
  assert.match(await world.send('eve@sender.example', reversePath, ''), /^550 5\.7\.1 /)

  // It sends the message back.
  assert.match(await world.send(reversePath, 'f@a.example', text), /^554 5\.4\.6 This message was here already/)
  const journal = await server.posthorn(['journal'])
  assert.match(journal, /Accepted, to be handed on to another server/)
  assert.match(journal, /was forwarded from f@a\.example already, and came back/)
  assert.deepEqual(world.remote.faults, [])
})

test('who forwards to nobody tells the sender, whose mail stays here where a copy is kept', async () => {
  await using world = await World.open({}, knowsNobody, takes)
  await world.server.posthorn(['mailbox', 'forward', 'ann@a.example', '--to', 'x@away.example'])
  assert.match(await world.server.posthorn(['address', 'show', 'ann@a.example']), /→ x@away\.example \(and keeps a copy\)/)
  assert.match(await world.send('sam@sender.example', 'ann@a.example', plain('kept')), /^250 /)
  assert.match(await world.text(0), /x@away\.example/)
  assert.deepEqual((await world.told('RCPT TO:', 2)).at(-1), 'sam@sender.example')
  await using mail = await imapClient(world.server, 'ann@a.example')
  const status = await mail.status('INBOX', { messages: true })
  assert.equal(status === false ? 0 : status.messages, 1)
})

test('a list: members get it with the way out, and who takes it gets no more', async () => {
  await using world = await World.open({}, takes)
  const { server } = world
  await server.posthorn(['list', 'add', 'team@a.example', '--to', 'ann@a.example', '--to', 'x@away.example', '--to', 'y@away.example'])
  assert.match(await world.sendPatiently('sam@sender.example', 'team@a.example', plain('to-all')), /^250 /)
  const texts = [await world.text(0), await world.text(1)]
  const paths = await world.told('MAIL FROM:', 2)
  for (const path of paths) assert.match(path, /^team-bounces\+e\d+-[a-z2-7]{16}@a\.example$/)
  assert.equal(new Set(paths).size, 2)
  const leave = texts.map((text) => /^List-Unsubscribe: <mailto:(.*?)\?/m.exec(text)?.[1]?.replace('%2B', '+') ?? '')
  for (const text of texts) assert.match(text, /^List-Id: <team\.a\.example>\r$/m)
  assert.match(await world.send('sam@sender.example', (leave[0] ?? '').replace(/-[a-z2-7]{16}@/, '-aaaaaaaaaaaaaaaa@'), plain('unsubscribe')), /^550 5\.1\.1 /)
  assert.match(await world.send('whoever@sender.example', leave[0] ?? '', plain('unsubscribe')), /^250 /)
  assert.equal(((await server.json(['address', 'show', 'team@a.example'])) as { targets: string[] }).targets.length, 2)
  const page = /^ <https:\/\/mx\.a\.example:\d+(\/unsubscribe\/.*)>\r$/m.exec(texts[1] ?? '')?.[1] ?? ''
  const click = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' }
  assert.equal((await fetch(`http://127.0.0.1:${server.port('http')}${page}`, click)).status, 200)
  assert.equal((await fetch(`http://127.0.0.1:${server.port('http')}${page.replace(/.%40/, 'x%40')}`, click)).status, 404)
  assert.deepEqual(((await server.json(['address', 'show', 'team@a.example'])) as { targets: string[] }).targets, ['ann@a.example'])
  {
    await using mail = await imapClient(server, 'ann@a.example')
    await mail.mailboxOpen('INBOX')
    const { source } = (await mail.fetchOne('1', { source: true })) as { source: Buffer }
    assert.match(source.toString('latin1'), /^List-Unsubscribe: <mailto:team-unsubscribe%2Bh\d+-/m)
  }
  await server.posthorn(['address', 'set', 'team@a.example', 'posting=members'])
  assert.match(await world.send('sam@sender.example', 'team@a.example', plain('no-member')), /^(550 5\.7\.2|451 4\.7\.1) /)
})

test('a member whom nothing reaches any more is taken off the list, and who looks after the domain is told', async () => {
  await using world = await World.open({}, takes)
  const { server } = world
  await server.posthorn(['list', 'add', 'team@a.example', '--to', 'ann@a.example', '--to', 'x@away.example'])
  await server.posthorn(['address', 'set', 'postmaster@a.example', 'language=de'])
  assert.match(await world.sendPatiently('sam@sender.example', 'team@a.example', plain('to-all')), /^250 /)
  const [bounces = ''] = await world.told('MAIL FROM:')
  const member = /\+(e\d+)-/.exec(bounces)?.[1] ?? ''
  await server.stop()
  // As after four days on which it was so.
  const database = new DatabaseSync(path.join(server.data, 'posthorn.db'))
  const yesterday = Math.floor(Date.now() / 86_400_000) - 1
  database.prepare("INSERT INTO list_bounce SELECT address_id, ?, 4, ? FROM address WHERE local_part = 'team'").run(member, yesterday)
  database.close()
  await server.start()
  const notice = [
    'From: MAILER-DAEMON@mx.away.example',
    'Subject: failed',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Sorry',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.away.example',
    '',
    'Final-Recipient: rfc822; x@away.example',
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b--',
  ].join('\r\n')
  assert.match(await world.send('', bounces, notice), /^250 /)
  assert.deepEqual(((await server.json(['address', 'show', 'team@a.example'])) as { targets: string[] }).targets, ['ann@a.example'])
  await using mail = await imapClient(server, 'postmaster@a.example')
  const told = await newest(mail, 'INBOX', 1)
  assert.match(told, /^Subject: Ein Mitglied wurde aus einem Verteiler genommen\r$/m)
  assert.match(told, /\r\nx@away\.example ist nicht mehr im Verteiler team@a\.example:\r\nAn 5 Tagen /)
})

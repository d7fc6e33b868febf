import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { imapClient } from '../harness/imap-client.ts'
import { Player } from '../harness/play.ts'
import { needs, runProgram } from '../harness/program.ts'
import { eventually, password, Server } from '../harness/server.ts'
import { swaks } from '../harness/swaks.ts'

const plain = Buffer.from(`\0ann@a.example\0${password}`).toString('base64')

/** Two customers on one server; ann is one of them, eve the other. */
async function start(processes: number): Promise<Server> {
  const server = await Server.start({ processes, mailboxes: ['ann@a.example', 'bob@a.example', 'eve@e.example'], settings: ['sending.first-wait=1h'] })
  await server.posthorn(['alias', 'add', 'sales@a.example', '--to', 'ann@a.example'])
  return server
}

for (const processes of [1, 2]) {
  describe(`people send, ${processes} process(es)`, () => {
    let server: Server
    before(async () => (server = await start(processes)))
    after(() => server[Symbol.asyncDispose]())

    const signedIn = async (): Promise<Player> => {
      const player = await Player.connect(server.port('submissions'), { tls: true, lineMs: 30_000 })
      await player.play(`S: 220 *\nC: EHLO laptop\nS: ...\nS: 250 HELP\nC: AUTH PLAIN ${plain}\nS: 235 2.7.0 *`)
      return player
    }

    test('to a mailbox here and to another server, in one message', async () => {
      const player = await signedIn()
      await player.play(`
        C: MAIL FROM:<sales@a.example> RET=HDRS ENVID=e1
        C: RCPT TO:<bob@a.example>
        C: RCPT TO:<x@nowhere.example> NOTIFY=FAILURE
        C: DATA
        S: 250 2.1.0 *
        S: 250 2.1.5 *
        S: 250 2.1.5 *
        S: 354 *
        C: From: Sales <sales@a.example>
        C: Bcc: x@nowhere.example
        C: Subject: both
        C: 
        C: Hello
        C: .
        S: 250 2.0.0 *
        C: QUIT
        S: 221 *
      `)
      const source = await eventually('the message in the inbox', async () => {
        await using client = await imapClient(server, 'bob@a.example')
        await client.mailboxOpen('INBOX')
        const [message] = await client.fetchAll('1:*', { source: true })
        return message?.source?.toString()
      })
      assert.match(source, /^Return-Path: <sales@a\.example>\r\n/)
      assert.match(source, /\r\nReceived: from \S+ \(signed in\)\r\n\tby \S+ with ESMTPSA id \w{16}\r\n/)
      assert.match(source, /\r\nDate: .*\r\nMessage-ID: <\w{16}@.*>\r\nFrom: Sales <sales@a\.example>\r\nSubject: both\r\n\r\nHello\r\n$/)
      assert.doesNotMatch(source, /127\.0\.0\.1|laptop|[Bb]cc|X-Posthorn-Report/)
      const told = await eventually('the other in the journal', async () => {
        const out = await server.posthorn(['journal', '--sender', 'sales@a.example'])
        return out.includes('x@nowhere.example') ? out : undefined
      })
      assert.match(told, /Accepted, to be handed on to another server\./)
      assert.match(told, /sending limits: .*writes to this recipient for the first time/)
    })

    test('nobody sends as another customer, by any process', async () => {
      const player = await signedIn()
      await player.play(`
        C: MAIL FROM:<eve@e.example>
        S: 550 5.7.1 MAIL FROM: <eve@e.example> is not an address of yours
        C: MAIL FROM:<ann@a.example>
        C: RCPT TO:<bob@a.example>
        C: DATA
        S: 250 *
        S: 250 *
        S: 354 *
        C: From: eve@e.example
        C: 
        C: .
        S: 550 5.7.1 From: <eve@e.example> is not an address of yours
        C: QUIT
        S: 221 *
      `)
    })

    test('a lock of sending holds at once, in all processes, and shows why (SPEC E6)', async () => {
      const players = await Promise.all([signedIn(), signedIn(), signedIn(), signedIn()])
      await server.posthorn(['address', 'lock-sending', 'ann@a.example', '--reason', 'sends spam'])
      for (const player of players) await player.play('C: MAIL FROM:<ann@a.example>\nS: 550 5.7.1 Sending is locked for this mailbox: sends spam')
      assert.match(await server.posthorn(['address', 'show', 'ann@a.example']), /may not send: sends spam/)
      await server.posthorn(['address', 'unlock-sending', 'ann@a.example'])
      for (const player of players) await player.play('C: MAIL FROM:<ann@a.example>\nS: 250 2.1.0 *\nC: QUIT\nS: 221 *')
      await server.posthorn(['customer', 'lock-sending', 'main', '--reason', 'unpaid'])
      const player = await signedIn()
      await player.play('C: MAIL FROM:<ann@a.example>\nS: 550 5.7.1 Sending is locked for this mailbox: unpaid\nC: QUIT\nS: 221 *')
      await server.posthorn(['customer', 'unlock-sending', 'main'])
    })

    test('a limit holds over all processes and a restart', async () => {
      await server.posthorn(['address', 'set', 'ann@a.example', 'messages-per-hour=4'])
      const send = async () => {
        const player = await signedIn()
        await player.play(
          'C: MAIL FROM:<ann@a.example>\nC: RCPT TO:<bob@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *\nC: From: ann@a.example\nC: \nC: .\nS: 250 *',
        )
        player.close()
      }
      // One went out in the test above.
      for (let count = 0; count < 3; count += 1) await send()
      await server.stop()
      await server.start()
      const player = await signedIn()
      await player.play(
        'C: MAIL FROM:<ann@a.example>\nS: 450 4.7.1 Sending limit reached: messages-per-hour=4, there is room again after 20* UTC\nC: QUIT\nS: 221 *',
      )
      await server.posthorn(['address', 'set', 'ann@a.example', 'messages-per-hour=inherit'])
    })

    test('a new password ends a session that sends (auth/open-sessions.ts)', async () => {
      const player = await signedIn()
      await server.posthorn(['mailbox', 'password', 'ann@a.example', '--password-stdin'], `${password}\n`)
      await player.play('S: 421 4.7.0 Signed out: *\nS: <closed>')
    })
  })
}

describe('people’s programs send', () => {
  let server: Server
  before(async () => (server = await start(1)))
  after(() => server[Symbol.asyncDispose]())

  const inboxOfBob = async (subject: string): Promise<void> =>
    await eventually(`"${subject}" in the inbox`, async () => {
      await using client = await imapClient(server, 'bob@a.example')
      await client.mailboxOpen('INBOX')
      const messages = await client.fetchAll('1:*', { envelope: true })
      return messages.some(({ envelope }) => envelope?.subject === subject) ? true : undefined
    }).then(() => undefined)

  test('swaks, with STARTTLS', { skip: needs('swaks') }, async () => {
    const options = ['--tls', '--auth', 'LOGIN', '--auth-user', 'ann@a.example', '--auth-password', password]
    const mail = { port: server.port('submission'), from: 'ann@a.example', to: 'bob@a.example', subject: 'by swaks' }
    const sent = await swaks({ ...mail, options })
    assert.deepEqual([sent.code, sent.refusals], [0, []], sent.transcript)
    await inboxOfBob('by swaks')
    const inTheClear = await swaks({ ...mail, options: options.slice(1) })
    assert.notEqual(inTheClear.code, 0)
    const unsigned = await swaks({ ...mail, options: ['--tls'] })
    assert.match(unsigned.transcript, /530 5\.7\.0 Sign in first/)
  })

  test('curl, with TLS from the first octet', { skip: needs('curl') }, async () => {
    const url = `smtps://127.0.0.1:${server.port('submissions')}/laptop`
    const user = ['--user', `ann@a.example:${password}`, '--mail-from', 'ann@a.example', '--mail-rcpt', 'bob@a.example']
    const input = 'From: ann@a.example\r\nSubject: by curl\r\n\r\nHello\r\n'
    const { code, stderr } = await runProgram('curl', ['--insecure', '--silent', '--show-error', url, ...user, '--upload-file', '-'], { input })
    assert.equal(code, 0, stderr)
    await inboxOfBob('by curl')
  })
})

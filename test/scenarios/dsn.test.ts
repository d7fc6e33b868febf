import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { imapClient, messagesOf } from '../harness/imap-client.ts'
import { type NameServer, startNameServer } from '../harness/name-server.ts'
import { Player } from '../harness/play.ts'
import { RemoteMx } from '../harness/remote-mx.ts'
import { eventually, password, Server } from '../harness/server.ts'

const plain = Buffer.from(`\0ann@a.example\0${password}`).toString('base64')

/** Takes what it is given, and offers DSN. */
const takes = `
  S: 220 mx.away.example ESMTP
  C: EHLO *
  S: 250-mx.away.example
  S: 250 DSN
  C: MAIL FROM:*
  S: 250 ok
  C: RCPT TO:*
  S: 250 ok
  C: DATA
  S: 354 go on
  C: <text>
  S: 250 taken
  S: <close>
`

describe('senders hear that their mail arrived, if they wish to (RFC 3461)', () => {
  let server: Server
  let names: NameServer
  let remote: RemoteMx
  before(async () => {
    remote = await RemoteMx.start(takes)
    names = await startNameServer({
      'away.example': { MX: [[10, 'mx.away.example']] },
      'proven.example': { MX: [[10, 'mx.away.example']], TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      'forged.example': { MX: [[10, 'mx.away.example']], TXT: ['v=spf1 -all'] },
      'mx.away.example': { A: ['127.0.0.1'] },
    })
    server = await Server.start({
      mailboxes: ['ann@a.example', 'bob@a.example', 'cat@a.example', 'two@a.example'],
      config: 'hostname = "mx.a.example"',
      tables: `[sending]\nport = ${remote.port}`,
      dns: [names.address],
      settings: ['greeting.delay=0', 'greylisting=off', 'reverse-lookup=off', 'dmarc=score'],
      addressSettings: ['spam-level=off'],
    })
    await server.posthorn(['address', 'set', 'ann@a.example', 'language=de'])
    await server.posthorn(['list', 'add', 'team@a.example', '--to', 'bob@a.example', '--to', 'x@away.example'])
    await server.posthorn(['forward', 'add', 'one@a.example', '--to', 'x@away.example'])
    await server.posthorn(['mailbox', 'forward', 'two@a.example', '--to', 'x@away.example'])
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await remote[Symbol.asyncDispose]()
    await names.close()
  })

  /** Over submission, signed in as ann. */
  const submit = async (script: string): Promise<void> => {
    const player = await Player.connect(server.port('submissions'), { tls: true, lineMs: 30_000 })
    await player.play(`S: 220 *\nC: EHLO laptop\nS: ...\nS: 250 HELP\nC: AUTH PLAIN ${plain}\nS: 235 2.7.0 *\n${script}`)
    player.close()
  }

  /** Messages in ann's inbox by now. */
  const inbox = async (count: number): Promise<string[]> =>
    eventually(`${count} notices`, async () => {
      await using client = await imapClient(server, 'ann@a.example')
      const found = (await messagesOf(client, 'INBOX')).map((source) => Buffer.from(source, 'latin1').toString())
      return found.length >= count ? found : undefined
    })

  test('people here: of mailbox, list and forwards, in their language, before the 250', async () => {
    await submit(`
      C: MAIL FROM:<ann@a.example> ENVID=id+2B7
      S: 250 *
      C: RCPT TO:<bob@a.example> NOTIFY=SUCCESS ORCPT=rfc822;Bob@a.example
      S: 250 *
      C: RCPT TO:<cat@a.example> NOTIFY=FAILURE
      S: 250 *
      C: RCPT TO:<team@a.example> NOTIFY=SUCCESS,FAILURE
      S: 250 *
      C: RCPT TO:<two@a.example> NOTIFY=SUCCESS,FAILURE
      S: 250 *
      C: RCPT TO:<one@a.example> NOTIFY=SUCCESS
      S: 250 *
      C: DATA
      S: 354 *
      C: From: ann@a.example
      C: To: bob@a.example
      C: Subject: Mittagessen
      C: 
      C: Hallo
      C: .
      S: 250 2.0.0 *
      C: QUIT
      S: 221 *
    `)
    const notices = await inbox(3)
    assert.equal(notices.length, 3)
    for (const notice of notices) {
      assert.match(notice, /^Return-Path: <>\r\n/)
      assert.match(notice, /\r\nOriginal-Envelope-Id: id\+7\r\nReporting-MTA: dns; mx\.a\.example\r\n/)
      assert.match(notice, /\r\nContent-Language: de\r\n/)
      assert.doesNotMatch(notice, /cat@a\.example|Hallo/)
    }
    const about = (address: string) => notices.find((notice) => notice.includes(`Final-Recipient: rfc822; ${address}\r\n`)) ?? ''
    assert.match(about('bob@a.example'), /\r\nIhre Mail „Mittagessen“ liegt im Postfach von bob@a\.example\.\r\n/)
    assert.match(
      about('bob@a.example'),
      /\r\nOriginal-Recipient: rfc822;Bob@a\.example\r\nFinal-Recipient: rfc822; bob@a\.example\r\nAction: delivered\r\nStatus: 2\.0\.0\r\n/,
    )
    assert.match(about('team@a.example').replaceAll(/\s+/g, ' '), /hat team@a\.example erreicht und geht an die Mitglieder dieses Verteilers\./)
    assert.match(about('team@a.example'), /\r\nAction: delivered\r\n/)
    assert.match(about('two@a.example'), /\r\nAction: expanded\r\n/)
    assert.equal(about('one@a.example'), '')
    const commands = await eventually('what goes on', async () => {
      const told = remote.commands.filter((line) => line.startsWith('RCPT') || line.startsWith('MAIL'))
      return told.length >= 2 ? told : undefined
    })
    // Whom several addresses lead to gets it by the first: here the list, of which nothing is passed on.
    assert.ok(
      commands.some((line) => line.startsWith('MAIL FROM:<team-bounces') && !line.includes('ENVID')),
      commands.join('\n'),
    )
  })

  test('a forward to one passes it all on, and the next server tells', async () => {
    const before = remote.commands.length
    await submit(`
      C: MAIL FROM:<ann@a.example> RET=HDRS ENVID=e2
      S: 250 *
      C: RCPT TO:<one@a.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;One+2Btwo@a.example
      S: 250 *
      C: DATA
      S: 354 *
      C: From: ann@a.example
      C: 
      C: .
      S: 250 2.0.0 *
    `)
    const told = await eventually('the next server is told', async () => {
      const commands = remote.commands.slice(before)
      return commands.some((line) => line.startsWith('RCPT')) ? commands : undefined
    })
    assert.ok(
      told.some((line) => /^MAIL FROM:<ann@a\.example> .*RET=HDRS ENVID=e2$/.test(line)),
      told.join('\n'),
    )
    assert.ok(told.includes('RCPT TO:<x@away.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;One+2Btwo@a.example'), told.join('\n'))
  })

  for (const [sender, expected] of [
    ['sam@proven.example', true],
    ['sam@forged.example', false],
  ] as const) {
    test(`over port 25, a sender whose reverse-path is ${expected ? 'proven is told' : 'not proven is not: he may be somebody else'}`, async () => {
      const before = remote.texts.length
      using player = await Player.connect(server.port('smtp'))
      await player.play(`
        S: 220 *
        C: EHLO mx.away.example
        S: ...
        S: 250 HELP
        C: MAIL FROM:<${sender}>
        S: 250 *
        C: RCPT TO:<bob@a.example> NOTIFY=SUCCESS
        S: 250 *
        C: DATA
        S: 354 *
        C: From: Sam <${sender}>
        C: Subject: hello
        C: 
        C: .
        S: 250 2.0.0 *
        C: MAIL FROM:<sam@proven.example>
        S: 250 *
        C: RCPT TO:<one@a.example>
        S: 250 *
        C: DATA
        S: 354 *
        C: From: Sam <${sender}>
        C: Subject: the next one
        C: 
        C: .
        S: 250 2.0.0 *
      `)
      // What was said before the next message is on its way before it.
      const texts = await eventually('the next message', async () => {
        const now = remote.texts.slice(before)
        return now.some((text) => text.includes('Subject: the next one')) && (!expected || now.length > 1) ? now : undefined
      })
      const notices = texts.filter((text) => text.includes('Action: delivered'))
      assert.equal(notices.length, expected ? 1 : 0)
      if (expected) assert.match(notices[0] ?? '', /\r\nYour mail "hello" reached the mailbox of bob@a\.example\.\r\n/)
    })
  }
})

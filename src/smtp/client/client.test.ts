import assert from 'node:assert/strict'
import test from 'node:test'
import { RemoteMx } from '../../../test/harness/remote-mx.ts'
import { startSmtp } from '../../../test/harness/smtp.ts'
import { parseAddress, type Address } from '../../mail/address.ts'
import { Connection, RemoteFault } from './connection.ts'
import { timeouts } from './limits.ts'
import { formatRemoteReply } from '../../mail/remote-reply.ts'
import { closeSession, openSession, RemoteRefusal, type SessionOptions, type TlsUse } from './session.ts'
import { type RecipientResult, transact, type TransactionEnvelope } from './transaction.ts'

const at = (text: string): Address => {
  const address = parseAddress(text)
  assert.ok(address)
  return address
}

const opportunistic: TlsUse = { use: 'opportunistic', serverName: 'mx.b.example' }
const short = {
  ...timeouts,
  greetingMs: 300,
  commandMs: 300,
  mailMs: 300,
  rcptMs: 300,
  dataMs: 300,
  finalMs: 300,
  blockMs: 300,
  quitMs: 100,
  handshakeMs: 2000,
}

function options(remote: { readonly port: number }, more: Partial<SessionOptions> = {}): SessionOptions {
  return { ip: '127.0.0.1', port: remote.port, localIp: undefined, helloName: 'mx.a.example', tls: opportunistic, timeouts: short, ...more }
}

function envelope(to: readonly string[], more: Partial<TransactionEnvelope> = {}): TransactionEnvelope {
  return {
    ...{ reversePath: at('ann@a.example'), recipients: to.map((text) => ({ address: at(text) })) },
    ...{ sizeBytes: 100, eightBit: false, utf8: false, requireTls: false, priority: 0, ...more },
  }
}

function text(...pieces: readonly string[]): () => AsyncIterable<Buffer> {
  return async function* () {
    for (const piece of pieces) yield Buffer.from(piece)
  }
}

function told(results: readonly RecipientResult[]): string[] {
  return results.map((result) => {
    if (result.result === 'left') return 'left'
    return result.result === 'unable' ? `unable ${result.lacks}` : `${result.result} ${formatRemoteReply(result.reply)}`
  })
}

/** One message to some, over a connection of its own. */
async function sent(remote: RemoteMx, to: TransactionEnvelope, message = text('Subject: x\r\n\r\nhello\r\n')): Promise<string[]> {
  const session = await openSession(options(remote))
  const results = await transact(session, to, message)
  await closeSession(session)
  assert.deepEqual(remote.faults, [])
  return told(results)
}

const plain = `
  S: 220 mx.b.example
  C: EHLO mx.a.example
  S: 250 mx.b.example
`
const able = `
  S: 220 mx.b.example
  C: EHLO mx.a.example
  S: 250-mx.b.example
  S: 250-PIPELINING
  S: 250-SIZE 1000
  S: 250-8BITMIME
  S: 250-DSN
  S: 250-MT-PRIORITY
  S: 250 SMTPUTF8
`

test('one command after another, where nothing is offered', async () => {
  await using remote = await RemoteMx.start(`
    ${plain}
    C: MAIL FROM:<ann@a.example>
    S: 250 2.1.0 ok
    C: RCPT TO:<ben@b.example>
    S: 250 2.1.5 ok
    C: RCPT TO:<cat@b.example>
    S: 550-5.1.1 cat is not
    S: 550 5.1.1 here
    C: DATA
    S: 354 go on
    C: <text>
    S: 250 2.0.0 taken as 42
    C: QUIT
    S: 221 bye
  `)
  assert.deepEqual(await sent(remote, envelope(['ben@b.example', 'cat@b.example']), text('.a\r\n', '..', 'b\r', '\n.\r\nc')), [
    'accepted 250 2.0.0 taken as 42',
    'refused 550 5.1.1 cat is not here',
  ])
  assert.deepEqual(remote.texts, ['..a\r\n...b\r\n..\r\nc\r\n'])
})

test('everything at once where it may be (RFC 2920), with the parameters that are offered', async () => {
  await using remote = await RemoteMx.start(`
    ${able}
    C: MAIL FROM:<> SIZE=100 BODY=8BITMIME SMTPUTF8 MT-PRIORITY=-3 RET=HDRS ENVID=a+3Db+2B
    C: RCPT TO:<"b n"@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;ben+2B1@b.example
    C: RCPT TO:<cat@b.example> NOTIFY=NEVER
    C: RCPT TO:<dan@b.example> ORCPT=rfc822;Dan@b.example
    C: DATA
    S: 250 ok
    S: 450 4.2.1 later
    S: 250 ok
    S: 250 ok
    S: 354 go on
    C: <text>
    S: 554 5.6.0 no
    C: QUIT
    S: 221 bye
  `)
  const recipients = [
    { address: at('"b n"@b.example'), dsn: { notify: ['success', 'delay'], originalRecipient: 'rfc822;ben+1@b.example' } },
    { address: at('cat@b.example'), dsn: { notify: 'never', originalRecipient: undefined } },
    // RFC 3461 5.2.1 c: of what the sender left open nothing is said.
    { address: at('dan@b.example'), dsn: { notify: undefined, originalRecipient: 'rfc822;Dan@b.example' } },
  ] as const
  const refusedTwice = ['refused 554 5.6.0 no', 'refused 554 5.6.0 no']
  const wishes = { eightBit: true, utf8: true, priority: -3, dsn: { ret: 'hdrs', envelopeId: 'a=b+' } } as const
  assert.deepEqual(await sent(remote, { ...envelope([]), ...wishes, reversePath: null, recipients }), ['refused 450 4.2.1 later', ...refusedTwice])
})

test('nobody was accepted: no text is sent, and the connection serves the next message (RFC 2920 3.1)', async () => {
  await using remote = await RemoteMx.start(`
    ${able}
    C: MAIL FROM:<ann@a.example> SIZE=100
    C: RCPT TO:<ben@b.example>
    C: DATA
    S: 250 ok
    S: 550 5.1.1 no
    S: 354 whatever
    C: .
    S: 554 no recipients
    C: MAIL FROM:<ann@a.example> SIZE=100
    C: RCPT TO:<cat@b.example>
    C: DATA
    S: 250 ok
    S: 550 no
    S: 503 no recipients
    C: RSET
    S: 250 ok
    C: MAIL FROM:<ann@a.example> SIZE=100
    C: RCPT TO:<dan@b.example>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 354 go on
    C: <text>
    S: 250 ok
  `)
  const session = await openSession(options(remote))
  const results = []
  for (const name of ['ben', 'cat', 'dan']) results.push(...(await transact(session, envelope([`${name}@b.example`]), text('x'))))
  assert.deepEqual(told(results), ['refused 550 5.1.1 no', 'refused 550 no', 'accepted 250 ok'])
  session.connection.close()
  assert.deepEqual([remote.faults, remote.texts], [[], ['x\r\n']])
})

test('what the other side cannot do is not asked of it', async () => {
  await using bare = await RemoteMx.start(plain)
  await using remote = await RemoteMx.start(able.replace('250-SIZE 1000', '250-SIZE 1000\nS: 250-LIMITS MAILMAX=5 RCPTMAX=2 FOO=bar'))
  assert.deepEqual(told(await transact(await openSession(options(bare)), envelope(['ben@b.example'], { utf8: true }), text())), ['unable SMTPUTF8'])
  assert.deepEqual(told(await transact(await openSession(options(remote)), envelope(['ben@b.example'], { sizeBytes: 1001 }), text())), ['unable SIZE'])
  const session = await openSession(options(remote))
  assert.equal(session.extensions.maxMessages, 5)
  assert.deepEqual(told(await transact(session, envelope(['ben@b.example'], { requireTls: true }), text())), ['unable REQUIRETLS'])
})

test('a notice about what must not go in the clear is not lost where the other side lacks REQUIRETLS (RFC 8689 5)', async () => {
  await using remote = await RemoteMx.start(`
    ${plain}
    C: MAIL FROM:<>
    S: 250 ok
    C: RCPT TO:<ben@b.example>
    S: 250 ok
    C: DATA
    S: 354 go on
    C: <text>
    S: 250 ok
  `)
  const session = await openSession(options(remote))
  assert.deepEqual(told(await transact(session, envelope(['ben@b.example'], { requireTls: true, reversePath: null }), text('x'))), ['accepted 250 ok'])
  session.connection.close()
})

test('past what it takes in one transaction, recipients are left (RFC 9422)', async () => {
  await using remote = await RemoteMx.start(`
    S: 220 mx.b.example
    C: EHLO mx.a.example
    S: 250-mx.b.example
    S: 250 LIMITS RCPTMAX=1
    C: MAIL FROM:<ann@a.example>
    S: 250 ok
    C: RCPT TO:<ben@b.example>
    S: 250 ok
    C: DATA
    S: 354 go on
    C: <text>
    S: 250 ok
    C: QUIT
    S: 221 bye
  `)
  assert.deepEqual(await sent(remote, envelope(['ben@b.example', 'cat@b.example'])), ['accepted 250 ok', 'left'])
})

test('a server that knows no EHLO', async () => {
  await using remote = await RemoteMx.start(`
    S: 220 old
    C: EHLO mx.a.example
    S: 500 what?
    C: HELO mx.a.example
    S: 250 old
    C: MAIL FROM:<ann@a.example>
    S: 250 ok
    C: RCPT TO:<ben@b.example>
    S: 250 ok
    C: DATA
    S: 354 go on
    C: <text>
    S: 250 ok
    C: QUIT
    S: 221 bye
  `)
  assert.deepEqual(await sent(remote, envelope(['ben@b.example'])), ['accepted 250 ok'])
})

for (const [what, script, expected] of [
  ['a greeting that wants nobody', 'S: 554 5.7.1 go away', 'RemoteRefusal greeting 554 5.7.1 go away'],
  ['a busy server', 'S: 421 4.3.2 later', 'RemoteRefusal greeting 421 4.3.2 later'],
  ['a temporary no to EHLO', 'S: 220 x\nC: EHLO *\nS: 450 4.7.1 wait', 'RemoteRefusal hello 450 4.7.1 wait'],
  ['a no to EHLO and HELO', 'S: 220 x\nC: EHLO *\nS: 550 bad name\nC: HELO *\nS: 550 no', 'RemoteRefusal hello 550 bad name'],
  ['no greeting', '', 'RemoteFault timeout greeting'],
  ['a closed door', 'S: <close>', 'RemoteFault closed greeting'],
  ['a reset', 'S: 220 x\nC: EHLO *\nS: <reset>', 'RemoteFault closed hello'],
  ['something else', 'S: SSH-2.0-OpenSSH_9.2', 'RemoteFault protocol greeting'],
  ['two codes', 'S: 220-x\nS: 250 x', 'RemoteFault protocol greeting'],
  ['a line that is too long', `S: 220 ${'x'.repeat(5000)}`, 'RemoteFault protocol greeting'],
  ['a reply without end', Array.from({ length: 101 }, () => 'S: 220-x').join('\n'), 'RemoteFault protocol greeting'],
  ['half a reply', 'S: 220-x\nS: <close>', 'RemoteFault closed greeting'],
  ['421 in the midst', `${able}\nC: MAIL *\nC: RCPT *\nC: DATA\nS: 421 4.3.0 going down\nS: <close>`, 'RemoteRefusal mail 421 4.3.0 going down'],
  ['silence after the text', `${able}\nC: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 ok\nC: <text>`, 'RemoteFault timeout final'],
  ['a close after the text', `${able}\nC: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 ok\nC: <text>\nS: <close>`, 'RemoteFault closed final'],
  ['2xx to DATA', `${able}\nC: MAIL *\nC: RCPT *\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 250 ok`, 'RemoteFault protocol data'],
  ['STARTTLS that is refused', 'S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 no', 'RemoteRefusal tls 454 4.7.0 no'],
  ['no handshake', 'S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nS: 220 nonsense', 'RemoteFault timeout tls'],
] as const) {
  test(`a server that lies, hangs or closes: ${what}`, async () => {
    await using remote = await RemoteMx.start(script)
    const trying = async () => await transact(await openSession(options(remote)), envelope(['ben@b.example']), text('x\r\n'))
    await assert.rejects(trying, (error) => {
      if (error instanceof RemoteRefusal) assert.equal(`RemoteRefusal ${error.step} ${error.message}`, expected)
      else if (error instanceof RemoteFault) assert.equal(`RemoteFault ${error.kind} ${error.step}`, expected, error.message)
      else throw error
      return true
    })
  })
}

test('nobody listens', async () => {
  const remote = await RemoteMx.start('')
  const { port } = remote
  await remote[Symbol.asyncDispose]()
  await assert.rejects(openSession(options({ port })), (error) => error instanceof RemoteFault && error.kind === 'unreachable' && error.step === 'connect')
})

test('from the address that it shall come from', async () => {
  await using remote = await RemoteMx.start(plain)
  const session = await openSession(options(remote, { localIp: '127.9.8.7' }))
  assert.equal(session.connection.localIp, '127.9.8.7')
  session.connection.close()
})

test('what another server says cannot play tricks on a terminal', async () => {
  await using remote = await RemoteMx.start('S: 554 \u001b[31mred\u202e\u0007')
  await assert.rejects(openSession(options(remote)), (error) => error instanceof RemoteRefusal && /^554 [ -~]*$/.test(error.message))
})

test('no line end gets into a command', async () => {
  await using remote = await RemoteMx.start(plain)
  const connection = await Connection.open(options(remote), short)
  assert.throws(() => connection.send('MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>'), RangeError)
  connection.close()
})

test('TLS: opportunistic takes any certificate, required the right one, and what came before the handshake is forgotten', async () => {
  const offered = 'S: 220 x\nC: EHLO *\nS: 250-x\nS: 250-STARTTLS\nS: 250 SMTPUTF8\nC: STARTTLS\nS: 220 go'
  await using remote = await RemoteMx.start(`${offered}\nT:\nC: EHLO *\nS: 250-x\nS: 250 REQUIRETLS`)
  const session = await openSession(options(remote))
  assert.match(session.tls ?? '', /^TLSv1\.3 TLS_/)
  assert.deepEqual([session.extensions.requireTls, session.extensions.smtpUtf8], [true, false])
  session.connection.close()
  const refuse = (): string => 'not the one that I know'
  await assert.rejects(openSession(options(remote, { tls: { use: 'required', serverName: 'mx.b.example', refuse } })), /not the one that I know/)
  const none = await openSession(options(remote, { tls: { use: 'none' } }))
  assert.equal(none.tls, undefined)
  none.connection.close()
  await using bare = await RemoteMx.start(plain)
  await assert.rejects(openSession(options(bare, { tls: { use: 'required', serverName: 'x', refuse: () => undefined } })), /TLS is required/)
  await using tricky = await RemoteMx.start('S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS> 220 go\r\n550 injected\r\n')
  await assert.rejects(openSession(options(tricky)), RemoteFault)
})

test('our own server takes it, over TLS, with 300 recipients', async (t) => {
  const server = await startSmtp(t)
  const session = await openSession(options(server, { timeouts }))
  assert.ok(session.tls)
  const many = Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? 'no@a.example' : 'ann@a.example'))
  const results = await transact(session, envelope(many), text('Subject: x\r\n\r\n', '.\r\n..\r\n', 'x'.repeat(900), '\r\n'.repeat(2)))
  await closeSession(session)
  const counts = new Map<string, number>()
  for (const { result } of results) counts.set(result, (counts.get(result) ?? 0) + 1)
  assert.equal(results.length, 300)
  assert.ok((counts.get('accepted') ?? 0) > 0)
  assert.equal(String(server.kept[0]?.octets).slice(0, 30), 'Subject: x\r\n\r\n.\r\n..\r\nxxxxxxxxx')
})

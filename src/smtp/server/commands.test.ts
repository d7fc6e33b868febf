import assert from 'node:assert/strict'
import test from 'node:test'
import { hello, startSmtp } from '../../../test/harness/smtp.ts'
import { transferExtensions } from './extensions.ts'
import { parseCommand } from './grammar.ts'

/** Each line on its own connection, after EHLO: command, reply, counted as bad or not. */
const commands: readonly [command: string, reply: string, bad?: 'bad'][] = [
  ['NOOP', '250 2.0.0 *'],
  ['noop', '250 2.0.0 *'],
  ['NOOP and some words', '250 2.0.0 *'],
  ['NOOP ', '250 2.0.0 *'],
  ['RSET', '250 2.0.0 *'],
  ['RSET now', '501 5.5.4 *', 'bad'],
  ['HELP', '214 2.0.0 *'],
  ['HELP MAIL', '214 2.0.0 *'],
  ['VRFY ann', '252 2.*'],
  ['VRFY', '501 5.5.4 *', 'bad'],
  ['EXPN list', '502 5.5.1 *', 'bad'],
  ['ETRN a.example', '502 5.5.1 *', 'bad'],
  ['TURN', '502 5.5.1 *', 'bad'],
  ['SEND FROM:<a@b.example>', '502 5.5.1 *', 'bad'],
  ['SOML FROM:<a@b.example>', '502 5.5.1 *', 'bad'],
  ['SAML FROM:<a@b.example>', '502 5.5.1 *', 'bad'],
  ['AUTH PLAIN AGFubgBz', '502 5.5.1 *', 'bad'],
  ['XYZZY', '500 5.5.1 *', 'bad'],
  ['', '500 5.5.1 *', 'bad'],
  [' NOOP', '500 5.5.1 *', 'bad'],
  ['MAILFROM:<a@b.example>', '500 5.5.1 *', 'bad'],
  ['QUIT', '221 2.0.0 *'],
  ['QUIT now', '501 5.5.4 *', 'bad'],
  ['EHLO', '501 5.5.4 *', 'bad'],
  ['HELO', '501 5.5.4 *', 'bad'],
  ['HELO under_score', '250 *'],
  ['HELO [IPv6:2001:db8::1]', '250 *'],
  ['HELO [1.2.3]', '501 5.5.4 *', 'bad'],
  ['HELO a b', '501 5.5.4 *', 'bad'],
  ['HELO (comment)', '501 5.5.4 *', 'bad'],
  [`HELO ${'a'.repeat(256)}`, '501 5.5.4 *', 'bad'],
  ['HELO bücher.example', '500 5.5.2 *', 'bad'],
  ['RCPT TO:<ann@a.example>', '503 5.5.1 *', 'bad'],
  ['DATA', '503 5.5.1 *', 'bad'],
  ['GET / HTTP/1.1', '421 4.7.0 *'],
  ['POST /send HTTP/1.1', '421 4.7.0 *'],
  ['STARTTLS now', '501 5.5.4 *', 'bad'],
  ['MAIL', '501 5.5.4 *', 'bad'],
  ['MAIL TO:<a@b.example>', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:', '501 5.1.7 *', 'bad'],
  ['MAIL FROM:a@b.example', '501 5.1.7 *', 'bad'],
  ['MAIL FROM:<a>', '501 5.1.7 *', 'bad'],
  ['MAIL FROM:<a@b@c.example>', '501 5.1.7 *', 'bad'],
  ['MAIL FROM:<a@b.example', '501 5.1.7 *', 'bad'],
  ['MAIL FROM:<postmaster>', '501 5.1.7 *', 'bad'],
  [`MAIL FROM:<${'a'.repeat(65)}@b.example>`, '501 5.1.7 *', 'bad'],
  ['MAIL FROM:<a@b.example>x', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SIZE', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SIZE=', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SIZE=1e3', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SIZE=-1', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SIZE=1 SIZE=2', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SIZE=1000001', '552 5.3.4 *'],
  ['MAIL FROM:<a@b.example> SIZE=99999999999999999999', '552 5.3.4 *'],
  ['MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=1000', '250 2.1.0 *'],
  ['MAIL FROM:<a@b.example> body=7bit', '250 2.1.0 *'],
  ['MAIL FROM:<a@b.example> BODY=BINARYMIME', '555 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> BODY=7BIT BODY=7BIT', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> RET=FULL ENVID=QQ314159', '250 2.1.0 *'],
  ['MAIL FROM:<a@b.example> RET=SOME', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> RET=HDRS RET=HDRS', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> REQUIRETLS', '555 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> HOLDFOR=60', '555 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> AUTH=<>', '555 5.5.4 *', 'bad'],
  ['MAIL FROM:<a@b.example> SMTPUTF8', '250 2.1.0 *'],
  ['MAIL FROM:<a@b.example> SMTPUTF8=yes', '501 5.5.4 *', 'bad'],
  ['MAIL FROM:<bücher@b.example> SMTPUTF8', '250 2.1.0 *'],
  ['MAIL FROM:<a@bücher.example> SMTPUTF8', '250 2.1.0 *'],
  ['MAIL FROM:<bücher@b.example>', '553 5.6.7 *', 'bad'],
  ['MAIL FROM:<a@bücher.example>', '553 5.6.7 *', 'bad'],
  ['MAIL FROM:<a@xn--bcher-kva.example>', '250 2.1.0 *'],
  ['MAIL FROM: <a@b.example>', '250 2.1.0 *'],
  ['mail from:<a@b.example>', '250 2.1.0 *'],
  ['MAIL FROM:<@relay.example,@other.example:a@b.example>', '250 2.1.0 *'],
  ['MAIL FROM:<"a b"@b.example>', '250 2.1.0 *'],
  ['MAIL FROM:<"a>b"@b.example> SIZE=5', '250 2.1.0 *'],
  ['MAIL FROM:<a@[192.0.2.1]>', '250 2.1.0 *'],
  ['MAIL FROM:<bad@b.example>', '550 5.1.8 *'],
  [`NOOP ${'a'.repeat(2041)}`, '250 2.0.0 *'],
  [`NOOP ${'a'.repeat(2042)}`, '500 5.5.2 *', 'bad'],
  [`NOOP ${'a'.repeat(100_000)}`, '500 5.5.2 *', 'bad'],
]

test('commands, good and bad, each alone', async (t) => {
  const server = await startSmtp(t)
  for (const [command, reply, bad] of commands) {
    const before = server.badCommands
    const client = await server.connect()
    await client.play(`${hello}\nC: ${command}\nS: ${reply}`)
    assert.equal(server.badCommands - before, bad === 'bad' ? 1 : 0, `counted: ${command.slice(0, 60)}`)
    client.close()
  }
})

const recipients: readonly [command: string, reply: string][] = [
  ['RCPT TO:<ann@a.example>', '250 2.1.5 *'],
  ['rcpt to: <ann@a.example>', '250 2.1.5 *'],
  ['RCPT TO:<postmaster>', '250 2.1.5 *'],
  ['RCPT TO:<no@a.example>', '550 5.1.1 *'],
  ['RCPT TO:<wait@a.example>', '450 4.7.1 *'],
  ['RCPT TO:<>', '501 5.1.3 *'],
  ['RCPT TO:<ann>', '501 5.1.3 *'],
  ['RCPT TO:ann@a.example', '501 5.1.3 *'],
  ['RCPT FROM:<ann@a.example>', '501 5.5.4 *'],
  ['RCPT', '501 5.5.4 *'],
  ['RCPT TO:<ann@a.example> NOTIFY=NEVER', '250 2.1.5 *'],
  ['RCPT TO:<ann@a.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Ann+2Bx@a.example', '250 2.1.5 *'],
  ['RCPT TO:<ann@a.example> NOTIFY=NEVER,SUCCESS', '501 5.5.4 *'],
  ['RCPT TO:<ann@a.example>NOTIFY=NEVER', '501 5.5.4 *'],
  ['RCPT TO:<bücher@a.example>', '553 5.6.7 *'],
  ['MAIL FROM:<>', '503 5.5.1 *'],
  ['DATA', '503 5.5.1 *'],
  ['STARTTLS', '503 5.5.1 *'],
  ['NOOP', '250 2.0.0 *'],
  ['VRFY ann', '252 2.*'],
]

test('RCPT and others, each alone, after MAIL', async (t) => {
  const server = await startSmtp(t)
  for (const [command, reply] of recipients) {
    const client = await server.connect()
    await client.play(`${hello}\nC: MAIL FROM:<>\nS: 250 *\nC: ${command}\nS: ${reply}`)
    client.close()
  }
})

test('order: nothing before EHLO; RSET and EHLO forget the transaction', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    S: 220 *
    C: MAIL FROM:<>
    S: 503 5.5.1 *
    C: RCPT TO:<ann@a.example>
    S: 503 5.5.1 *
    C: DATA
    S: 503 5.5.1 *
    C: STARTTLS
    S: 503 5.5.1 *
    C: NOOP
    S: 250 *
    C: EHLO x
    S: ...
    S: 250 HELP
    C: MAIL FROM:<>
    S: 250 *
    C: RSET
    S: 250 *
    C: RCPT TO:<ann@a.example>
    S: 503 5.5.1 *
    C: MAIL FROM:<>
    S: 250 *
    C: RCPT TO:<ann@a.example>
    S: 250 *
    C: EHLO x
    S: ...
    S: 250 HELP
    C: DATA
    S: 503 5.5.1 *
    C: MAIL FROM:<bad@b.example>
    S: 550 5.1.8 *
    C: MAIL FROM:<good@b.example>
    S: 250 *
  `)
})

test('bare CR and LF in commands: refused, and what hides behind them is no command', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${hello}
    C> NOOP\\nMAIL FROM:<a@b.example>\\r\\n
    S: 500 5.5.2 *
    S: 500 5.5.2 *
    C> NO\\rOP\\r\\n
    S: 500 5.5.2 *
    C> NOOP\\r\\r\\n
    S: 500 5.5.2 *
    C> NO\\0OP\\r\\n
    S: 500 5.5.2 *
    C> NO\\tOP\\r\\n
    S: 500 5.5.2 *
    C> NO\\xffOP\\r\\n
    S: 500 5.5.2 *
    C: RCPT TO:<ann@a.example>
    S: 503 *
  `)
})

test('too many bad commands: 421, and nothing after it', async (t) => {
  const server = await startSmtp(t, { badCommandsAllowed: 2 })
  await server.play(`
    S: 220 *
    C: X
    C: Y
    C: Z
    C: NOOP
    S: 500 *
    S: 500 *
    S: 421 4.7.0 *
    S: <closed>
  `)
})

test('a size past all numbers is one too large for us, and a number still', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${hello}
    C: MAIL FROM:<> SIZE=99999999999999999999
    S: 552 5.3.4 *
  `)
  const command = parseCommand(Buffer.from('MAIL FROM:<> SIZE=99999999999999999999'), { utf8: false, extensions: transferExtensions })
  assert.ok(command.verb === 'MAIL' && Number.isSafeInteger(command.parameters.sizeBytes))
})

test('commands that bring nothing forward count as bad after a while', async (t) => {
  const server = await startSmtp(t, { limits: { idleCommands: 3 }, badCommandsAllowed: 0 })
  await server.play('S: 220 *\nC: NOOP\nC: NOOP\nC: RSET\nC: NOOP\nS: 250 *\nS: 250 *\nS: 250 *\nS: 421 *\nS: <closed>')
})

test('recipients and transactions past their limits', async (t) => {
  const server = await startSmtp(t, { limits: { recipients: 2, transactions: 1 } })
  await server.play(`
    ${hello}
    C: MAIL FROM:<>
    C: RCPT TO:<ann@a.example>
    C: RCPT TO:<bob@a.example>
    C: RCPT TO:<cat@a.example>
    C: RCPT TO:<postmaster>
    S: 250 *
    S: 250 *
    S: 250 *
    S: 452 4.5.3 *
    S: 452 4.5.3 *
    C: RSET
    S: 250 *
    C: MAIL FROM:<>
    S: 421 4.5.3 *
    S: <closed>
  `)
  const reply = 'connection-limits 452 4.5.3 Too many recipients'
  assert.deepEqual(server.noted, [`cat@a.example ${reply}`, `postmaster ${reply}`])
})

test('what other servers’ senders wish to be told goes with the message (RFC 3461); over TLS, also that it must not go in the clear (RFC 8689)', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${hello}
    C: STARTTLS
    S: 220 *
    T:
    C: EHLO client.example
    S: ...
    S: 250-CHUNKING
    S: 250-DSN
    S: 250-REQUIRETLS
    S: 250-LIMITS *
    S: 250 HELP
    C: MAIL FROM:<sender@b.example> REQUIRETLS RET=HDRS ENVID=e+2B1
    C: RCPT TO:<ann@a.example> NOTIFY=SUCCESS ORCPT=rfc822;Ann@a.example
    C: RCPT TO:<bob@a.example>
    C: DATA
    S: 250 2.1.0 *
    S: 250 2.1.5 *
    S: 250 2.1.5 *
    S: 354 *
    C: Hello
    C: .
    S: 250 2.0.0 *
  `)
  const { wishes, recipients, submittedBy } = server.kept[0] ?? {}
  assert.deepEqual([wishes?.requireTls, wishes?.ret, wishes?.envelopeId, submittedBy], [true, 'hdrs', 'e+1', undefined])
  assert.deepEqual(
    recipients?.map(({ dsn }) => dsn),
    [{ notify: ['success'], originalRecipient: 'rfc822;Ann@a.example' }, undefined],
  )
})

test('where nobody elsewhere is told, wishes are not taken', async (t) => {
  const server = await startSmtp(t, { takesDsn: false })
  await server.play(`
    S: 220 *
    C: EHLO client.example
    S: 250-mx.a.example
    S: ...
    S: 250-CHUNKING
    S: 250-LIMITS *
    S: 250 HELP
    C: MAIL FROM:<a@b.example> RET=FULL
    S: 555 5.5.4 *
    C: MAIL FROM:<a@b.example>
    S: 250 *
    C: RCPT TO:<ann@a.example> NOTIFY=SUCCESS
    S: 555 5.5.4 *
  `)
})

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startSmtp } from '../../../test/harness/smtp.ts'
import { ContentFull } from '../../content/content.ts'
import { DatabaseUnavailable } from '../../database/database.ts'

const hello = `
  S: 220 mx.a.example ESMTP *
  C: EHLO client.example
  S: 250-mx.a.example
  S: ...
  S: 250 HELP
`
const toAnn = `
  ${hello}
  C: MAIL FROM:<sender@b.example>
  C: RCPT TO:<ann@a.example>
  S: 250 2.1.0 *
  S: 250 2.1.5 *
`
const atData = `
  ${toAnn}
  C: DATA
  S: 354 *
`

test('the dialogue of RFC 5321 appendix D, one by one', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    S: 220 mx.a.example ESMTP *
    C: EHLO bar.com
    S: 250-mx.a.example
    S: 250-PIPELINING
    S: 250-SIZE 1000000
    S: 250-STARTTLS
    S: 250-ENHANCEDSTATUSCODES
    S: 250-8BITMIME
    S: 250-SMTPUTF8
    S: 250-CHUNKING
    S: 250-LIMITS MAILMAX=10000 RCPTMAX=1000
    S: 250 HELP
    C: MAIL FROM:<Smith@bar.com>
    S: 250 2.1.0 *
    C: RCPT TO:<ann@a.example>
    S: 250 2.1.5 *
    C: RCPT TO:<no@a.example>
    S: 550 5.1.1 *
    C: RCPT TO:<bob@a.example>
    S: 250 2.1.5 *
    C: DATA
    S: 354 *
    C: Subject: x
    C:
    C: Blah blah blah...
    C: ..etc. etc. etc.
    C: .
    S: 250 2.0.0 Ok: queued as *
    C: QUIT
    S: 221 2.0.0 *
    S: <closed>
  `)
  const [message] = server.kept
  assert.equal(String(message?.octets), 'Subject: x\r\n\r\nBlah blah blah...\r\n.etc. etc. etc.\r\n')
  assert.equal(server.incoming[0]?.sizeBytes, message?.octets.length)
  assert.equal(String(server.incoming[0]?.headerSection), 'Subject: x\r\n')
  assert.deepEqual(message?.reversePath, { localPart: 'Smith', domain: 'bar.com' })
  assert.deepEqual(
    message?.recipients.map((each) => each.forwardPath.localPart),
    ['ann', 'bob'],
  )
  assert.equal(message?.client.protocol, 'ESMTP')
  // Two recipients: none of them is named.
  assert.match(
    message?.received ?? '',
    /^Received: from bar\.com \(\[127\.0\.0\.1\]\)\r\n\tby mx\.a\.example with ESMTP id [0-9A-Z]{16}; [A-Z][a-z]{2}, \d\d .* \+0000\r\n$/,
  )
  assert.equal(server.visits, 0)
})

test('HELO: one line, and mail goes the old way too', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    S: 220 *
    C: HELO [127.0.0.1]
    S: 250 mx.a.example
    C: MAIL FROM:<>
    S: 250 *
    C: RCPT TO:<Postmaster>
    S: 250 *
    C: DATA
    S: 354 *
    C: x
    C: .
    S: 250 *
  `)
  const [message] = server.kept
  assert.equal(message?.reversePath, null)
  assert.equal(message?.client.protocol, 'SMTP')
  assert.match(message?.received ?? '', /with SMTP id [0-9A-Z]+\r\n\tfor <postmaster@a\.example>; /)
})

test('everything pipelined in one segment, DATA and QUIT included (RFC 2920)', async (t) => {
  const server = await startSmtp(t)
  const client = await server.connect()
  await client.play('S: 220 *')
  client.write(
    'EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<no@a.example>\r\nRCPT TO:<ann@a.example>\r\nDATA\r\nA: b\r\n\r\n.\r\nMAIL FROM:<>\r\nRSET\r\nQUIT\r\n',
  )
  await client.play(`
    S: 250-mx.a.example
    S: ...
    S: 250 HELP
    S: 250 2.1.0 *
    S: 550 5.1.1 *
    S: 250 2.1.5 *
    S: 354 *
    S: 250 2.0.0 *
    S: 250 2.1.0 *
    S: 250 2.0.0 *
    S: 221 *
    S: <closed>
  `)
  assert.equal(String(server.kept[0]?.octets), 'A: b\r\n\r\n')
})

test('octet by octet', async (t) => {
  const server = await startSmtp(t)
  const client = await server.connect()
  await client.play('S: 220 *')
  for (const octet of 'EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ann@a.example>\r\nDATA\r\nA: b\r\n\r\n..c\r\n.d\r\n.\r\nQUIT\r\n') {
    client.write(octet)
    await new Promise(setImmediate)
  }
  await client.play('S: ...\nS: 354 *\nS: 250 *\nS: 221 *\nS: <closed>')
  assert.equal(String(server.kept[0]?.octets), 'A: b\r\n\r\n.c\r\nd\r\n')
})

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
  ['MAIL FROM:<a@b.example> RET=FULL', '555 5.5.4 *', 'bad'],
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
  ['RCPT TO:<ann@a.example> NOTIFY=NEVER', '555 5.5.4 *'],
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

test('SMTPUTF8: addresses come through, the Received field says so (RFC 6531 4.3)', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${hello}
    C: MAIL FROM:<bücher@bücher.example> SMTPUTF8
    S: 250 *
    C: RCPT TO:<änn@a.example>
    S: 250 *
    C> RCPT TO:<\\xff@a.example>\\r\\n
    S: 500 5.5.2 *
    C: DATA
    S: 354 *
    C: Subject: ü
    C: .
    S: 250 *
    C: MAIL FROM:<>
    S: 250 *
    C: RCPT TO:<änn@a.example>
    S: 553 5.6.7 *
  `)
  const [message] = server.kept
  assert.deepEqual(message?.reversePath, { localPart: 'bücher', domain: 'xn--bcher-kva.example' })
  assert.match(message?.received ?? '', /with UTF8SMTP id \w+\r\n\tfor <änn@a\.example>; /)
})

/** After DATA was accepted: the text with its end, the reply; every one of them must leave the session usable, and none smuggle. */
const texts: readonly [name: string, text: string, reply: string, kept?: string][] = [
  ['empty', '.\\r\\n', '250 *', ''],
  ['no header', '\\r\\nbody\\r\\n.\\r\\n', '250 *', '\r\nbody\r\n'],
  ['no body', 'A: b\\r\\n.\\r\\n', '250 *', 'A: b\r\n'],
  ['stuffed dots', '..\\r\\n...\\r\\n.a\\r\\n..b.\\r\\n.\\r\\n', '250 *', '.\r\n..\r\na\r\n.b.\r\n'],
  ['8-bit', 'A: \\xff\\xfe\\r\\n.\\r\\n', '250 *', 'A: \xff\xfe\r\n'],
  ['control characters', 'A: \\x01\\t\\x1b\\r\\n.\\r\\n', '250 *', 'A: \x01\t\x1b\r\n'],
  ['NUL', 'A: \\0\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['bare LF in a line', 'a\\nb\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['bare CR in a line', 'a\\rb\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR CR LF', 'a\\r\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['LF . LF is no end', 'a\\n.\\nMAIL FROM:<smuggled@b.example>\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['LF . CR LF is no end', 'a\\n.\\r\\nMAIL FROM:<smuggled@b.example>\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR . CR is no end', 'a\\r.\\rMAIL FROM:<smuggled@b.example>\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR . CR LF is no end', 'a\\r.\\r\\nMAIL FROM:<smuggled@b.example>\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR LF . LF is no end', 'a\\r\\n.\\nMAIL FROM:<smuggled@b.example>\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR LF . CR is no end', 'a\\r\\n.\\rMAIL FROM:<smuggled@b.example>\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['LF CR LF . CR LF after LF', 'a\\n\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR LF . CR CR LF', 'a\\r\\n.\\r\\r\\n.\\r\\n', '550 5.6.0 *'],
  ['CR LF NUL . CR LF', 'a\\r\\n\\0.\\r\\n.\\r\\n', '550 5.6.0 *'],
]

test('texts, and every known way to smuggle a second message in', async (t) => {
  const server = await startSmtp(t)
  for (const [name, text, reply, kept] of texts) {
    const client = await server.connect()
    await client.play(`${atData}\nC> ${text}\nS: ${reply}\nC: NOOP\nS: 250 2.0.0 Ok\nC: RCPT TO:<ann@a.example>\nS: 503 *`)
    client.close()
    const message = server.kept.pop()
    assert.equal(message?.octets.toString('latin1'), kept, name)
    assert.equal(server.kept.length, 0, name)
  }
  const refused = texts.filter(([, , reply]) => reply.startsWith('550')).length
  assert.equal(server.noted.length, refused, 'each refusal is noted for the journal')
  assert.match(server.noted[0] ?? '', /^ann@a\.example message-form 550 5\.6\.0 /)
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

test('BDAT: in chunks, with none at the end, with the whole pipelined (RFC 3030)', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${toAnn}
    C> BDAT 7\\r\\nA: b\\r\\n.BDAT 3\\r\\n\\r\\n.
    S: 250 2.0.0 7 octets received
    S: 250 2.0.0 3 octets received
    C: NOOP
    S: 250 *
    C: DATA
    S: 503 5.5.1 *
    C: RCPT TO:<bob@a.example>
    S: 503 5.5.1 *
    C: MAIL FROM:<>
    S: 503 5.5.1 *
    C: BDAT 0
    S: 250 *
    C: BDAT 0 LAST
    S: 250 2.0.0 Ok: queued as *
    C> MAIL FROM:<>\\r\\nRCPT TO:<ann@a.example>\\r\\nBDAT 8 last\\r\\n\\r\\nQUIT\\r\\nQUIT\\r\\n
    S: 250 2.1.0 *
    S: 250 2.1.5 *
    S: 250 2.0.0 Ok: queued as *
    S: 221 *
    S: <closed>
  `)
  assert.deepEqual(
    server.kept.map((message) => String(message.octets)),
    ['A: b\r\n.\r\n.', '\r\nQUIT\r\n'],
  )
})

test('BDAT refused: the octets announced are read over all the same', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${hello}
    C> BDAT 6\\r\\nQUIT\\r\\nNOOP\\r\\n
    S: 503 5.5.1 *
    S: 250 2.0.0 *
    C> MAIL FROM:<>\\r\\nBDAT 6 LAST\\r\\nQUIT\\r\\nNOOP\\r\\n
    S: 250 2.1.0 *
    S: 503 5.5.1 *
    S: 250 2.0.0 *
    C> RCPT TO:<ann@a.example>\\r\\nBDAT 8\\r\\na\\nQUIT\\r\\nBDAT 6 LAST\\r\\nQUIT\\r\\nNOOP\\r\\n
    S: 250 2.1.5 *
    S: 550 5.6.0 *
    S: 503 5.5.1 *
    S: 250 2.0.0 *
    C: BDAT
    S: 501 5.5.4 *
    C: BDAT x LAST
    S: 501 5.5.4 *
    C: BDAT 5 LAST more
    S: 501 5.5.4 *
    C: BDAT 123456789012345678901
    S: 501 5.5.4 *
    C: BDAT 99999999999999999999 LAST
    S: 552 5.3.4 *
    S: <closed>
  `)
  assert.equal(server.kept.length, 0)
})

test('BDAT: RSET in between forgets the chunks; a CR at the very end is bare', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${toAnn}
    C> BDAT 3\\r\\nold
    S: 250 *
    C: RSET
    S: 250 *
    C: MAIL FROM:<>
    S: 250 *
    C: RCPT TO:<ann@a.example>
    S: 250 *
    C> BDAT 3 LAST\\r\\nnew
    S: 250 *
    C> MAIL FROM:<>\\r\\nRCPT TO:<ann@a.example>\\r\\nBDAT 2 LAST\\r\\na\\r
    S: 250 *
    S: 250 *
    S: 550 5.6.0 *
  `)
  assert.deepEqual(
    server.kept.map((message) => String(message.octets)),
    ['new'],
  )
})

test('STARTTLS: what came before it is forgotten, the greeting goes on encrypted', async (t) => {
  const server = await startSmtp(t)
  await server.play(`
    ${hello}
    C> STARTTLS\\r\\nEHLO injected.example\\r\\nMAIL FROM:<injected@b.example>\\r\\nRCPT
    S: 220 2.0.0 *
    T:
    C: MAIL FROM:<a@b.example>
    S: 503 5.5.1 *
    C: STARTTLS
    S: 503 5.5.1 *
    C: EHLO client.example
    S: 250-mx.a.example
    S: 250-PIPELINING
    S: 250-SIZE 1000000
    S: 250-ENHANCEDSTATUSCODES
    S: ...
    S: 250 HELP
    C: STARTTLS
    S: 503 5.5.1 *
    C: MAIL FROM:<a@b.example>
    C: RCPT TO:<ann@a.example>
    C: DATA
    S: 250 *
    S: 250 *
    S: 354 *
    C: A: b
    C: .
    S: 250 2.0.0 *
    C: QUIT
    S: 221 *
    S: <closed>
  `)
  const [message] = server.kept
  assert.equal(server.kept.length, 1)
  assert.equal(message?.client.protocol, 'ESMTPS')
  assert.equal(message?.client.helo, 'client.example')
  assert.match(message?.received ?? '', /with ESMTPS id \w+\r\n\tfor <ann@a\.example>\r\n\ttls TLS_AES_256_GCM_SHA384 \(TLSv1\.3\); /)
})

test('STARTTLS where there is no certificate', async (t) => {
  const server = await startSmtp(t, { tls: false })
  const client = await server.connect()
  await client.play(`${hello}\nC: STARTTLS\nS: 502 5.5.1 *`)
  assert.ok(!client.transcript.includes('250-STARTTLS'))
})

test('early talkers are refused, however little they say; the patient are greeted', async (t) => {
  const server = await startSmtp(t, { greetingDelayMs: 150 })
  const eager = await server.connect()
  await eager.play('C> E\nS: 554 5.5.0 *\nS: <closed>')
  const started = performance.now()
  const patient = await server.connect()
  await patient.play('S: 220 *')
  assert.ok(performance.now() - started >= 145)
  assert.equal(server.earlyTalkers, 1)
  patient.close()
  await pause(20)
  assert.equal(server.visits, 0)
})

test('who leaves during the delay is let go', async (t) => {
  const server = await startSmtp(t, { greetingDelayMs: 10_000 })
  const client = await server.connect()
  await pause(20)
  assert.equal(server.visits, 1)
  client.close()
  await pause(50)
  assert.equal(server.visits, 0)
})

test('refused at connect', async (t) => {
  const server = await startSmtp(t, {
    atConnect: { action: 'reject', because: 'connection-limits', reply: { code: 421, enhanced: '4.7.0', text: 'Too many' } },
  })
  await server.play('S: 421 4.7.0 Too many\nS: <closed>')
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

test('size: refused when it is known, read to its end without keeping it, cut off past patience', async (t) => {
  const server = await startSmtp(t, { maxMessageBytes: 100_000, limits: { swallowedOctets: 300_000 } })
  const line = `${'a'.repeat(98)}\\r\\n`
  const client = await server.connect()
  await client.play(`${atData}\nC> ${line.repeat(1000)}.\\r\\n\nS: 250 *`)
  await client.play(
    `C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *\nC> ${line.repeat(1001)}.\\r\\nNOOP\\r\\n\nS: 552 5.3.4 *\nS: 250 2.0.0 Ok`,
  )
  await client.play(
    `C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: BDAT 200000\nS: 250 *\nS: 250 *\nC> ${line.repeat(2000)}\nS: 552 5.3.4 *\nC: NOOP\nS: 250 *`,
  )
  await client.play(`C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *\nC> ${line.repeat(6000)}\nS: 552 5.3.4 *\nS: <closed>`)
  assert.equal(server.kept.length, 1)
  assert.equal(server.noted.length, 3)
})

test('past 256 kB a spool file, never left behind', async (t) => {
  const server = await startSmtp(t, { maxMessageBytes: 10_000_000 })
  const client = await server.connect()
  const body = `${'b'.repeat(60)}\r\n..\r\n`
  const text = `Subject: large\r\n\r\n${body.repeat(60_000)}`
  await client.play(atData)
  client.write(text)
  client.write('.\r\n')
  await client.play('S: 250 *')
  const [message] = server.kept
  assert.equal(message?.spooled, true)
  assert.ok(message?.octets.equals(Buffer.from(text.replaceAll('\r\n..', '\r\n.'))))
  assert.equal(server.incoming[0]?.sizeBytes, message?.octets.length)
  assert.equal(String(server.incoming[0]?.headerSection), 'Subject: large\r\n')
  await client.play('C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *')
  client.write(text)
  await pause(100)
  client.close()
  await pause(100)
  assert.deepEqual(await readdir(server.spoolFolder), [])
  assert.equal(server.kept.length, 1)
})

test('a header section in many pieces is handed on whole; past its limit it is refused', async (t) => {
  const server = await startSmtp(t, { maxMessageBytes: 10_000_000 })
  const client = await server.connect()
  await client.play(atData)
  const header = `X: ${'h'.repeat(995)}\r\n`.repeat(900)
  client.write(`${header}\r\nbody\r\n.\r\n`)
  await client.play('S: 250 *')
  assert.equal(server.incoming[0]?.headerSection.length, header.length)
  assert.ok(Buffer.from(server.incoming[0]?.headerSection ?? []).equals(Buffer.from(header)))
  await client.play('C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *')
  client.write(`${header}${header}\r\nbody\r\n.\r\n`)
  await client.play('S: 552 5.3.4 *\nC: NOOP\nS: 250 *')
})

test('a spool that cannot be written: 451, and the server goes on', async (t) => {
  const server = await startSmtp(t)
  const client = await server.connect()
  await client.play(atData)
  const { rm, mkdir } = await import('node:fs/promises')
  await rm(server.spoolFolder, { recursive: true })
  client.write(`${'a'.repeat(70)}\r\n`.repeat(8_000))
  await client.play('C: .\nS: 451 4.3.0 *')
  await mkdir(server.spoolFolder)
  await client.play('C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *\nC: x\nC: .\nS: 250 *')
  assert.equal(server.errors[0]?.['event'], 'message could not be spooled')
})

test('policy after DATA: its reply; discard says 250 and keeps nothing', async (t) => {
  let action: 'reject' | 'discard' = 'reject'
  const server = await startSmtp(t, {
    policy: {
      atData: async () => ({
        verdict:
          action === 'discard'
            ? { action, because: 'lists' as const }
            : { action, because: 'loop' as const, reply: { code: 554, enhanced: '5.4.6', text: 'Too many hops' } },
        checks: [],
      }),
    },
  })
  const client = await server.connect()
  await client.play(`${atData}\nC: x\nC: .\nS: 554 5.4.6 *`)
  action = 'discard'
  await client.play('C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: 250 *\nS: 250 *\nS: 354 *\nC: x\nC: .\nS: 250 2.0.0 Ok: queued as *')
  assert.equal(server.kept.length, 0)
})

for (const [fault, reply] of [
  [new ContentFull('no room'), '452 4.3.1 *'],
  [new DatabaseUnavailable('full', { full: true }), '452 4.3.1 *'],
  [new DatabaseUnavailable('gone'), '451 4.3.0 *'],
  [new TypeError('a defect'), '451 4.3.0 *'],
] as const) {
  test(`a fault of our own (${fault.name}: ${fault.message}) costs a retry, and nobody else`, async (t) => {
    const server = await startSmtp(t, { commit: () => Promise.reject(fault) })
    const client = await server.connect()
    const other = await server.connect()
    await client.play(`${atData}\nC: x\nC: .\nS: ${reply}\nC: NOOP\nS: 250 *\nC: DATA\nS: 503 *`)
    await other.play(`${hello}\nC: QUIT\nS: 221 *`)
    assert.match(String(server.errors[0]?.['queueId']), /^[0-9A-Z]{16}$/)
    assert.equal(server.errors[0]?.['err'], fault)
    assert.match(server.noted.join('\n'), new RegExp(`^ann@a\\.example storage ${reply.replace('*', '[^\\n]*')}$`), 'once, for the journal')
  })
}

test('slow senders are cut off: per command, not per read', async (t) => {
  const server = await startSmtp(t, { limits: { commandMs: 400, lineMs: 200, dataMs: 300, dataRate: 1000 } })
  const silentOne = await server.connect()
  await silentOne.play(`${hello}\nS: 421 4.4.2 *\nS: <closed>`)
  const drip = async (client: Awaited<ReturnType<typeof server.connect>>) => {
    const timer = setInterval(() => client.write('a'), 30)
    const started = performance.now()
    await client.play('S: 421 4.4.2 *\nS: <closed>')
    clearInterval(timer)
    return performance.now() - started
  }
  const command = await server.connect()
  await command.play(hello)
  assert.ok((await drip(command)) < 1_000)
  const text = await server.connect()
  await text.play(atData)
  assert.ok((await drip(text)) < 1_500)
  await pause(20)
  assert.equal(server.visits, 0)
})

test('a text that comes faster than the least rate is not cut off', async (t) => {
  const server = await startSmtp(t, { limits: { dataMs: 200, dataRate: 1000 } })
  const client = await server.connect()
  await client.play(atData)
  for (let i = 0; i < 12; i++) {
    client.write(`${'a'.repeat(98)}\r\n`.repeat(2))
    await pause(50)
  }
  await client.play('C: .\nS: 250 *')
})

test('shutdown: the idle go at once, a transaction is finished first', async (t) => {
  const server = await startSmtp(t)
  const idle = await server.connect()
  await idle.play(hello)
  const busy = await server.connect()
  await busy.play(atData)
  const closed = server.listener.close(5_000)
  await idle.play('S: 421 4.3.2 *\nS: <closed>')
  await busy.play('C: x\nC: .\nC: NOOP\nS: 250 2.0.0 Ok: queued *\nS: 421 4.3.2 *\nS: <closed>')
  await closed
  assert.equal(server.kept.length, 1)
})

test('PROXY: the client is the one that the balancer names', async (t) => {
  const server = await startSmtp(t, { listen: { proxyFrom: ['127.0.0.1/32'] } })
  const client = await server.connect()
  await client.play(`C: PROXY TCP4 192.0.2.9 127.0.0.1 4660 25\n${atData}\nC: x\nC: .\nS: 250 *`)
  assert.equal(server.kept[0]?.client.ip, '192.0.2.9')
  assert.match(server.kept[0]?.received ?? '', /from client\.example \(\[192\.0\.2\.9\]\)/)
  const early = await server.connect()
  await early.play('C> PROXY TCP4 192.0.2.9 127.0.0.1 4660 25\\r\\nEHLO x\\r\\n\nS: 554 5.5.0 *\nS: <closed>')
})

test('a client that half-closes after its last command gets all its answers', async (t) => {
  const server = await startSmtp(t)
  const client = await server.connect()
  await client.play('S: 220 *')
  client.write('EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<ann@a.example>\r\nDATA\r\nx\r\n.\r\n')
  client.endWriting()
  await client.play('S: ...\nS: 354 *\nS: 250 2.0.0 Ok: queued *\nS: <closed>')
  assert.equal(server.kept.length, 1)
})

test('100,000 stuffed dots cost next to nothing', async (t) => {
  const server = await startSmtp(t)
  const client = await server.connect()
  await client.play(atData)
  const started = performance.now()
  client.write('..\r\n'.repeat(100_000))
  await client.play('C: .\nS: 250 *')
  const took = performance.now() - started
  assert.equal(server.kept[0]?.octets.length, 300_000)
  // Haraka and smtp-server take 300 ms; we about 5. The slack is for busy machines.
  assert.ok(took < 200, `${took} ms`)
})

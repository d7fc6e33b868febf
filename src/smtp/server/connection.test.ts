import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { atData, hello, startSmtp } from '../../../test/harness/smtp.ts'

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
    S: 250-DSN
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

test('where nobody waits for the greeting, nobody is early, however long we take', async (t) => {
  const server = await startSmtp(t, { decidingMs: 50 })
  const client = await server.connect()
  await client.play('C: EHLO x\nS: 220 *\nS: ...\nS: 250 *')
  assert.equal(server.earlyTalkers, 0)
})

test('PROXY: the client is the one that the balancer names', async (t) => {
  const server = await startSmtp(t, { greetingDelayMs: 20, listen: { proxyFrom: ['127.0.0.1/32'] } })
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

test('commands that lead to no message hold a connection for a time, not for ever', { timeout: 10_000 }, async (t) => {
  const server = await startSmtp(t, { limits: { fruitlessMs: 500 } })
  for (const slowly of ['C: RCPT TO:<ann@a.example>\nS: 250 *', 'C> BDAT 1\\r\\na\nS: 250 *']) {
    const client = await server.connect()
    await client.play('S: 220 *\nC: HELO x\nC: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nS: ...\nS: 250 2.1.5 *')
    await assert.rejects(async () => {
      for (;;) {
        await client.play(slowly)
        await pause(150)
      }
    }, /421 4\.4\.2/)
  }
  const busy = await server.connect()
  await busy.play(hello)
  for (let i = 0; i < 6; i++) {
    await busy.play('C: MAIL FROM:<>\nC: RCPT TO:<ann@a.example>\nC: DATA\nS: ...\nS: 354 *\nC: x\nC: .\nS: 250 *')
    await pause(150)
  }
})

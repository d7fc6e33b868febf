import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateRawSync } from 'node:zlib'
import { startImap } from '../../../test/harness/imap.ts'

const begin = `
  C: z COMPRESS DEFLATE
  S: z OK DEFLATE active
  Z:
`

for (const tls of [false, true]) {
  test(`COMPRESS=DEFLATE ${tls ? 'under TLS' : 'in the clear'}: commands, literals, long answers, IDLE (RFC 4978)`, async (t) => {
    const server = await startImap(t)
    const client = await server.connect()
    if (tls) await client.play('C: s STARTTLS\nS: s OK *\nT:')
    const body = Array.from({ length: 3000 }, (_, line) => createHash('sha256').update(String(line)).digest('base64')).join('\r\n')
    const message = `Subject: long\r\n\r\n${body}\r\n`
    await client.play(`
      C: l LOGIN ann secret
      S: l OK [CAPABILITY * COMPRESS=DEFLATE *
      C: x COMPRESS LZ4
      S: x NO [CANNOT] no such mechanism
      C: y COMPRESS
      S: y BAD *
      C: n NOOP
      C: z COMPRESS DEFLATE
      S: n OK *
      S: z OK DEFLATE active
      Z:
      C: a CAPABILITY
      S: * CAPABILITY *
      S: a OK *
      C: b COMPRESS DEFLATE
      S: b NO [COMPRESSIONACTIVE] DEFLATE is active already
      C: c APPEND INBOX {${message.length}}
      S: + *
    `)
    assert.doesNotMatch(client.transcript.split('Z:')[1] ?? '', /COMPRESS=DEFLATE/)
    client.write(`${message}\r\n`)
    await client.play(`S: c OK *\nC: d SELECT INBOX\nS: ...\nS: d OK *\nC: e FETCH 1 (UID BODY.PEEK[])\nS: * 1 FETCH (UID 1 BODY[] {${message.length}}`)
    const lines: (string | undefined)[] = []
    for (let line = 0; line < 3002; line += 1) lines.push(await client.line())
    assert.equal(`${lines.join('\r\n')}\r\n`, message)
    await client.play('S: )\nS: e OK *\nC: f IDLE\nS: + idling')
    const other = await server.as('ann')
    await other.play('C: a APPEND INBOX {2+}\nC: hi\nS: a OK *')
    await client.play('S: * 2 EXISTS\nS: ...\nC: DONE\nS: f OK *\nC: g LOGOUT\nS: * BYE *\nS: g OK *\nS: <closed>')
    assert.deepEqual(server.errors, [])
  })
}

test('COMPRESS is for who has signed in; what comes with the command is compressed already', async (t) => {
  const server = await startImap(t)
  const client = await server.connect()
  await client.play('C: a COMPRESS DEFLATE\nS: a BAD *\nC: b LOGIN ann secret\nS: b OK *')
  const compressed = deflateRawSync('c NOOP\r\nd LOGOUT\r\n', { finishFlush: 2 })
  client.write(Buffer.concat([Buffer.from('a COMPRESS DEFLATE\r\n'), compressed]))
  await client.play('S: a OK DEFLATE active\nZ:')
  await client.play('S: c OK *\nS: * BYE *\nS: d OK *\nS: <closed>')
})

for (const [name, octets] of [
  ['what is not compressed', Buffer.from('\xff\xff\xff\xff not compressed\r\n', 'latin1')],
  ['four megabytes of commands in some kilobytes', deflateRawSync(Buffer.from('x NOOP\r\n'.repeat(500_000)))],
  ['a line without end', deflateRawSync(Buffer.alloc(50_000_000, 'a'))],
] as const) {
  test(`${name} ends the connection`, async (t) => {
    const server = await startImap(t)
    const client = await server.as('ann')
    await client.play('C: z COMPRESS DEFLATE\nS: z OK *')
    await client.play('Z:')
    client.writeAsItIs(octets)
    let answers = 0
    while ((await client.line()) !== undefined) answers += 1
    assert.ok(answers < 100_000, `${answers} answers`)
    assert.deepEqual(server.errors, [])
  })
}

test('a message that compresses a thousand times is no attack', async (t) => {
  const server = await startImap(t)
  const client = await server.as('ann')
  const message = `Subject: white\r\n\r\n${`${'A'.repeat(76)}\r\n`.repeat(100_000)}`
  await client.play(`${begin}\nC: a APPEND INBOX {${message.length}}\nS: + *`)
  client.write(`${message}\r\n`)
  await client.play('S: a OK *\nC: b NOOP\nS: b OK *')
})

test('a client that reads nothing is not written to without end, and one that leaves in the middle harms nobody', async (t) => {
  const server = await startImap(t)
  const client = await server.as('ann')
  const message = `Subject: s\r\n\r\n${createHash('sha512').update('x').digest('hex').repeat(2000)}\r\n`
  await client.play(`${begin}\nC: a APPEND INBOX {${message.length}}\nS: + *`)
  client.write(`${message}\r\n`)
  await client.play('S: a OK *\nC: b SELECT INBOX\nS: ...\nS: b OK *')
  client.write('c FETCH 1 BODY[]\r\n'.repeat(50))
  await sleep(50)
  client.close()
  const next = await server.as('ann')
  await next.play('C: a NOOP\nS: a OK *')
  assert.deepEqual(server.errors, [])
})

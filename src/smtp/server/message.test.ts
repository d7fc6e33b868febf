import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { atData, hello, startSmtp, toAnn } from '../../../test/harness/smtp.ts'
import { ContentFull } from '../../content/content.ts'
import { DatabaseUnavailable } from '../../database/database.ts'

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

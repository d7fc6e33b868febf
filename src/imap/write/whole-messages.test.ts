import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startImap } from '../../../test/harness/imap.ts'

/** Octets that tell which message they are of, wherever one looks. */
function message(number: number, octets: number): Buffer {
  const lines = Math.max(0, Math.ceil((octets - 20) / 46))
  const text = Array.from({ length: lines }, (_, line) => createHash('sha256').update(`${number} ${line}`).digest('base64')).join('\r\n')
  return Buffer.from(`Subject: ${number}\r\n\r\n${text}\r\n`)
}

/** The literals of an answer, by UID; the client reads late, and in fits and starts: some of the answer has to wait. */
async function fetched(port: number, command: string): Promise<{ readonly literals: ReadonlyMap<number, string>; readonly end: string }> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`a LOGIN ann secret\r\nb SELECT INBOX\r\nc ${command}\r\n`)
  await sleep(300)
  const pieces: Buffer[] = []
  for await (const octets of socket as AsyncIterable<Buffer>) {
    if (pieces.push(octets) % 8 === 0) await sleep(3)
    if (/^c [A-Z]+ .*\r\n$/m.test(octets.toString('latin1', Math.max(0, octets.length - 200)))) break
  }
  socket.destroy()
  const answer = Buffer.concat(pieces).toString('latin1')
  const literals = new Map<number, string>()
  const head = /\* \d+ FETCH \(UID (\d+) (?:FLAGS \([^)]*\) )?[A-Z0-9[\].]+ \{(\d+)\}\r\n/g
  for (let found = head.exec(answer); found !== null; found = head.exec(answer)) {
    const end = head.lastIndex + Number(found[2])
    literals.set(Number(found[1]), answer.slice(head.lastIndex, end))
    assert.match(answer.slice(end, end + 40), /^( FLAGS \([^)]*\))?\)\r\n/)
    head.lastIndex = end
  }
  return { literals, end: answer.slice(-100) }
}

test('messages that lie one after another in the log are read together, and each is answered with its own octets', async (t) => {
  const calls: string[] = []
  const server = await startImap(t, { before: (method) => void calls.push(method) })
  const client = await server.as('ann')
  const expected = new Map<number, string>()
  const append = async (...messages: readonly Buffer[]) => {
    client.write('a APPEND INBOX')
    for (const octets of messages) {
      client.write(` {${octets.length}+}\r\n`)
      client.write(octets)
      expected.set(expected.size + 1, octets.toString('latin1'))
    }
    await client.play('C:\nS: a OK *')
  }
  for (let number = 0; number < 100; number++) await append(message(number, [100, 3_000, 150_000, 30_000, 250_000][number % 5] ?? 0))
  // Several in one record, which is longer than what is read at once.
  await append(...Array.from({ length: 40 }, (_, number) => message(1000 + number, 20_000)))
  // One that is longer than what is read at once, and one that has its first fields elsewhere, since others got it too.
  await append(message(2000, 700_000))
  await server.deliver(message(2001, 5_000), server.accountOf('ann'), server.accountOf('ben'))
  expected.set(expected.size + 1, `Return-Path: <bob@b.example>\r\n${message(2001, 5_000).toString('latin1')}`)
  for (let number = 3000; number < 3020; number++) await append(message(number, 12_000))
  await client.play('C: b SELECT INBOX\nS: ...\nS: b OK *\nC: c STORE 7,30:33 +FLAGS.SILENT (\\Deleted)\nS: c OK *\nC: d EXPUNGE\nS: ...\nS: d OK *')
  for (const uid of [7, 30, 31, 32, 33]) expected.delete(uid)

  for (const items of ['BODY.PEEK[]', '(BODY.PEEK[] FLAGS)', '(FLAGS RFC822)']) {
    calls.length = 0
    const { literals, end } = await fetched(server.port, `UID FETCH 1:* ${items}`)
    assert.match(end, /\r\nc OK /)
    assert.deepEqual([...literals.keys()], [...expected.keys()], items)
    for (const [uid, octets] of expected) assert.ok(literals.get(uid) === octets, `${items}, UID ${uid}`)
    assert.ok(calls.filter((method) => method === 'readTogether').length < 60)
  }
  calls.length = 0
  await fetched(server.port, 'UID FETCH 1:100 BODY.PEEK[]')
  assert.deepEqual(
    calls.filter((method) => method === 'read'),
    [],
  )
})

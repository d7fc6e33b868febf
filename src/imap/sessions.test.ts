import assert from 'node:assert/strict'
import { connect } from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startImap } from '../../test/harness/imap.ts'

test('two sessions at once', async (t) => {
  const server = await startImap(t)

  await t.test('IDLE hears of delivery, flags and expunge within 100 ms (RFC 2177)', async () => {
    const idle = await server.as('idle')
    const other = await server.as('idle')
    const account = server.accountOf('idle')
    await idle.play('C: a SELECT INBOX\nS: ...\nS: a OK *\nC: b IDLE\nS: + idling')
    await other.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await server.deliver('Subject: 1\r\n\r\n', account)
    const delivered = performance.now()
    await idle.play('S: * 1 EXISTS\nS: * 1 RECENT')
    assert.ok(performance.now() - delivered < 100)
    await other.play('C: n NOOP\nS: * 1 EXISTS\nS: n OK *\nC: b STORE 1 +FLAGS.SILENT (\\Deleted $x)\nS: ...\nS: b OK *')
    const stored = performance.now()
    await idle.play('S: * FLAGS (*)\nS: * 1 FETCH (FLAGS (\\Recent \\Deleted $x))')
    assert.ok(performance.now() - stored < 100)
    await other.play('C: c EXPUNGE\nS: * 1 EXPUNGE\nS: c OK *')
    await idle.play('S: * 1 EXPUNGE\nC: DONE\nS: b OK IDLE terminated')
    await idle.play('C: c IDLE\nS: + idling\nC: NOOP\nS: c BAD DONE ends IDLE')
  })

  await t.test('IDLE without a mailbox, and pipelined', async () => {
    const client = await server.as('idle2')
    await client.play('C: a IDLE\nC: DONE\nC: b NOOP\nS: + idling\nS: a OK *\nS: b OK *')
  })

  await t.test('no number moves during FETCH, STORE and SEARCH by number; then it does (RFC 9051 7.5.1)', async () => {
    const one = await server.as('numbers')
    const two = await server.as('numbers')
    for (let i = 1; i <= 4; i++) await server.deliver(`Subject: ${i}\r\n\r\n`, server.accountOf('numbers'))
    for (const client of [one, two]) await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await one.play('C: b STORE 1:2 +FLAGS.SILENT (\\Deleted)\nS: b OK *\nC: c EXPUNGE\nS: * 2 EXPUNGE\nS: * 1 EXPUNGE\nS: c OK *')
    await two.play(`
      C: b FETCH 3 UID
      S: * 3 FETCH (UID 3)
      S: b OK *
      C: c FETCH 1:3 UID
      S: * 3 FETCH (UID 3)
      S: c NO [EXPUNGEISSUED] *
      C: d STORE 2:4 +FLAGS (\\Seen)
      S: * 3 FETCH (FLAGS (\\Seen))
      S: * 4 FETCH (FLAGS (\\Seen))
      S: d NO [EXPUNGEISSUED] *
      C: e SEARCH ALL
      S: * SEARCH 3 4
      S: e OK *
      C: f COPY 1 INBOX
      S: * 2 EXPUNGE
      S: * 1 EXPUNGE
      S: f NO [EXPUNGEISSUED] *
      C: g FETCH 1:2 UID
      S: * 1 FETCH (UID 3)
      S: * 2 FETCH (UID 4)
      S: g OK *
    `)
    await one.play('C: d NOOP\nS: * 1 FETCH (FLAGS (*\\Seen))\nS: * 2 FETCH (FLAGS (*\\Seen))\nS: d OK *')
  })

  await t.test('a UID command tells of expunges, after its answers', async () => {
    const one = await server.as('uids')
    const two = await server.as('uids')
    for (let i = 1; i <= 3; i++) await server.deliver(`Subject: ${i}\r\n\r\n`, server.accountOf('uids'))
    for (const client of [one, two]) await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await one.play('C: b STORE 1 +FLAGS.SILENT (\\Deleted)\nS: b OK *\nC: c EXPUNGE\nS: ...\nS: c OK *')
    await server.deliver('Subject: 4\r\n\r\n', server.accountOf('uids'))
    await two.play(`
      C: b UID FETCH 1:* UID
      S: * 4 EXISTS
      S: ...
      S: * 2 FETCH (UID 2)
      S: * 3 FETCH (UID 3)
      S: * 4 FETCH (UID 4)
      S: * 1 EXPUNGE
      S: b OK *
    `)
  })

  await t.test('a mailbox that another session deletes or renames', async () => {
    const one = await server.as('delete')
    const idle = await server.as('delete')
    const busy = await server.as('delete')
    await one.play('C: a CREATE x\nS: a OK *\nC: b CREATE y\nS: b OK *')
    await idle.play('C: a SELECT x\nS: ...\nS: a OK *\nC: b IDLE\nS: + idling')
    await busy.play('C: a SELECT x\nS: ...\nS: a OK *')
    await one.play('C: c DELETE x\nS: c OK *')
    await idle.play('S: \\* BYE [UNAVAILABLE] the selected mailbox was deleted\nS: <closed>')
    await busy.play('C: b NOOP\nS: \\* BYE [UNAVAILABLE] the selected mailbox was deleted\nS: <closed>')
    await one.play(
      'C: d SELECT y\nS: ...\nS: d OK *\nC: e RENAME y z\nS: e OK *\nC: f NOOP\nS: f OK *\nC: g DELETE z\nS: g OK *\nC: h FETCH 1 FLAGS\nS: h BAD *',
    )
  })

  await t.test('flags in an answer are of its message, whatever goes while it is written', async () => {
    const account = server.accountOf('meanwhile')
    await server.deliver(Buffer.concat([Buffer.from('Subject: 1\r\n\r\n'), Buffer.alloc(16_000_000, 'x')]), account)
    await server.deliver('Subject: 2\r\n\r\n', account)
    const other = await server.as('meanwhile')
    await other.play('C: a SELECT INBOX\nS: ...\nS: a OK *\nC: b STORE 2 FLAGS.SILENT (\\Flagged)\nS: b OK *')
    const slow = connect(server.port, '127.0.0.1')
    slow.pause()
    slow.write('a LOGIN meanwhile secret\r\nb SELECT INBOX\r\nc FETCH 1:2 (BODY.PEEK[] FLAGS)\r\n')
    await sleep(300)
    await other.play('C: c STORE 1 FLAGS.SILENT (\\Deleted \\Answered)\nS: c OK *\nC: d EXPUNGE\nS: * 1 EXPUNGE\nS: d OK *')
    let end = ''
    for await (const octets of slow as AsyncIterable<Buffer>) {
      end = (end + octets.toString('latin1')).slice(-2_000)
      if (/^c [A-Z]+ /m.test(end)) break
    }
    const [first, second] = [...end.matchAll(/FLAGS \(([^)]*)\)/g)].map((match) => match[1])
    assert.equal(first?.includes('\\Flagged'), false, `message 1 has the flags of its neighbour: ${first}`)
    assert.equal(second, '\\Flagged')
    slow.destroy()
  })

  await t.test('a client that does not read is not written to without end, and costs no snapshot', async () => {
    const client = await server.as('slow')
    const account = server.accountOf('slow')
    for (let i = 0; i < 20; i++) await server.deliver(Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.alloc(1_000_000, 'x')]), account)
    await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    const before = process.memoryUsage().arrayBuffers
    const stalled = connect(server.port, '127.0.0.1')
    stalled.pause()
    stalled.write('a LOGIN slow secret\r\nb SELECT INBOX\r\nc FETCH 1:* BODY.PEEK[]\r\n')
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.ok(process.memoryUsage().arrayBuffers - before < 12_000_000, 'the answer of 20 MB is not in memory')
    await client.play('C: b STORE 1:* +FLAGS.SILENT (\\Deleted)\nS: b OK *\nC: c EXPUNGE\nS: ...\nS: c OK *')
    stalled.destroy()
  })

  await t.test('nor with a hundred sections of one message', async () => {
    const client = await server.as('sections')
    await server.deliver(`${`X: ${'x'.repeat(990)}\r\n`.repeat(900)}\r\n`, server.accountOf('sections'))
    await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    const before = process.memoryUsage().arrayBuffers
    const stalled = connect(server.port, '127.0.0.1')
    stalled.pause()
    const sections = Array.from({ length: 100 }, (_, first) => `BODY.PEEK[HEADER.FIELDS (X)]<${first}.1000000>`)
    stalled.write(`a LOGIN sections secret\r\nb SELECT INBOX\r\nc FETCH 1 (${sections.join(' ')})\r\n`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    assert.ok(process.memoryUsage().arrayBuffers - before < 30_000_000, 'the answer of 90 MB is not in memory')
    stalled.destroy()
  })

  assert.deepEqual(server.errors, [])
})

test('what a session has done itself is told with its answer, though another session reads the changes at that moment', async (t) => {
  const claim = Promise.withResolvers<void>()
  const slow = { claims: false, reads: false }
  const server = await startImap(t, {
    before: async (method) => {
      if (method === 'takeRecent' && slow.claims) await claim.promise
      if (method === 'changes' && slow.reads) await sleep(50)
    },
  })
  const one = await server.as('ann')
  const two = await server.as('ann')
  const account = server.accountOf('ann')
  await server.deliver('Subject: 1\r\n\r\n', account)
  for (const client of [one, two]) await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
  await one.play('C: b STORE 1 +FLAGS.SILENT (\\Deleted)\nS: b OK *')
  slow.claims = true
  await server.deliver('Subject: 2\r\n\r\n', account)
  // Its reading of the changes knows the new message, and is kept until the other one is gone.
  await two.play('C: b NOOP')
  await one.play('C: c EXPUNGE')
  const inbox = await server.store.mailbox(account, 'INBOX')
  assert.ok(inbox !== undefined)
  while ((await server.store.view(account, inbox.mailboxId))?.uids.length !== 1) await sleep(5)
  slow.reads = true
  claim.resolve()
  await one.play('S: * 1 EXPUNGE\nS: * 1 EXISTS\nS: ...\nS: c OK *')
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../test/harness/imap.ts'

test('smoke', async (t) => {
  const server = await startImap(t)
  const c = await server.as('ann')
  await server.deliver('From: a@b.example\r\nSubject: hi\r\n\r\nhello\r\n', server.accountOf('ann'))
  await c.play(`
    C: a LIST "" *
    S: ...
    S: a OK LIST completed
    C: b SELECT INBOX
    S: ...
    S: b OK [READ-WRITE] SELECT completed
    C: c FETCH 1:* FULL
    S: ...
    S: c OK FETCH completed
    C: d FETCH 1 (BODY[] BODY[HEADER.FIELDS (SUBJECT)] BODY[1] BODY[TEXT]<1.3>)
    S: ...
    S: d OK FETCH completed
    C: e SEARCH TEXT HELLO SUBJECT hi
    S: ...
    S: e OK SEARCH completed
    C: f APPEND INBOX {10+}
    C: 0123456789
    S: ...
    S: f OK *
  `)
  console.log(c.transcript)
  assert.deepEqual(server.errors, [])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

test('UNAUTHENTICATE (RFC 8437): the next one finds nothing of what was', async (t) => {
  const server = await startImap(t)
  await server.deliver('Subject: x\r\n\r\n', server.accountOf('ann'))
  const client = await server.as('ann')
  await client.play(`
    C: a ENABLE UTF8=ACCEPT CONDSTORE
    S: * ENABLED UTF8=ACCEPT CONDSTORE
    S: a OK *
    C: b SELECT INBOX
    S: ...
    S: b OK *
    C: c STORE 1 +FLAGS.SILENT (\\Deleted)
    S: ...
    S: c OK *
    C: d SEARCH RETURN (SAVE) ALL
    S: d OK *
    C: e UNAUTHENTICATE now
    S: e BAD *
    C: f UNAUTHENTICATE
    S: f OK [CAPABILITY IMAP4rev1 * STARTTLS AUTH=*] *
    C: g SELECT INBOX
    S: g BAD *
    C: h UNAUTHENTICATE
    S: h BAD *
    C: i LOGIN bob wrong
    S: i NO *
    C: j LOGIN bob secret
    S: j OK *
    C: k ENABLE UTF8=ACCEPT
    S: * ENABLED UTF8=ACCEPT
    S: k OK *
    C: l FETCH 1 FLAGS
    S: l BAD *
    C: m STATUS INBOX (MESSAGES)
    S: * STATUS "INBOX" (MESSAGES 0)
    S: m OK *
    C: n UNAUTHENTICATE
    S: n OK *
    C: o LOGIN ann secret
    S: o OK *
    C: p SELECT INBOX
    S: * 1 EXISTS
    S: ...
    S: p OK *
    C: q UID SEARCH $
    S: * SEARCH
    S: q OK *
  `)
  assert.deepEqual(server.errors, [])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

test('REPLACE (RFC 8508)', async (t) => {
  const server = await startImap(t, { limits: { messageOctets: 1000 }, quotaBytes: 500 })
  for (let n = 0; n < 3; n++) await server.deliver(`Subject: ${n}\r\n\r\n`, server.accountOf('ann'), server.accountOf('bob'))

  await t.test('in the same mailbox and into another one; other sessions see it', async () => {
    const [client, other] = [await server.as('ann'), await server.as('ann')]
    for (const one of [client, other]) await one.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await client.play(`
      C: b CREATE Sent
      S: b OK *
      C: c REPLACE 2 INBOX (\\Seen \\Draft) {8}
      S: + go ahead
      C> a: b\\r\\n\\r\\n\\r\\n
      S: * OK [APPENDUID * 4] *
      S: * 2 EXPUNGE
      S: * 3 EXISTS
      S: ...
      S: c OK REPLACE completed
      C> d UID REPLACE 4 {4+}\\r\\nSent {8+}\\r\\na: c\\r\\n\\r\\n\\r\\n
      S: * OK [APPENDUID * 1] *
      S: * 3 EXPUNGE
      S: d OK UID REPLACE completed
      C: e STATUS Sent (MESSAGES UIDNEXT)
      S: * STATUS "Sent" (MESSAGES 1 UIDNEXT 2)
      S: e OK *
      C> f REPLACE 1 INBOX CATENATE (URL ";UID=1" TEXT {3+}\\r\\nend)\\r\\n
      S: * OK [APPENDUID * 5] *
      S: * 1 EXPUNGE
      S: ...
      S: f OK *
      C: g UID FETCH 1:* UID
      S: * 1 FETCH (UID 3)
      S: * 2 FETCH (UID 5)
      S: g OK *
    `)
    await other.play(`
      C: z NOOP
      S: * 2 EXPUNGE
      S: * 1 EXPUNGE
      S: * 2 EXISTS
      S: ...
      S: z OK *
      C: y UID SEARCH ALL
      S: * SEARCH 3 5
      S: y OK *
    `)
  })

  await t.test('what is refused changes nothing', async () => {
    const [client, other] = [await server.as('bob'), await server.as('bob')]
    for (const one of [client, other]) await one.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await client.play(`
      C> b REPLACE 4 INBOX {10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: b BAD *
      C> c UID REPLACE 9 INBOX {10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: c NO [NONEXISTENT] *
      C: d REPLACE 1 nothing {8}
      S: d NO [TRYCREATE] *
      C: e REPLACE 1 INBOX {1001}
      S: e NO [TOOBIG] *
      C: f REPLACE 1:2 INBOX {8}
      S: f BAD *
      C> g REPLACE 1 INBOX {3+}\\r\\nabc {10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: g BAD *
      C> h REPLACE 1 INBOX {3+}\\r\\na\\0b\\r\\n
      S: h NO [CANNOT] *
      C> i REPLACE 1 INBOX {600+}\\r\\n${'x'.repeat(600)}\\r\\n
      S: i NO [OVERQUOTA] *
      C: j UID SEARCH ALL
      S: * SEARCH 1 2 3
      S: j OK *
      C: k EXAMINE INBOX
      S: ...
      S: k OK *
      C: l REPLACE 1 INBOX {8}
      S: l NO [READ-ONLY] *
      C: m UNSELECT
      S: m OK *
      C: n REPLACE 1 INBOX {8}
      S: n BAD *
      C: o SELECT INBOX
      S: ...
      S: o OK *
    `)
    // The message goes while its replacement is on its way.
    await client.play('C: p REPLACE 2 INBOX {8}\nS: + go ahead')
    await other.play('C: b UID STORE 2 +FLAGS.SILENT (\\Deleted)\nS: b OK *\nC: c EXPUNGE\nS: * 2 EXPUNGE\nS: c OK *')
    await client.play(`
      C> a: b\\r\\n\\r\\n\\r\\n
      S: * 2 EXPUNGE
      S: p NO [EXPUNGEISSUED] *
      C: q UID SEARCH ALL
      S: * SEARCH 1 3
      S: q OK *
    `)
  })

  assert.deepEqual(server.errors, [])
})

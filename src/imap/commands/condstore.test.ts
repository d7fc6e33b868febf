import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap, type ImapUnderTest } from '../../../test/harness/imap.ts'
import type { Player } from '../../../test/harness/play.ts'

const selected = `
  S: ...
  S: s OK *
`

/** `count` messages with the UIDs 1 … and the modSeqs 2 …: the account itself took 1. */
async function mailboxOf(server: ImapUnderTest, name: string, count: number): Promise<Player> {
  for (let i = 1; i <= count; i++) await server.deliver(`Subject: ${i}\r\n\r\nx\r\n`, server.accountOf(name))
  return await server.as(name)
}

test('CONDSTORE', async (t) => {
  const server = await startImap(t)

  await t.test('FETCH MODSEQ and CHANGEDSINCE (RFC 7162 3.1.4)', async () => {
    const client = await mailboxOf(server, 'fetch', 3)
    await client.play(`
      C: s SELECT INBOX (CONDSTORE)
      S: ...
      S: * OK [HIGHESTMODSEQ 4] *
      S: s OK *
      C: a FETCH 1:2 MODSEQ
      S: * 1 FETCH (MODSEQ (2))
      S: * 2 FETCH (MODSEQ (3))
      S: a OK *
      C: b UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3)
      S: * 3 FETCH (UID 3 FLAGS (\\Recent) MODSEQ (4))
      S: b OK *
      C: c FETCH 1:* (RFC822.SIZE MODSEQ) (CHANGEDSINCE 0)
      S: * 1 FETCH (RFC822.SIZE * MODSEQ (2))
      S: * 2 FETCH (RFC822.SIZE * MODSEQ (3))
      S: * 3 FETCH (RFC822.SIZE * MODSEQ (4))
      S: c OK *
      C: d FETCH 1:* FLAGS (CHANGEDSINCE 9223372036854775807)
      S: d OK *
      # What sets \\Seen is told with UID and modSeq, once each.
      C: e FETCH 2 BODY[TEXT]
      S: * 2 FETCH (BODY[TEXT] {3}
      S: x
      S:  FLAGS (\\Recent \\Seen) UID 2 MODSEQ (5))
      S: e OK *
      C: f FETCH 1 (UID MODSEQ BODY[TEXT] FLAGS)
      S: * 1 FETCH (UID 1 MODSEQ (6) BODY[TEXT] {3}
      S: x
      S:  FLAGS (\\Recent \\Seen))
      S: f OK *
      C: g FETCH 1 FLAGS (CHANGEDSINCE)
      S: g BAD *
      C: h FETCH 1 FLAGS (CHANGEDSINCE x)
      S: h BAD *
      C: i FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)
      S: i BAD *
      C: j FETCH 1 FLAGS (SINCE 1)
      S: j BAD *
      C: k FETCH 1 FLAGS ()
      S: k BAD *
      C: l UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)
      S: l BAD VANISHED is for UID FETCH, after ENABLE QRESYNC
      C: m FETCH 1 FLAGS (CHANGEDSINCE 1)x
      S: m BAD *
      C: n FETCH 1 FLAGS (CHANGEDSINCE 18446744073709551616)
      S: n BAD *
    `)
  })

  await t.test('each command that knows modSeqs enables them, once, and says where the client stands (RFC 7162 3.1)', async () => {
    for (const [command, answer] of [
      ['ENABLE CONDSTORE', '* ENABLED CONDSTORE'],
      ['ENABLE QRESYNC', '* ENABLED QRESYNC'],
      ['STATUS INBOX (HIGHESTMODSEQ)', undefined],
      ['LIST "" INBOX RETURN (STATUS (HIGHESTMODSEQ))', undefined],
      ['FETCH 1 MODSEQ', undefined],
      ['FETCH 1 FLAGS (CHANGEDSINCE 1)', undefined],
      ['SEARCH MODSEQ 1', undefined],
      ['STORE 1 (UNCHANGEDSINCE 9) +FLAGS (\\Flagged)', undefined],
    ] as const) {
      const client = await mailboxOf(server, `enable ${command}`.replace(/\W/g, ''), 1)
      await client.play(`
        C: s SELECT INBOX
        ${selected}
        C: a STORE 1 +FLAGS (\\Answered)
        S: * 1 FETCH (FLAGS (\\Recent \\Answered))
        S: a OK *
        C: b ${command}
        ${answer === undefined ? '' : `S: ${answer}`}
        S: * OK [HIGHESTMODSEQ 3] *
        S: ...
        S: b OK *
        C: c STORE 1 +FLAGS (\\Deleted)
        S: * 1 FETCH (UID 1 FLAGS (* \\Deleted*) MODSEQ (*))
        S: c OK *
        C: d ENABLE CONDSTORE
        S: * ENABLED
        S: d OK *
      `)
    }
  })

  await t.test('SELECT (CONDSTORE) enables it, and another mailbox is announced by CLOSED (RFC 7162 3.1.8, 3.2.11)', async () => {
    const client = await mailboxOf(server, 'select', 1)
    await client.play(`
      C: s EXAMINE INBOX (CONDSTORE)
      S: * 1 EXISTS
      ${selected}
      C: a ENABLE CONDSTORE
      S: * ENABLED
      S: a OK *
      C: b SELECT INBOX
      S: * OK [CLOSED] *
      S: * 1 EXISTS
      S: ...
      S: b OK *
      C: c SELECT nothing
      S: * OK [CLOSED] *
      S: c NO [NONEXISTENT] *
      C: d SELECT INBOX
      S: * 1 EXISTS
      S: ...
      S: d OK *
      C: e SELECT INBOX ()
      S: e BAD *
      C: f SELECT INBOX (CONDSTORE CONDSTORE)
      S: f BAD *
      C: g SELECT INBOX (X)
      S: g BAD *
      C: h SELECT INBOX (CONDSTORE) x
      S: h BAD *
      # What was open still is.
      C: i FETCH 1 UID
      S: * 1 FETCH (UID 1)
      S: i OK *
    `)
  })

  await t.test('STORE UNCHANGEDSINCE leaves alone what has changed (RFC 7162 3.1.3)', async () => {
    const client = await mailboxOf(server, 'store', 4)
    await client.play(`
      C: s SELECT INBOX (CONDSTORE)
      ${selected}
      C: a STORE 3,2:4 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\\Deleted)
      S: * 2 FETCH (UID 2 MODSEQ (6))
      S: a OK [MODIFIED 3:4] STORE completed
      C: b UID STORE 1:3 (UNCHANGEDSINCE 5) FLAGS (\\Seen)
      S: * 1 FETCH (UID 1 FLAGS (\\Recent \\Seen) MODSEQ (7))
      S: * 3 FETCH (UID 3 FLAGS (\\Recent \\Seen) MODSEQ (7))
      S: b OK [MODIFIED 2] UID STORE completed
      # All of them; and 0 never holds (RFC 7162 3.1.3, example 8).
      C: c STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT ($MDNSent)
      S: c OK [MODIFIED 1] STORE completed
      # Without a condition, and silently: only what changed has a new modSeq to tell.
      C: d STORE 1:2 +FLAGS.SILENT (\\Seen)
      S: * 2 FETCH (UID 2 MODSEQ (8))
      S: d OK STORE completed
      # Nothing changes, so no modSeq does (3.1.11); the answer is due all the same.
      C: e STORE 2 (UNCHANGEDSINCE 8) +FLAGS.SILENT (\\Seen)
      S: * 2 FETCH (UID 2 MODSEQ (8))
      S: e OK STORE completed
      C: f STORE 1 UNCHANGEDSINCE 5 +FLAGS (\\Seen)
      S: f BAD *
      C: g STORE 1 (UNCHANGEDSINCE 5)+FLAGS (\\Seen)
      S: g BAD *
      C: h STORE 1 (UNCHANGEDSINCE -1) +FLAGS (\\Seen)
      S: h BAD *
      C: i STORE 1 (CHANGEDSINCE 5) +FLAGS (\\Seen)
      S: i BAD *
    `)
  })

  await t.test('STORE UNCHANGEDSINCE with messages that are gone (RFC 7162 3.1.3, example 11)', async () => {
    const client = await mailboxOf(server, 'gone', 3)
    await client.play(`C: s SELECT INBOX (CONDSTORE)\n${selected}`)
    const account = server.accountOf('gone')
    const inbox = await server.store.mailbox(account, 'INBOX')
    assert.ok(inbox !== undefined)
    await server.store.expunge(account, inbox.mailboxId, [[2, 2]], { deletedOnly: false })
    await client.play(`
      C: a STORE 1:3 (UNCHANGEDSINCE 3) +FLAGS (\\Seen)
      S: * 1 FETCH (UID 1 FLAGS (\\Recent \\Seen) MODSEQ (6))
      S: a NO [MODIFIED 3] some of the messages are gone
      C: b STORE 2 (UNCHANGEDSINCE 3) +FLAGS (\\Seen)
      S: b NO [EXPUNGEISSUED] *
      C: c NOOP
      S: * 2 EXPUNGE
      S: c OK *
    `)
  })

  await t.test('what another session does is told with UID and modSeq', async () => {
    const client = await mailboxOf(server, 'other', 2)
    const other = await server.as('other')
    await client.play(`C: s SELECT INBOX (CONDSTORE)\n${selected}`)
    await other.play(`C: s SELECT INBOX\n${selected}\nC: a STORE 2 +FLAGS.SILENT (\\Flagged)\nS: a OK *`)
    await client.play(`
      C: b NOOP
      S: * 2 FETCH (UID 2 FLAGS (\\Recent \\Flagged) MODSEQ (4))
      S: b OK *
      C: c STATUS INBOX (HIGHESTMODSEQ MESSAGES)
      S: * STATUS "INBOX" (HIGHESTMODSEQ 4 MESSAGES 2)
      S: c OK *
    `)
  })

  await t.test('SEARCH MODSEQ (RFC 7162 3.1.5, 3.1.10; RFC 4731 3.2)', async () => {
    const client = await mailboxOf(server, 'search', 4)
    await client.play(`
      C: s SELECT INBOX (CONDSTORE)
      ${selected}
      C: a STORE 1 +FLAGS.SILENT (\\Draft)
      S: * 1 FETCH (UID 1 MODSEQ (6))
      S: a OK *
      C: b SEARCH MODSEQ 4
      S: * SEARCH 1 3 4 (MODSEQ 6)
      S: b OK *
      C: c UID SEARCH MODSEQ "/flags/\\\\draft" all 5 UNDRAFT
      S: * SEARCH 4 (MODSEQ 5)
      S: c OK *
      C: d SEARCH OR NOT MODSEQ 5 LARGER 50000
      S: * SEARCH 2 3 (MODSEQ 4)
      S: d OK *
      C: e SEARCH MODSEQ 99
      S: * SEARCH
      S: e OK *
      C: f SEARCH RETURN (MIN) MODSEQ 1 2:4
      S: * ESEARCH (TAG "f") MIN 2 MODSEQ 3
      S: f OK *
      C: g SEARCH RETURN (MIN MAX) MODSEQ 1
      S: * ESEARCH (TAG "g") MIN 1 MAX 4 MODSEQ 6
      S: g OK *
      C: h SEARCH RETURN (MAX COUNT) MODSEQ 1
      S: * ESEARCH (TAG "h") MAX 4 COUNT 4 MODSEQ 6
      S: h OK *
      C: i SEARCH RETURN (ALL) MODSEQ 99
      S: * ESEARCH (TAG "i")
      S: i OK *
      C: j SEARCH ALL
      S: * SEARCH 1 2 3 4
      S: j OK *
      C: k SEARCH MODSEQ "/flags/$Work" shared 1 KEYWORD $Work
      S: * SEARCH
      S: k OK *
      C: l SEARCH MODSEQ "/flags/x" nobody 1
      S: l BAD *
      C: m SEARCH MODSEQ "/comment" all 1
      S: m BAD *
      C: n SEARCH MODSEQ
      S: n BAD *
      C: o SEARCH MODSEQ all 1
      S: o BAD *
    `)
  })

  assert.deepEqual(server.errors, [])
})

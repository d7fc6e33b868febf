import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { startImap } from '../../../test/harness/imap.ts'
import type { MailboxId } from '../../mail/ids.ts'

withEachEngine((engine, open) => {
  test(`OBJECTID and SAVEDATE (${engine})`, async (t) => {
    const server = await startImap(t, { open })

    await t.test('MAILBOXID stays with the mailbox, whatever its name (RFC 8474 4)', async () => {
      const client = await server.as('mailboxes')
      const account = server.accountOf('mailboxes')
      await client.play(`
        C: a CREATE one
        S: a OK [MAILBOXID (F${account}-2)] CREATE completed
        C: b CREATE two
        S: b OK [MAILBOXID (F${account}-3)] CREATE completed
        C: c RENAME one three
        S: c OK *
        C: d STATUS three (MAILBOXID MESSAGES)
        S: * STATUS "three" (MAILBOXID (F${account}-2) MESSAGES 0)
        S: d OK *
        C: e SELECT three
        S: ...
        S: * OK [MAILBOXID (F${account}-2)] *
        S: ...
        S: e OK *
        C: f LIST "" t* RETURN (STATUS (MAILBOXID))
        S: * LIST * "three"
        S: * STATUS "three" (MAILBOXID (F${account}-2))
        S: * LIST * "two"
        S: * STATUS "two" (MAILBOXID (F${account}-3))
        S: f OK *
        # Made again under an old name, it is another one.
        C: g DELETE two
        S: g OK *
        C: h CREATE two
        S: h OK [MAILBOXID (F${account}-4)] *
      `)
    })

    await t.test('EMAILID is that of its copies; THREADID is NIL (RFC 8474 5)', async () => {
      const client = await server.as('emails')
      const account = server.accountOf('emails')
      for (const subject of ['1', '2', '3']) await server.deliver(`Subject: ${subject}\r\n\r\n`, account)
      await client.play(`
        C: a CREATE copies
        S: a OK *
        C: b SELECT INBOX
        S: ...
        S: b OK *
        C: c FETCH 1:2 (EMAILID THREADID)
        S: * 1 FETCH (EMAILID (M${account}-1) THREADID NIL)
        S: * 2 FETCH (EMAILID (M${account}-2) THREADID NIL)
        S: c OK *
        C: d UID MOVE 2 copies
        S: ...
        S: d OK *
        C: e COPY 1 copies
        S: e OK *
        C: f SEARCH EMAILID M${account}-3
        S: * SEARCH 2
        S: f OK *
        C: g SEARCH OR EMAILID M${account}-1 EMAILID m${account}-3
        S: * SEARCH 1
        S: g OK *
        C: h SEARCH THREADID M${account}-1
        S: * SEARCH
        S: h OK *
        C: i SELECT copies
        S: ...
        S: i OK *
        C: j UID FETCH 1:* EMAILID
        S: * 1 FETCH (UID 1 EMAILID (M${account}-2))
        S: * 2 FETCH (UID 2 EMAILID (M${account}-1))
        S: j OK *
        C: k SEARCH EMAILID
        S: k BAD *
        C: l SEARCH EMAILID "M1"
        S: l BAD *
        C: m SEARCH EMAILID M1.2
        S: m BAD *
        C: n SEARCH THREADID *
        S: n BAD *
        C: o FETCH 1 OBJECTID
        S: o BAD *
      `)
    })

    await t.test('EMAILID goes along into a mailbox of another account, and back (RFC 8474 5.1)', async () => {
      const ann = server.accountOf('ann')
      const ben = server.accountOf('ben')
      const inbox = 1 as MailboxId
      await server.deliver('Subject: other\r\n\r\n', ben)
      await server.deliver('Subject: shared\r\n\r\n', ann)
      const annInbox = { accountId: ann, mailboxId: inbox }
      const benInbox = { accountId: ben, mailboxId: inbox }
      await server.store.transfer({ move: false, from: annInbox, uids: [[1, 1]], to: benInbox, only: undefined })
      await server.store.transfer({ move: true, from: benInbox, uids: [[2, 2]], to: annInbox, only: undefined })
      const client = await server.as('ann')
      await client.play(`
        C: a SELECT INBOX
        S: ...
        S: a OK *
        C: b FETCH 1:* EMAILID
        S: * 1 FETCH (EMAILID (M${ann}-1))
        S: * 2 FETCH (EMAILID (M${ann}-1))
        S: b OK *
      `)
    })

    await t.test('SAVEDATE says when a message came into its mailbox (RFC 8514)', async () => {
      const client = await server.as('saved')
      const account = server.accountOf('saved')
      await server.deliver('Subject: 1\r\n\r\n', account)
      server.clock.nowMs += 2 * 86_400_000
      await client.play(`
        C: a APPEND INBOX "01-Jan-2000 00:00:00 +0000" {14+}
        C: Subject: old
        C:
        S: a OK *
        C: b SELECT INBOX
        S: ...
        S: b OK *
        C: c FETCH 1:2 (SAVEDATE INTERNALDATE)
        S: * 1 FETCH (SAVEDATE "14-Nov-2023 22:13:20 +0000" INTERNALDATE "14-Nov-2023 22:13:20 +0000")
        S: * 2 FETCH (SAVEDATE "16-Nov-2023 22:13:20 +0000" INTERNALDATE " 1-Jan-2000 00:00:00 +0000")
        S: c OK *
        C: d SEARCH SAVEDON 14-Nov-2023
        S: * SEARCH 1
        S: d OK *
        C: e SEARCH SAVEDSINCE 15-Nov-2023
        S: * SEARCH 2
        S: e OK *
        C: f SEARCH SAVEDBEFORE 15-Nov-2023
        S: * SEARCH 1
        S: f OK *
        C: g SEARCH SAVEDATESUPPORTED
        S: * SEARCH 1 2
        S: g OK *
        C: h SEARCH SAVEDAFTER 15-Nov-2023
        S: h BAD *
        C: i SEARCH SAVEDON
        S: i BAD *
        C: j CREATE trash
        S: j OK *
      `)
      server.clock.nowMs += 86_400_000
      await client.play(`
        C: a COPY 2 trash
        S: a OK *
        C: b MOVE 1 trash
        S: ...
        S: b OK *
        # What stays keeps its date.
        C: c FETCH 1 SAVEDATE
        S: * 1 FETCH (SAVEDATE "16-Nov-2023 22:13:20 +0000")
        S: c OK *
        C: d SELECT trash
        S: ...
        S: d OK *
        C: e FETCH 1:2 SAVEDATE
        S: * 1 FETCH (SAVEDATE "17-Nov-2023 22:13:20 +0000")
        S: * 2 FETCH (SAVEDATE "17-Nov-2023 22:13:20 +0000")
        S: e OK *
      `)
    })

    assert.deepEqual(server.errors, [])
  })
})

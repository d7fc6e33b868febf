import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { withEachEngine } from '../../../test/harness/database.ts'
import { startImap } from '../../../test/harness/imap.ts'
import { Player } from '../../../test/harness/play.ts'

const mail = (subject: string) => `From: bob@b.example\r\nSubject: ${subject}\r\n\r\nx\r\n`
const small = '{3+}\nC> x\\r\\n\\r\\n'
const selectInbox = `
  C: s SELECT INBOX
  S: ...
  S: s OK *
`
const work = '"Other Users/ann@a.example/Work"'

withEachEngine((engine, open) => {
  test(`what NOTIFY tells, and what it does not (${engine})`, async (t) => {
    const server = await startImap(t, { open })

    await t.test('what was not asked for does not come with the answer to a command (RFC 5465 1, 3.1)', async () => {
      const [client, other] = [await server.as('snap'), await server.as('snap')]
      const account = server.accountOf('snap')
      for (const n of ['1', '2', '3', '4']) await server.deliver(mail(n), account)
      await client.play(`${selectInbox}\nC: a NOTIFY NONE\nS: a OK *`)
      await other.play(`${selectInbox}\nC: a STORE 1,3 +FLAGS.SILENT (\\Deleted)\nS: a OK *\nC: b UID EXPUNGE 1\nS: * 1 EXPUNGE\nS: b OK *`)
      await server.deliver(mail('5'), account)
      await client.play(`
        C: b NOOP
        S: b OK *
        C: c UID SEARCH ALL
        S: * SEARCH 2 3 4
        S: c OK *
        # What a command itself does is its answer: numbers are still those of the time of NOTIFY NONE.
        C: d STORE 4 +FLAGS (\\Deleted)
        S: * 4 FETCH (FLAGS (\\Recent \\Deleted))
        S: d OK *
        C: e UID EXPUNGE 4
        S: * 4 EXPUNGE
        S: e OK *
        C: f EXPUNGE
        S: * 3 EXPUNGE
        S: f OK *
        C: g NOOP
        S: g OK *
        C: h IDLE
        S: + idling
      `)
      await server.deliver(mail('6'), account)
      await setTimeout(100)
      await client.play(`
        C: DONE
        S: h OK *
        # A successful NOTIFY SET returns what has accumulated, whatever is told from now on.
        C: i NOTIFY SET (personal NONE)
        S: * 1 EXPUNGE
        S: * 3 EXISTS
        S: * 3 RECENT
        S: i OK *
      `)
      await server.deliver(mail('7'), account)
      await client.play('C: j NOOP\nS: j OK *\nC: k NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))\nS: * 4 EXISTS\nS: * 4 RECENT\nS: k OK *')
    })

    await t.test('who is not told of flags or of what went can still ask for it (RFC 7162 3.2)', async () => {
      const [client, other] = [await server.as('qresync'), await server.as('qresync')]
      const account = server.accountOf('qresync')
      for (const n of ['1', '2', '3']) await server.deliver(mail(n), account)
      await client.play(`C: a ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: a OK *\n${selectInbox}\nC: b NOTIFY NONE\nS: b OK *`)
      await other.play(`${selectInbox}\nC: a STORE 1:2 +FLAGS.SILENT (\\Deleted)\nS: a OK *\nC: b UID EXPUNGE 1\nS: * 1 EXPUNGE\nS: b OK *`)
      await client.play(`
        C: c UID STORE 3 +FLAGS (\\Deleted)
        S: * 3 FETCH (UID 3 FLAGS (\\Recent \\Deleted) MODSEQ (*))
        S: * OK [HIGHESTMODSEQ *] *
        S: c OK *
        C: d UID EXPUNGE 3
        S: * VANISHED 3
        S: * OK [HIGHESTMODSEQ *] *
        S: d OK [HIGHESTMODSEQ *] *
      `)
    })

    await t.test('what SELECTED-DELAYED owes is not passed over: by no modSeq, and not by leaving the mailbox (RFC 5465 6.1.2, RFC 7162 3.2)', async () => {
      const [client, other] = [await server.as('owed'), await server.as('owed')]
      for (const n of ['1', '2', '3']) await server.deliver(mail(n), server.accountOf('owed'))
      await client.play(`
        C: a ENABLE QRESYNC
        S: * ENABLED QRESYNC
        S: a OK *
        ${selectInbox}
        C: b NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge FlagChange))
        S: b OK *
      `)
      await other.play(`${selectInbox}\nC: a STORE 1 +FLAGS.SILENT (\\Deleted)\nS: a OK *`)
      await client.play('S: * 1 FETCH (UID 1 FLAGS (\\Recent \\Deleted) MODSEQ (5))')
      await other.play('C: b EXPUNGE\nS: * 1 EXPUNGE\nS: b OK *')
      await other.play('C: c STORE 1 +FLAGS.SILENT (\\Seen)\nS: c OK *')
      await client.play(`
        S: * 2 FETCH (UID 2 FLAGS (\\Recent \\Seen) MODSEQ (7))
        S: * OK [HIGHESTMODSEQ 5] *
        C: c UNSELECT
        S: c OK *
        S: * STATUS "INBOX" (MESSAGES 2 UIDNEXT 4 UIDVALIDITY * HIGHESTMODSEQ 7)
      `)
    })

    await t.test('what the session does itself it is not told (RFC 5465 5, 5.2)', async () => {
      const [client, other] = [await server.as('own'), await server.as('own')]
      await server.deliver(mail('1'), server.accountOf('own'))
      await client.play(`
        C: a CREATE there
        S: a OK *
        ${selectInbox}
        C: b NOTIFY SET (selected (MessageNew (uid) MessageExpunge)) (personal (MailboxName SubscriptionChange MessageNew MessageExpunge FlagChange MailboxMetadataChange ServerMetadataChange))
        S: b OK *
        C: c CREATE a/b
        S: c OK *
        C: d SUBSCRIBE a/b
        S: d OK *
        C: e RENAME a c
        S: e OK *
        C: f SETMETADATA c/b (/private/comment "x" /private/specialuse "\\\\Sent")
        S: f OK *
        C: g SETMETADATA "" (/private/vendor/x/y "x")
        S: g OK *
        C: h APPEND there ${small}
        S: h OK *
        C: i COPY 1 c
        S: i OK *
        C: j APPEND INBOX ${small}
        S: * 2 EXISTS
        S: * 2 RECENT
        S: j OK *
        C: k MOVE 2 there
        S: * OK [COPYUID *] *
        S: * 2 EXPUNGE
        S: k OK *
        C: l REPLACE 1 there ${small}
        S: * OK [APPENDUID *] *
        S: * 1 EXPUNGE
        S: l OK *
        C: m CREATE last (USE (\\Drafts))
        S: m OK *
        C: n DELETE last
        S: n OK *
        C: o SELECT there
        S: ...
        S: o OK *
        C: p STORE 1:* +FLAGS.SILENT (\\Deleted)
        S: p OK *
        C: q CLOSE
        S: q OK *
      `)
      await setTimeout(150)
      // The first that is told is what another session does; and what it does to what this one made is told as it should be.
      await other.play('C: a DELETE c/b\nS: a OK *')
      await client.play('S: * LIST (\\NonExistent \\Subscribed \\HasNoChildren) "/" "c/b"\nS: * LIST (\\HasNoChildren) "/" "c"')
      await other.play(`C: b APPEND there ${small}\nS: b OK *`)
      await client.play('S: * STATUS "there" (MESSAGES 1 UIDNEXT 5 UIDVALIDITY *)')
      await other.play(`C: c APPEND c ${small}\nS: c OK *`)
      await client.play('S: * STATUS "c" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY *)\nC: r NOOP\nS: r OK *')
    })

    await t.test('annotations: names, of mailboxes and of the server (RFC 5465 5.6, 5.7)', async () => {
      const [client, other] = [await server.as('notes'), await server.as('notes')]
      await client.play(`
        C: a CREATE a (USE (\\Sent))
        S: a OK *
        C: b CREATE b
        S: b OK *
        C: c SETMETADATA a (/private/comment "old" /shared/comment "old")
        S: c OK *
        C: d NOTIFY SET (mailboxes (a b) (MailboxMetadataChange ServerMetadataChange))
        S: d OK *
      `)
      await other.play('C: a SETMETADATA a (/private/comment NIL /shared/comment "new" /shared/vendor/x/y "1")\nS: a OK *')
      await client.play('S: * METADATA "a" /private/comment /shared/comment /shared/vendor/x/y')
      // Not watched; nothing to do with annotations.
      await other.play('C: b SETMETADATA INBOX (/private/comment "x")\nS: b OK *')
      await server.deliver(mail('1'), server.accountOf('notes'))
      await other.play('C: c SETMETADATA b (/private/specialuse "\\\\Sent")\nS: c OK *')
      await client.play('S: * METADATA "a" /private/specialuse\nS: * METADATA "b" /private/specialuse')
      await other.play('C: d SETMETADATA "" (/private/vendor/x/y "1")\nS: d OK *')
      await client.play('S: * METADATA "" /private/vendor/x/y')
      server.people.note({ comment: 'maintenance at 8' })
      await client.play('S: * METADATA "" /shared/comment\nC: e IDLE\nS: + idling')
      await other.play('C: e SETMETADATA a (/shared/comment NIL)\nS: e OK *')
      await client.play('S: * METADATA "a" /shared/comment\nC: DONE\nS: e OK *\nC: f NOOP\nS: f OK *')
    })

    await t.test('mailboxes of others: what happens there, and rights that come and go (RFC 5465 3.1, 5.4, 5.9)', async () => {
      const [ann, ben] = [await server.as('ann'), await server.as('ben')]
      await ann.play('C: a CREATE Work\nS: a OK *\nC: b CREATE Secret\nS: b OK *\nC: c SETACL Work ben@a.example lr\nS: c OK *')
      await ben.play(`
        C: a NOTIFY SET STATUS (subtree "Other Users" (MessageNew MessageExpunge FlagChange MailboxName MailboxMetadataChange))
        S: * STATUS ${work} (MESSAGES 0 UIDNEXT 1 UIDVALIDITY * HIGHESTMODSEQ *)
        S: a OK *
      `)
      await ann.play(`C: d APPEND Work ${small}\nS: d OK *\nC: e APPEND Secret ${small}\nS: e OK *`)
      await ben.play(`S: * STATUS ${work} (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *)`)
      await ann.play('C: f SETMETADATA Work (/private/comment "mine" /shared/comment "ours")\nS: f OK *')
      await ben.play(`S: * METADATA ${work} /shared/comment`)
      await ann.play('C: g CREATE Work/below\nS: g OK *')
      await ben.play(`S: * LIST (\\HasNoChildren) "/" "Other Users/ann@a.example/Work/below"\nS: * LIST (\\HasChildren) "/" ${work}`)
      await ann.play('C: h RENAME Work/below Work/under\nS: h OK *')
      await ben.play('S: * LIST (\\HasNoChildren) "/" "Other Users/ann@a.example/Work/under" ("OLDNAME" ("Other Users/ann@a.example/Work/below"))')
      // The right to read goes, and what is told with it.
      await ann.play(
        `C: i SETACL Work ben@a.example l\nS: i OK *\nC: j APPEND Work ${small}\nS: j OK *\nC: k SETMETADATA Work (/shared/comment NIL)\nS: k OK *`,
      )
      await ben.play(`S: * LIST (\\NoAccess \\HasChildren) "/" ${work}\nC: b NOOP\nS: b OK *`)
      await ann.play('C: l SETACL Work ben@a.example lr\nS: l OK *')
      await ben.play(`S: * LIST (\\HasChildren) "/" ${work}\nS: * STATUS ${work} (MESSAGES 2 UIDNEXT 3 UIDVALIDITY *)`)
      // Taken away or removed: the same.
      await ann.play('C: m SETACL Work/under ben@a.example ""\nS: m OK *')
      await ben.play(`S: * LIST (\\NonExistent \\NoAccess \\HasNoChildren) "/" "Other Users/ann@a.example/Work/under"\nS: * LIST (\\HasNoChildren) "/" ${work}`)
      await ann.play('C: n DELETE Work/under\nS: n OK *\nC: o DELETE Work\nS: o OK *')
      await ben.play(
        `S: * LIST (\\NonExistent \\NoAccess \\HasNoChildren) "/" ${work}\nS: * LIST (\\NonExistent \\HasNoChildren) "/" "Other Users/ann@a.example"`,
      )
      // Of a mailbox that is shared anew, though nothing was shared before.
      await ann.play('C: p SETACL Secret ben@a.example lr\nS: p OK *')
      await ben.play(
        'S: * LIST (\\HasNoChildren) "/" "Other Users/ann@a.example/Secret"\nS: * LIST (\\NonExistent \\HasChildren) "/" "Other Users/ann@a.example"\nS: * STATUS "Other Users/ann@a.example/Secret" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *)',
      )
      await ann.play(`C: q APPEND Secret ${small}\nS: q OK *`)
      await ben.play('S: * STATUS "Other Users/ann@a.example/Secret" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY *)')
      server.people.lock(server.accountOf('ann'))
      await ben.play('S: * LIST (\\NonExistent \\NoAccess \\HasNoChildren) "/" "Other Users/ann@a.example/Secret"\nS: ...\nC: c NOOP\nS: c OK *')
    })

    await t.test('of a mailbox that may be looked up and not read nothing is told but that (RFC 5465 3.1)', async () => {
      const [cat, dan] = [await server.as('cat'), await server.as('dan')]
      await cat.play('C: a CREATE Known\nS: a OK *\nC: b SETACL Known dan@a.example lw\nS: b OK *')
      await dan.play(`
        C: a NOTIFY SET STATUS (mailboxes ("Other Users/cat@a.example/Known" "Other Users/cat@a.example/Other" "Other Users/cat@a.example/inbox") (MessageNew MessageExpunge))
        S: * LIST (\\NoAccess \\HasNoChildren) "/" "Other Users/cat@a.example/Known"
        S: a OK *
      `)
      await cat.play(`C: c APPEND Known ${small}\nS: c OK *\nC: d SETACL INBOX dan@a.example lr\nS: d OK *\nC: e APPEND INBOX ${small}\nS: e OK *`)
      await dan.play('S: * STATUS "Other Users/cat@a.example/INBOX" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *)')
      await cat.play('C: f SETACL Known dan@a.example lrw\nS: f OK *')
      await dan.play(
        'S: * LIST (\\HasNoChildren) "/" "Other Users/cat@a.example/Known"\nS: * STATUS "Other Users/cat@a.example/Known" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *)\nC: b NOOP\nS: b OK *',
      )
    })

    await t.test('subscribed mailboxes of others are watched as long as they are subscribed to (RFC 5465 6.4)', async () => {
      const [eve, fay] = [await server.as('eve'), await server.as('fay')]
      const name = '"Other Users/eve@a.example/INBOX"'
      await eve.play('C: a SETACL INBOX fay@a.example lr\nS: a OK *')
      await fay.play(`C: a SUBSCRIBE ${name}\nS: a OK *\nC: b NOTIFY SET (subscribed (MessageNew MessageExpunge))\nS: b OK *`)
      await eve.play(`C: b APPEND INBOX ${small}\nS: b OK *`)
      await fay.play(`S: * STATUS ${name} (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *)\nC: c UNSUBSCRIBE ${name}\nS: c OK *`)
      await eve.play(`C: c APPEND INBOX ${small}\nS: c OK *`)
      await setTimeout(100)
      await fay.play(`C: d NOOP\nS: d OK *\nC: e SUBSCRIBE ${name}\nS: e OK *`)
      await eve.play(`C: d APPEND INBOX ${small}\nS: d OK *`)
      await fay.play(`S: * STATUS ${name} (MESSAGES 3 UIDNEXT 4 UIDVALIDITY *)`)
    })

    assert.deepEqual(server.errors, [])
  })
})

test('between processes, where changes are heard of late, no session is told what it did itself', async (t) => {
  const server = await startImap(t, { besideMs: () => 30 })
  const client = await server.connect()
  const beside = await Player.connect(server.besidePort)
  t.after(() => beside.close())
  await beside.play(`
    S: *
    C: L LOGIN far secret
    S: L OK *
    C: a NOTIFY SET (personal (MailboxName SubscriptionChange MailboxMetadataChange MessageNew MessageExpunge))
    S: a OK *
    C: b CREATE a
    S: b OK *
    C: c SUBSCRIBE a
    S: c OK *
    C: d SETMETADATA a (/private/comment "x")
    S: d OK *
    C: e APPEND a ${small}
    S: e OK *
    C: f DELETE a
    S: f OK *
  `)
  await setTimeout(200)
  await client.play('C: L LOGIN far secret\nS: L OK *\nC: a CREATE b\nS: a OK *')
  await beside.play('S: * LIST (\\HasNoChildren) "/" "b"\nC: g NOOP\nS: g OK *')
  assert.deepEqual(server.errors, [])
})

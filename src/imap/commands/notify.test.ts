import assert from 'node:assert/strict'
import { connect } from 'node:net'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { withEachEngine } from '../../../test/harness/database.ts'
import { startImap } from '../../../test/harness/imap.ts'

const mail = (subject: string) => `From: bob@b.example\r\nSubject: ${subject}\r\n\r\nx\r\n`
const selected = `
  C: s SELECT INBOX
  S: ...
  S: s OK *
`

withEachEngine((engine, open) => {
  test(`NOTIFY (${engine})`, async (t) => {
    const server = await startImap(t, { open })

    await t.test('events of the selected mailbox come without a command (RFC 5465 5, 6.1.1)', async () => {
      const client = await server.as('selected')
      const other = await server.as('selected')
      await server.deliver(mail('1'), server.accountOf('selected'))
      await client.play(`${selected}
        C: a NOTIFY SET (selected (MessageNew (uid body.peek[header.fields (subject)]) MessageExpunge FlagChange))
        S: a OK NOTIFY completed
      `)
      await server.deliver(mail('2'), server.accountOf('selected'))
      await client.play(`
        S: * 2 EXISTS
        S: * 2 RECENT
        S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (subject)] {14}
        S: Subject: 2
        S:
        S: )
      `)
      await other.play(`${selected}\nC: a STORE 1 +FLAGS.SILENT (\\Deleted)\nS: a OK *`)
      await client.play('S: * 1 FETCH (UID 1 FLAGS (\\Recent \\Deleted))')
      await other.play('C: b EXPUNGE\nS: * 1 EXPUNGE\nS: b OK *')
      await client.play(`
        S: * 1 EXPUNGE
        C: b UID FETCH 1:* UID
        S: * 1 FETCH (UID 2)
        S: b OK *
        C: c ENABLE QRESYNC
        S: * ENABLED QRESYNC
        S: * OK [HIGHESTMODSEQ *] *
        S: c OK *
      `)
      await other.play('C: c STORE 1 +FLAGS.SILENT (\\Deleted)\nS: c OK *\nC: d EXPUNGE\nS: * 1 EXPUNGE\nS: d OK *')
      await client.play('S: * 1 FETCH (UID 2 FLAGS (\\Recent \\Deleted) MODSEQ (*))\nS: * VANISHED 2')
    })

    await t.test('SELECTED-DELAYED keeps numbers until a command; without FlagChange flags wait, too (RFC 5465 6.1.2)', async () => {
      const client = await server.as('delayed')
      const account = server.accountOf('delayed')
      await server.deliver(mail('1'), account)
      await client.play(`${selected}
        C: a NOTIFY SET (selected-delayed (MessageNew MessageExpunge))
        S: a OK *
      `)
      await server.store.setFlags(account, 1 as never, [[1, 1]], 'add', { system: 4, keywords: '' })
      await server.store.expunge(account, 1 as never, [[1, 1]], { deletedOnly: false })
      await server.deliver(mail('2'), account)
      await client.play(`
        S: * 2 EXISTS
        C: b NOOP
        S: * 1 EXPUNGE
        S: b OK *
      `)
      await server.store.setFlags(account, 1 as never, [[2, 2]], 'add', { system: 4, keywords: '' })
      await server.deliver(mail('3'), account)
      await client.play(`
        S: * 2 EXISTS
        S: * 2 RECENT
        C: c IDLE
        S: + idling
      `)
      await server.store.expunge(account, 1 as never, [[3, 3]], { deletedOnly: false })
      // What was not asked for does not come with the answer to a command, either (RFC 5465 1, 3.1).
      await client.play('S: * 2 EXPUNGE\nC: DONE\nS: c OK *\nC: d NOOP\nS: d OK *')
    })

    await t.test('STATUS of other mailboxes, at once and when something happens (RFC 5465 3.1, 5.1 to 5.3)', async () => {
      const client = await server.as('others')
      const other = await server.as('others')
      await other.play('C: a CREATE lists/one\nS: a OK *\nC: b CREATE other\nS: b OK *')
      await client.play(`${selected}
        C: a NOTIFY SET STATUS (subtree lists (MessageNew MessageExpunge FlagChange)) (mailboxes (other nothing) (MessageNew MessageExpunge))
        S: * STATUS "lists" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY * HIGHESTMODSEQ *)
        S: * STATUS "lists/one" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY * HIGHESTMODSEQ *)
        S: * STATUS "other" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY *)
        S: a OK NOTIFY completed
      `)
      await other.play('C: c APPEND lists/one {3+}\nC> x\\r\\n\\r\\n\nS: c OK *')
      await client.play('S: * STATUS "lists/one" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *)')
      await other.play('C: d SELECT lists/one\nS: ...\nS: d OK *\nC: e STORE 1 +FLAGS.SILENT (\\Seen \\Deleted)\nS: e OK *')
      await client.play(
        'S: * STATUS "lists/one" (UIDVALIDITY * UNSEEN 0)\nC: b ENABLE CONDSTORE\nS: * ENABLED CONDSTORE\nS: * OK [HIGHESTMODSEQ *] *\nS: b OK *',
      )
      await other.play('C: f CLOSE\nS: f OK *')
      await client.play('S: * STATUS "lists/one" (MESSAGES 0 UIDNEXT 2 UIDVALIDITY * HIGHESTMODSEQ *)')
      // Flags of "other" and INBOX are nothing it asked for; and the selected mailbox is told of by SELECTED only.
      await server.deliver(mail('inbox'), server.accountOf('others'))
      await client.play('C: c SELECT lists/one\nS: ...\nS: c OK *')
      await other.play('C: g APPEND lists/one {3+}\nC> x\\r\\n\\r\\n\nS: g OK *\nC: h APPEND other {3+}\nC> x\\r\\n\\r\\n\nS: h OK *')
      await client.play('S: * STATUS "other" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY * HIGHESTMODSEQ *)\nC: d NOTIFY NONE\nS: d OK *')
      await other.play('C: i APPEND other {3+}\nC> x\\r\\n\\r\\n\nS: i OK *')
      await setTimeout(100)
      await client.play('C: e CHECK\nS: e OK *')
    })

    await t.test('names and subscriptions (RFC 5465 5.4, 5.5)', async () => {
      const client = await server.as('names')
      const other = await server.as('names')
      await client.play('C: a NOTIFY SET (personal (MailboxName SubscriptionChange))\nS: a OK *')
      await other.play('C: a CREATE a/b\nS: a OK *')
      await client.play('S: * LIST (\\HasChildren) "/" "a"\nS: * LIST (\\HasNoChildren) "/" "a/b"')
      await other.play('C: b SUBSCRIBE a/b\nS: b OK *')
      await client.play('S: * LIST (\\Subscribed \\HasNoChildren) "/" "a/b"')
      await other.play('C: c RENAME a c\nS: c OK *')
      await client.play(`
        S: * LIST (\\HasChildren) "/" "c" ("OLDNAME" ("a"))
        S: * LIST (\\NonExistent \\HasNoChildren) "/" "a/b"
        S: * LIST (\\Subscribed \\HasNoChildren) "/" "c/b"
      `)
      await other.play('C: d DELETE c/b\nS: d OK *')
      await client.play('S: * LIST (\\NonExistent \\Subscribed \\HasNoChildren) "/" "c/b"\nS: * LIST (\\HasNoChildren) "/" "c"')
      await other.play('C: e UNSUBSCRIBE c/b\nS: e OK *')
      await client.play('S: * LIST (\\NonExistent \\HasNoChildren) "/" "c/b"')
    })

    assert.deepEqual(server.errors, [])
  })
})

test('what NOTIFY does not take', async (t) => {
  const server = await startImap(t)
  const client = await server.as('bad')
  for (const [args, answer] of [
    ['', 'BAD'],
    ['SET', 'BAD'],
    ['SOME', 'BAD'],
    ['NONE x', 'BAD'],
    ['SET ()', 'BAD'],
    ['SET (personal)', 'BAD'],
    ['SET (personal ())', 'BAD'],
    ['SET (personal MessageNew)', 'BAD'],
    ['SET (everything (MessageNew MessageExpunge))', 'BAD'],
    ['SET (personal (MessageNew))', 'BAD'],
    ['SET (personal (MessageExpunge))', 'BAD'],
    ['SET (personal (FlagChange))', 'BAD'],
    ['SET (personal (MessageNew (UID) MessageExpunge))', 'BAD'],
    ['SET (selected (MailboxName))', 'BAD'],
    ['SET (selected (MessageNew (BODY[]) MessageExpunge))', 'BAD'],
    ['SET (selected NONE) (selected-delayed NONE)', 'BAD'],
    ['SET (mailboxes () NONE)', 'BAD'],
    [`SET ${'(personal NONE) '.repeat(21).trim()}`, 'BAD'],
    [`SET (mailboxes (${'a '.repeat(201).trim()}) NONE)`, 'BAD'],
    // RFC 5465 3.1: unknown events are refused with those that are known.
    [
      'SET (personal (MessageNew MessageExpunge AnnotationChange))',
      'NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)]',
    ],
    ['SET (selected (ServerMetadataChange))', 'BAD'],
    ['SET (mailboxes "Other Users/x" (MessageNew MessageExpunge))', 'OK'],
    ['SET (inboxes NONE) (subscribed NONE)', 'OK'],
    ['none', 'OK'],
  ]) {
    await client.play(`C: a NOTIFY ${args}\nS: a ${answer} *`)
  }
  assert.deepEqual(server.errors, [])
})

test('a session watches a thousand mailboxes at most (RFC 5465 5.8)', async (t) => {
  const server = await startImap(t)
  const client = await server.as('many')
  const account = server.accountOf('many')
  await server.store.mailboxes(account)
  await Promise.all(Array.from({ length: 999 }, (_, i) => server.store.createMailbox(account, `m${i}`)))
  await client.play('C: a NOTIFY SET (personal (MessageNew MessageExpunge))\nS: a OK *')
  await server.store.createMailbox(account, 'more')
  await client.play('S: * OK [NOTIFICATIONOVERFLOW] *')
  await server.deliver(mail('1'), account)
  await client.play(`
    C: b NOTIFY SET (personal (MessageNew MessageExpunge))
    S: b NO [NOTIFICATIONOVERFLOW] *
    C: c NOTIFY SET (mailboxes INBOX (MessageNew MessageExpunge))
    S: c OK *
  `)
  await server.deliver(mail('2'), account)
  await client.play('S: * STATUS "INBOX" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY *)')
})

test('who asks to be told whole messages and does not read costs no memory, and misses none', async (t) => {
  const server = await startImap(t)
  const account = server.accountOf('slow')
  const reader = await server.as('slow')
  for (let i = 0; i < 20; i++) await server.deliver(Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.alloc(1_000_000, 'x')]), account)
  await reader.play(`C: c CREATE copies\nS: c OK *\n${selected}`)
  const stalled = connect(server.port, '127.0.0.1')
  t.after(() => stalled.destroy())
  stalled.pause()
  stalled.write('a LOGIN slow secret\r\nb SELECT copies\r\nc NOTIFY SET (selected (MessageNew (UID BODY.PEEK[]) MessageExpunge))\r\n')
  await setTimeout(300)
  const before = process.memoryUsage().arrayBuffers
  for (let i = 1; i <= 20; i++) await reader.play(`C: d COPY ${i} copies\nS: d OK *`)
  await setTimeout(300)
  assert.ok(process.memoryUsage().arrayBuffers - before < 12_000_000, 'the events of 20 MB are not in memory')
  // Nobody waits for it.
  await reader.play('C: a NOOP\nS: ...\nS: a OK *')
  const told: string[] = []
  let text = ''
  for await (const octets of stalled as AsyncIterable<Buffer>) {
    text += octets.toString('latin1')
    told.push(...[...text.matchAll(/FETCH \(UID (\d+) BODY\[\]/g)].map((match) => match[1] ?? ''))
    text = text.slice(-200).replace(/FETCH \(UID \d+ BODY\[\]/g, '')
    if (told.length === 20) break
  }
  assert.deepEqual(
    told,
    Array.from({ length: 20 }, (_, i) => `${i + 1}`),
  )
  assert.deepEqual(server.errors, [])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

test('mailboxes', async (t) => {
  const server = await startImap(t)

  await t.test('CREATE, DELETE, RENAME (RFC 9051 6.3.4-6.3.6)', async () => {
    const client = await server.as('create')
    await client.play(`
      C: a CREATE a/b/
      S: a OK *
      C: b CREATE a/b
      S: b NO [ALREADYEXISTS] *
      C: c CREATE inbox
      S: c NO [ALREADYEXISTS] *
      C: d LIST "" *
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * LIST (\\HasChildren) "/" "a"
      S: * LIST (\\HasNoChildren) "/" "a/b"
      S: d OK *
      C: e DELETE a
      S: e NO [HASCHILDREN] *
      C: f DELETE nothing
      S: f NO [NONEXISTENT] *
      C: g DELETE INBOX
      S: g NO [CANNOT] *
      C: h RENAME a c/d
      S: h OK *
      C: i LIST "" *
      S: * LIST * "INBOX"
      S: * LIST * "c"
      S: * LIST * "c/d"
      S: * LIST * "c/d/b"
      S: i OK *
      C: j RENAME c/d c/d/b
      S: j NO *
      C: k RENAME nothing x
      S: k NO [NONEXISTENT] *
      C: l RENAME c INBOX
      S: l NO [ALREADYEXISTS] *
      C: m DELETE c/d/b
      S: m OK *
      C: n CREATE
      S: n BAD *
      C: o RENAME x
      S: o BAD *
      C: p CREATE ""
      S: p NO [CANNOT] *
      C: q CREATE a//b
      S: q NO [CANNOT] *
      C: r CREATE /a
      S: r NO [CANNOT] *
    `)
  })

  await t.test('names: modified UTF-7 in, modified UTF-7 out, one mailbox whichever way it is composed', async () => {
    const client = await server.as('names')
    await client.play(`
      C: a CREATE Entw&APw-rfe
      S: a OK *
      C: b CREATE Entwu&Awg-rfe
      S: b NO [ALREADYEXISTS] *
      C: c LIST "" Entw*
      S: * LIST (\\HasNoChildren) "/" "Entw&APw-rfe"
      S: c OK *
      C: d CREATE Entw&APw
      S: d NO [CANNOT] a mailbox name is not modified UTF-7
      C: e SELECT &AGE-
      S: e NO [CANNOT] *
      C> f CREATE "\\xe4"\\r\\n
      S: f NO [CANNOT] *
      C: g CREATE "a\\\\b \\"c\\""
      S: g OK *
      C: h LIST "" a*
      S: * LIST (\\HasNoChildren) "/" "a\\\\b \\"c\\""
      S: h OK *
      C: i CREATE &AAE-
      S: i NO [CANNOT] *
      C: j CREATE ${'x'.repeat(2001)}
      S: j NO [CANNOT] *
    `)
    assert.ok(await server.store.mailbox(server.accountOf('names'), 'Entwürfe'))
  })

  await t.test('nobody gets out of the own account by a name', async () => {
    await server.as('victim').then((client) => client.play('C: a CREATE private\nS: a OK *'))
    const client = await server.as('intruder')
    const names = [
      '../victim/private',
      '..',
      './private',
      '/private',
      'private',
      '~victim/private',
      '#user/victim/private',
      'Other Users/victim/private',
      'INBOX/../private',
      '&AC4-./private',
      'victim@a.example/private',
      '%',
      '*',
      '..&AC8-private',
    ]
    for (const name of names) await client.play(`C: a SELECT "${name}"\nS: a NO *`)
    await client.play('C: b LIST "" *\nS: * LIST * "INBOX"\nS: b OK *')
    await client.play('C: c LIST "" "../*"\nS: c OK *')
  })

  await t.test('SPECIAL-USE and CREATE USE (RFC 6154)', async () => {
    const client = await server.as('use')
    await client.play(`
      C: a CREATE Sent (USE (\\Sent))
      S: a OK *
      C: b CREATE Sent2 (USE (\\Sent))
      S: b NO [USEATTR] *
      C: c CREATE x (USE (\\Foo))
      S: c NO [USEATTR] *
      C: d CREATE x (USE (\\All))
      S: d NO [USEATTR] *
      C: e CREATE x (USE (\\Junk \\Trash))
      S: e NO [USEATTR] *
      C: f CREATE x (USE ())
      S: f OK *
      C: g LIST "" % RETURN (SPECIAL-USE)
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * LIST (\\HasNoChildren \\Sent) "/" "Sent"
      S: * LIST (\\HasNoChildren) "/" "x"
      S: g OK *
      C: h LIST (SPECIAL-USE) "" *
      S: * LIST (\\HasNoChildren \\Sent) "/" "Sent"
      S: h OK *
      C: i CREATE y (USE
      S: i BAD *
    `)
  })

  await t.test('LIST (RFC 5258, RFC 5819) and LSUB', async () => {
    const client = await server.as('list')
    await client.play(`
      C: a LIST "" ""
      S: * LIST (\\Noselect) "/" ""
      S: a OK *
      C: b CREATE x/y/z
      S: b OK *
      C: c SUBSCRIBE x/y/z
      S: c OK *
      C: d SUBSCRIBE gone
      S: d OK *
      C: e LIST "" % RETURN (CHILDREN STATUS (MESSAGES UNSEEN))
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * STATUS "INBOX" (MESSAGES 0 UNSEEN 0)
      S: * LIST (\\HasChildren) "/" "x"
      S: * STATUS "x" (MESSAGES 0 UNSEEN 0)
      S: e OK *
      C: f LIST (SUBSCRIBED) "" *
      S: * LIST (\\Subscribed \\HasNoChildren) "/" "INBOX"
      S: * LIST (\\NonExistent \\Subscribed \\HasNoChildren) "/" "gone"
      S: * LIST (\\Subscribed \\HasNoChildren) "/" "x/y/z"
      S: f OK *
      C: g LIST (SUBSCRIBED RECURSIVEMATCH) "" %
      S: * LIST * "INBOX"
      S: * LIST * "gone"
      S: * LIST (\\HasChildren) "/" "x" ("CHILDINFO" ("SUBSCRIBED"))
      S: g OK *
      C: h LIST "" (inbox x/%) RETURN (SUBSCRIBED)
      S: * LIST (\\Subscribed \\HasNoChildren) "/" "INBOX"
      S: * LIST (\\HasChildren) "/" "x/y"
      S: h OK *
      C: i LSUB "" *
      S: * LSUB () "/" "INBOX"
      S: * LSUB () "/" "gone"
      S: * LSUB () "/" "x/y/z"
      S: i OK *
      C: j LSUB "" %
      S: * LSUB () "/" "INBOX"
      S: * LSUB () "/" "gone"
      S: * LSUB (\\Noselect) "/" "x"
      S: j OK *
      C: k UNSUBSCRIBE gone
      S: k OK *
      C: l UNSUBSCRIBE gone
      S: l OK *
      C: m LSUB x/ y*
      S: * LSUB () "/" "x/y/z"
      S: m OK *
      C: n LIST "" ${'%*a'.repeat(20)}
      S: n BAD *
      C: o LSUB ""
      S: o BAD *
      C: p LIST "" * RETURN (FOO)
      S: p BAD *
    `)
  })

  await t.test('SELECT, EXAMINE, STATUS, CLOSE, UNSELECT', async () => {
    const client = await server.as('select')
    const account = server.accountOf('select')
    await server.deliver('Subject: 1\r\n\r\n1\r\n', account)
    await server.deliver('Subject: 2\r\n\r\n2\r\n', account)
    await client.play(`
      C: a STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN SIZE)
      S: * STATUS "INBOX" (MESSAGES 2 RECENT 2 UIDNEXT 3 UIDVALIDITY * UNSEEN 2 SIZE 94)
      S: a OK *
      C: b EXAMINE inbox
      S: * 2 EXISTS
      S: * 2 RECENT
      S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)
      S: * OK [PERMANENTFLAGS ()] *
      S: * OK [UNSEEN 1] *
      S: * OK [UIDVALIDITY *] *
      S: * OK [UIDNEXT 3] *
      S: * OK [MAILBOXID (F*)] *
      S: * OK [HIGHESTMODSEQ 3] *
      S: b OK [READ-ONLY] EXAMINE completed
      C: c STORE 1 +FLAGS (\\Deleted)
      S: c NO [READ-ONLY] *
      C: d EXPUNGE
      S: d NO [READ-ONLY] *
      C: e MOVE 1 INBOX
      S: e NO [READ-ONLY] *
      C: f FETCH 1 BODY[TEXT]
      S: * 1 FETCH (BODY[TEXT] {3}
      S: 1
      S: )
      S: f OK *
      C: g SELECT INBOX
      S: * OK [CLOSED] *
      S: * 2 EXISTS
      S: * 2 RECENT
      S: ...
      S: g OK [READ-WRITE] *
      C: h STORE 1 +FLAGS.SILENT (\\Deleted \\Seen $x)
      S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $x)
      S: h OK *
      C: i UNSELECT
      S: i OK *
      C: j SELECT INBOX
      S: * 2 EXISTS
      S: * 0 RECENT
      S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $x)
      S: * OK [PERMANENTFLAGS *
      S: * OK [UNSEEN 2] *
      S: ...
      S: j OK *
      C: k CLOSE
      S: k OK *
      C: l SELECT INBOX
      S: * 1 EXISTS
      S: ...
      S: l OK *
      C: m SELECT nothing
      S: * OK [CLOSED] *
      S: m NO [NONEXISTENT] *
      C: n FETCH 1 FLAGS
      S: n BAD FETCH is not allowed without a selected mailbox
      C: o STATUS nothing (MESSAGES)
      S: o NO [NONEXISTENT] *
      C: p STATUS INBOX ()
      S: p BAD *
      C: q STATUS INBOX (FOO)
      S: q BAD *
      C: r CLOSE
      S: r BAD *
    `)
  })

  assert.deepEqual(server.errors, [])
})

test('SUBSCRIBE may be the first command of a new account', async (t) => {
  const server = await startImap(t)
  const client = await server.as('new')
  await client.play('C: a SUBSCRIBE x\nS: a OK *\nC: b LSUB "" *\nS: * LSUB () "/" "INBOX"\nS: * LSUB () "/" "x"\nS: b OK *')
})

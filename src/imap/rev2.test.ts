import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap, type ImapUnderTest } from '../../test/harness/imap.ts'
import type { Player } from '../../test/harness/play.ts'

/** Octets of UTF-8 as `C>` takes them. */
const escaped = (text: string): string =>
  [...Buffer.from(text)].map((octet) => (octet < 0x80 ? String.fromCharCode(octet) : `\\x${octet.toString(16)}`)).join('')
const wire = (text: string): string => Buffer.from(text).toString('latin1')

async function rev2(server: ImapUnderTest, name: string): Promise<Player> {
  const client = await server.as(name)
  await client.play('C: r ENABLE IMAP4rev2\nS: * ENABLED IMAP4rev2\nS: r OK *')
  return client
}

/** What IMAP4rev2 changes once a client has asked for it (RFC 9051 appendix E); what it only adds is there without, too. */
test('IMAP4rev2', async (t) => {
  const server = await startImap(t)
  await server.deliver('Subject: one\r\n\r\n', server.accountOf('ann'), server.accountOf('bob'), server.accountOf('cat'))
  await server.deliver('Subject: two\r\n\r\n', server.accountOf('ann'), server.accountOf('bob'), server.accountOf('cat'))

  await t.test('is announced beside IMAP4rev1, before and after sign-in, and nothing changes by itself', async () => {
    const client = await server.connect()
    await client.play(`
      C: a CAPABILITY
      S: * CAPABILITY IMAP4rev1 IMAP4rev2 *
      S: a OK *
      C: b LOGIN cat secret
      S: b OK [CAPABILITY IMAP4rev1 IMAP4rev2 *] *
      C: c SELECT INBOX
      S: * 2 EXISTS
      S: * 2 RECENT
      S: ...
      S: * OK [UNSEEN 1] *
      S: ...
      S: c OK *
      C: d SEARCH ALL
      S: * SEARCH 1 2
      S: d OK *
    `)
  })

  await t.test('SELECT: EXISTS, FLAGS and LIST; no RECENT, no UNSEEN; CLOSED when it leaves another mailbox', async () => {
    const client = await rev2(server, 'ann')
    await client.play(`
      C: a SELECT inbox
      S: * 2 EXISTS
      S: * FLAGS *
      S: * OK [PERMANENTFLAGS *] *
      S: * OK [UIDVALIDITY *] *
      S: * OK [UIDNEXT 3] *
      S: ...
      S: * LIST (\\HasNoChildren) "/" "INBOX" ("OLDNAME" ("inbox"))
      S: a OK [READ-WRITE] *
      C: b FETCH 1:2 FLAGS
      S: * 1 FETCH (FLAGS ())
      S: * 2 FETCH (FLAGS ())
      S: b OK *
      C: c EXAMINE INBOX
      S: * OK [CLOSED] *
      S: * 2 EXISTS
      S: ...
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: c OK [READ-ONLY] *
      C: d SELECT nothing
      S: * OK [CLOSED] *
      S: d NO [NONEXISTENT] *
      C: e FETCH 1 FLAGS
      S: e BAD *
    `)
  })

  await t.test('\\Recent is left to clients that know it, whoever comes first', async () => {
    const [modern, old] = [await rev2(server, 'bob'), await server.as('bob')]
    await modern.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await old.play('C: a SELECT INBOX\nS: * 2 EXISTS\nS: * 2 RECENT\nS: ...\nS: a OK *')
    await server.deliver('Subject: three\r\n\r\n', server.accountOf('bob'))
    await modern.play(`
      C: b NOOP
      S: * 3 EXISTS
      S: b OK *
      C: c UID FETCH 3 (FLAGS RFC822.SIZE)
      S: * 3 FETCH (UID 3 FLAGS () RFC822.SIZE *)
      S: c OK *
    `)
    await old.play('C: b NOOP\nS: * 3 EXISTS\nS: * 3 RECENT\nS: b OK *\nC: c FETCH 3 FLAGS\nS: * 3 FETCH (FLAGS (\\Recent))\nS: c OK *')
    // Who asks for it in the middle has none from then on.
    await old.play(`
      C: d ENABLE IMAP4rev2
      S: * ENABLED IMAP4rev2
      S: d OK *
      C: e FETCH 3 FLAGS
      S: * 3 FETCH (FLAGS ())
      S: e OK *
    `)
    await server.deliver('Subject: four\r\n\r\n', server.accountOf('bob'))
    await old.play('C: f NOOP\nS: * 4 EXISTS\nS: f OK *')
  })

  await t.test('SEARCH answers with ESEARCH', async () => {
    const client = await rev2(server, 'ann')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b SEARCH ALL
      S: * ESEARCH (TAG "b") ALL 1:2
      S: b OK *
      C: c UID SEARCH SUBJECT two
      S: * ESEARCH (TAG "c") UID ALL 2
      S: c OK *
      C: d SEARCH SUBJECT none
      S: * ESEARCH (TAG "d")
      S: d OK *
      C: e SEARCH RETURN (COUNT) CHARSET UTF-8 ALL
      S: * ESEARCH (TAG "e") COUNT 2
      S: e OK *
      C: f SEARCH RETURN (SAVE) 2
      S: f OK *
      C: g FETCH $ UID
      S: * 2 FETCH (UID 2)
      S: g OK *
    `)
  })

  await t.test('names are UTF-8; one that becomes another is told of with OLDNAME', async () => {
    const client = await rev2(server, 'ann')
    await client.play(`
      C> a CREATE "${escaped('Gru\u0308ße/')}"\\r\\n
      S: * LIST () "/" "${wire('Grüße')}" ("OLDNAME" ("${wire('Gru\u0308ße/')}"))
      S: a OK *
      C> b CREATE "${escaped('Süden')}"\\r\\n
      S: b OK *
      C> c SELECT "${escaped('Gru\u0308ße')}"\\r\\n
      S: ...
      S: * LIST (\\HasNoChildren) "/" "${wire('Grüße')}" ("OLDNAME" ("${wire('Gru\u0308ße')}"))
      S: c OK *
      C: c0 CREATE Sent (USE (\\Sent))
      S: c0 OK *
      C: c1 CREATE Sent/2026
      S: c1 OK *
      C: c1 EXAMINE Sent
      S: ...
      S: * LIST (\\HasChildren \\Sent) "/" "Sent"
      S: c1 OK *
      C: c1 DELETE Sent/2026
      S: c1 OK *
      C: c1 DELETE Sent
      S: c1 OK *
      C> c2 APPEND "${escaped('Gru\u0308ße')}" {3+}\\r\\nx\\r\\n\\r\\n
      S: * LIST () "/" "${wire('Grüße')}" ("OLDNAME" ("${wire('Gru\u0308ße')}"))
      S: ...
      S: c2 OK *
      C> c3 RENAME "${escaped('Gru\u0308ße')}" neu\\r\\n
      S: * LIST () "/" "neu" ("OLDNAME" ("${wire('Gru\u0308ße')}"))
      S: c3 OK *
      C> c4 RENAME neu "${escaped('Gru\u0308ße')}"\\r\\n
      S: * LIST () "/" "${wire('Grüße')}" ("OLDNAME" ("neu"))
      S: c4 OK *
      C> c5 DELETE "${escaped('Gru\u0308ße')}"\\r\\n
      S: * LIST (\\NonExistent) "/" "${wire('Grüße')}" ("OLDNAME" ("${wire('Gru\u0308ße')}"))
      S: c5 OK *
      C: d SUBSCRIBE gone/child
      S: d OK *
      C: e LIST (SUBSCRIBED) "" *
      S: ...
      S: * LIST (\\NonExistent \\Subscribed *) "/" "gone/child"
      S: e OK *
      C: f LIST "" (INBOX S%) RETURN (SUBSCRIBED CHILDREN STATUS (MESSAGES SIZE DELETED UNSEEN))
      S: * LIST (\\Subscribed \\HasNoChildren) "/" "INBOX"
      S: * STATUS "INBOX" (MESSAGES 2 SIZE * DELETED 0 UNSEEN 2)
      S: * LIST (\\HasNoChildren) "/" "${wire('Süden')}"
      S: * STATUS "${wire('Süden')}" (MESSAGES 0 SIZE 0 DELETED 0 UNSEEN 0)
      S: f OK *
    `)
  })

  await t.test('STATUS DELETED counts what the next EXPUNGE takes; DELETE spares who has children', async () => {
    const client = await rev2(server, 'cat')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b STORE 2 +FLAGS.SILENT (\\Deleted)
      S: b OK *
      C: c STATUS INBOX (DELETED MESSAGES)
      S: * STATUS "INBOX" (DELETED 1 MESSAGES 2)
      S: c OK *
      C: d EXPUNGE
      S: * 2 EXPUNGE
      S: d OK *
      C: e STATUS INBOX (DELETED)
      S: * STATUS "INBOX" (DELETED 0)
      S: e OK *
      C: f CREATE up/down
      S: f OK *
      C: g DELETE up
      S: g NO [HASCHILDREN] *
      C: h NAMESPACE
      S: * NAMESPACE *
      S: h OK *
      C: i APPEND up/down ~{3+}
      C: abc
      S: i OK [APPENDUID * 1] *
      C: j FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])
      S: * 1 FETCH (BINARY.SIZE[1] 0 BINARY[1] "")
      S: j OK *
      C: k MOVE 1 up/down
      S: * OK [COPYUID * 1 2] *
      S: * 1 EXPUNGE
      S: k OK *
      C: l UNSELECT
      S: l OK *
      C: m FETCH 1 FLAGS
      S: m BAD *
    `)
  })

  await t.test('what nobody asked for names the UID (RFC 9051 7.5.2)', async () => {
    const [client, other] = [await rev2(server, 'dan'), await server.as('dan')]
    await server.deliver('Subject: one\r\n\r\n', server.accountOf('dan'))
    for (const one of [client, other]) await one.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    await other.play('C: b STORE 1 +FLAGS.SILENT (\\Flagged)\nS: b OK *')
    await client.play('C: b NOOP\nS: * 1 FETCH (UID 1 FLAGS (\\Flagged))\nS: b OK *\nC: c IDLE\nS: + idling')
    await other.play('C: c STORE 1 -FLAGS.SILENT (\\Flagged)\nS: c OK *')
    await client.play('S: * 1 FETCH (UID 1 FLAGS ())\nC: DONE\nS: c OK *')
  })

  assert.deepEqual(server.errors, [])
})

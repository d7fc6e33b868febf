import assert from 'node:assert/strict'
import test from 'node:test'
import { DatabaseUnavailable } from '../../database/database.ts'
import { startImap, type ImapUnderTest } from '../../../test/harness/imap.ts'
import type { Player } from '../../../test/harness/play.ts'

const mail = (subject: string) => `Message-ID: <${subject}@x>\r\nFrom: ann@a.example\r\nSubject: ${subject}\r\n\r\ntext of ${subject}\r\n`

async function withMessages(server: ImapUnderTest, name: string, ...subjects: string[]): Promise<[Player, Player]> {
  for (const subject of subjects) await server.deliver(mail(subject), server.accountOf(name))
  const players: [Player, Player] = [await server.as(name), await server.as(name)]
  for (const player of players) await player.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
  return players
}

test('PARTIAL (RFC 9394)', async (t) => {
  const server = await startImap(t)
  const [client] = await withMessages(server, 'ann', 'e', 'd', 'c', 'b', 'a')

  await t.test('a part of what was found, from either end', async () => {
    const table = [
      ['1:2', '1:2'],
      ['4:9', '4:5'],
      ['6:9', 'NIL'],
      ['-1:-2', '4:5'],
      ['-4:-9', '1:2'],
      ['-6:-9', 'NIL'],
      ['3:3', '3'],
    ] as const
    for (const [range, numbers] of table) {
      await client.play(`C: s SEARCH RETURN (PARTIAL ${range}) ALL\nS: * ESEARCH (TAG "s") PARTIAL (${range} ${numbers})\nS: s OK *`)
    }
    await client.play('C: o SEARCH RETURN (PARTIAL -2:-1) ALL\nS: * ESEARCH (TAG "o") PARTIAL (-1:-2 4:5)\nS: o OK *')
    await client.play(`
      C: b UID SEARCH RETURN (MIN COUNT PARTIAL -1:-2) 2:5
      S: * ESEARCH (TAG "b") UID MIN 2 PARTIAL (-1:-2 4:5) COUNT 4
      S: b OK *
      C: c SORT RETURN (PARTIAL 2:3) (SUBJECT) UTF-8 ALL
      S: * ESEARCH (TAG "c") PARTIAL (2:3 4,3)
      S: c OK *
      C: d SEARCH RETURN (PARTIAL 1:2) SUBJECT nothing
      S: * ESEARCH (TAG "d") PARTIAL (1:2 NIL)
      S: d OK *
    `)
  })

  await t.test('what SAVE keeps of it (RFC 9394 3.2)', async () => {
    const table = [
      ['SAVE PARTIAL 2:3', '2:3'],
      ['SAVE PARTIAL 2:3 MIN', '1:3'],
      ['SAVE PARTIAL 2:3 MIN MAX', '1:3,5'],
      ['SAVE PARTIAL 2:3 COUNT', '1:5'],
    ] as const
    for (const [options, kept] of table) {
      await client.play(`C: s SEARCH RETURN (${options}) ALL\nS: * ESEARCH *\nS: s OK *`)
      await client.play(`C: k SEARCH RETURN () $\nS: * ESEARCH (TAG "k") ALL ${kept}\nS: k OK *`)
    }
  })

  await t.test('UID FETCH of a part (RFC 9394 3.3)', async () => {
    await client.play(`
      C: a UID FETCH 2:* (UID) (PARTIAL -1:-2)
      S: * 4 FETCH (UID 4)
      S: * 5 FETCH (UID 5)
      S: a OK *
      C: b UID FETCH 1:* (UID) (PARTIAL 9:10)
      S: b OK *
      C: c UID STORE 2,4 +FLAGS.SILENT (\\Seen)
      S: ...
      S: c OK *
      C: d UID FETCH 1:* (UID) (PARTIAL 2:2 CHANGEDSINCE 1)
      S: ...
      S: d OK *
      C: e FETCH 1:* (UID) (PARTIAL 1:2)
      S: e BAD *
    `)
  })

  await t.test('what is no range is BAD', async () => {
    for (const options of [
      'PARTIAL',
      'PARTIAL 1',
      'PARTIAL 0:1',
      'PARTIAL -1:2',
      'PARTIAL 1:*',
      'PARTIAL 1:2 ALL',
      'PARTIAL 1:2 PARTIAL 3:4',
      'PARTIAL 1:4294967296',
    ]) {
      await client.play(`C: s SEARCH RETURN (${options}) ALL\nS: s BAD *`)
    }
    await client.play('C: f UID FETCH 1 UID (PARTIAL 1:2 PARTIAL 1:2)\nS: f BAD *')
  })
})

test('CONTEXT=SEARCH (RFC 5267 4.3)', async (t) => {
  const server = await startImap(t)

  await t.test('what comes to match is added, what does no longer is removed, whoever did it', async () => {
    const [client, other] = await withMessages(server, 'flags', '1', '2', '3', '4')
    await client.play(`
      C: b SEARCH RETURN (UPDATE COUNT) UNSEEN
      S: * ESEARCH (TAG "b") COUNT 4
      S: b OK *
      C: c UID SEARCH RETURN (UPDATE CONTEXT) FLAGGED
      S: * ESEARCH (TAG "c") UID
      S: c OK *
      C: d STORE 1,3:4 +FLAGS.SILENT (\\Seen)
      S: * ESEARCH (TAG "b") REMOVEFROM (0 1,3:4)
      S: d OK *
    `)
    await other.play('C: e UID STORE 2:3 FLAGS.SILENT (\\Flagged)\nS: ...\nS: e OK *')
    await client.play(`
      C: f NOOP
      S: ...
      S: * ESEARCH (TAG "b") ADDTO (0 3)
      S: * ESEARCH (TAG "c") UID ADDTO (0 2:3)
      S: f OK *
    `)
  })

  await t.test('what is new has a number before it is added, and keeps it until it was removed', async () => {
    const [client, other] = await withMessages(server, 'numbers', '1', '2')
    await client.play('C: b SEARCH RETURN (UPDATE) TEXT text\nS: * ESEARCH (TAG "b")\nS: b OK *')
    await server.deliver(mail('3'), server.accountOf('numbers'))
    await client.play(`
      C: c NOOP
      S: * 3 EXISTS
      S: * 3 RECENT
      S: * ESEARCH (TAG "b") ADDTO (0 3)
      S: c OK *
    `)
    await other.play('C: d UID STORE 1:2 +FLAGS.SILENT (\\Deleted)\nS: ...\nS: d OK *\nC: e EXPUNGE\nS: ...\nS: e OK *')
    await client.play(`
      C: f STORE 3 +FLAGS.SILENT (\\Flagged)
      S: f OK *
      C: g NOOP
      S: * ESEARCH (TAG "b") REMOVEFROM (0 1:2)
      S: * 2 EXPUNGE
      S: * 1 EXPUNGE
      S: g OK *
    `)
  })

  await t.test('in IDLE it is told at once', async () => {
    const [client] = await withMessages(server, 'idle', '1')
    await client.play('C: b UID SEARCH RETURN (UPDATE) SUBJECT two\nS: * ESEARCH (TAG "b") UID\nS: b OK *\nC: c IDLE\nS: + *')
    await server.deliver(mail('two'), server.accountOf('idle'))
    await client.play('S: * 2 EXISTS\nS: * 2 RECENT\nS: * ESEARCH (TAG "b") UID ADDTO (0 2)\nC: DONE\nS: c OK *')
  })

  await t.test('what could not be read is told when it can be', async () => {
    let fails = false
    const weak = await startImap(t, {
      before: (method) => {
        if (fails && method === 'findTexts') throw new DatabaseUnavailable('for the test')
      },
    })
    const [client] = await withMessages(weak, 'weak', '1')
    await client.play('C: b UID SEARCH RETURN (UPDATE) BODY text\nS: * ESEARCH (TAG "b") UID\nS: b OK *')
    await weak.deliver(mail('2'), weak.accountOf('weak'))
    fails = true
    await client.play('C: c NOOP\nS: * 2 EXISTS\nS: * 2 RECENT\nS: c NO [UNAVAILABLE] *')
    fails = false
    await client.play('C: d NOOP\nS: * ESEARCH (TAG "b") UID ADDTO (0 2)\nS: d OK *')
  })

  await t.test('a sorted result names the places (RFC 5267 4.3.3, 4.3.4)', async () => {
    const [client, other] = await withMessages(server, 'sort', 'd', 'b', 'f')
    await client.play('C: b UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 UNDELETED\nS: * ESEARCH (TAG "b") UID ALL 2,1,3\nS: b OK *')
    for (const subject of ['e', 'a', 'c', 'g']) await server.deliver(mail(subject), server.accountOf('sort'))
    // a b c d e f g
    await client.play('C: c NOOP\nS: ...\nS: * ESEARCH (TAG "b") UID ADDTO (1 5 3 6 5 4 7 7)\nS: c OK *')
    await other.play('C: n NOOP\nS: ...\nS: n OK *\nC: d UID STORE 5,6,1,7 +FLAGS (\\Deleted)\nS: ...\nS: d OK *\nC: e UID EXPUNGE 1\nS: ...\nS: e OK *')
    // c d are beside each other; 1 is gone, but not told yet.
    await client.play(`
      C: f STORE 2 +FLAGS.SILENT (\\Seen)
      S: ...
      S: * ESEARCH (TAG "b") UID REMOVEFROM (7 7 3 6 1 5)
      S: f OK *
    `)
    await other.play('C: g UID STORE 6,7 -FLAGS.SILENT (\\Deleted)\nS: ...\nS: g OK *')
    await client.play(`
      C: h STORE 3 +FLAGS.SILENT (\\Seen)
      S: ...
      S: * ESEARCH (TAG "b") UID ADDTO (2 6 6 7)
      S: h OK *
      C: i NOOP
      S: * ESEARCH (TAG "b") UID REMOVEFROM (3 1)
      S: * 1 EXPUNGE
      S: i OK *
    `)
  })

  await t.test('UPDATE with items: a new message in the result is told of in one response (RFC 5465 7)', async () => {
    const [client] = await withMessages(server, 'items', '1')
    const account = server.accountOf('items')
    await client.play(`
      C: a SEARCH RETURN (COUNT UPDATE (UID BODY.PEEK[HEADER.FIELDS (Subject)])) SUBJECT boss
      S: * ESEARCH (TAG "a") COUNT 0
      S: a OK *
      C: b UID SEARCH RETURN (ALL UPDATE (UID RFC822.SIZE)) LARGER 1
      S: * ESEARCH (TAG "b") UID ALL 1
      S: b OK *
    `)
    for (const subject of ['boss', 'other']) await server.deliver(`Subject: ${subject}\r\n\r\nx\r\n`, account)
    await client.play(`
      C: c NOOP
      S: * 3 EXISTS
      S: * 3 RECENT
      S: * ESEARCH (TAG "a") ADDTO (0 2)
      S: * ESEARCH (TAG "b") UID ADDTO (0 2:3)
      S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (Subject)] {17}
      S: Subject: boss
      S:
      S: * RFC822.SIZE *)
      S: * 3 FETCH (UID 3 RFC822.SIZE *)
      S: c OK *
      C: d NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))
      S: d OK *
    `)
    await server.deliver('Subject: boss\r\n\r\nx\r\n', account)
    await client.play(`
      S: * 4 EXISTS
      S: * 4 RECENT
      S: * ESEARCH (TAG "a") ADDTO (0 4)
      S: * ESEARCH (TAG "b") UID ADDTO (0 4)
      S: * 4 FETCH (UID 4 FLAGS (\\Recent) BODY[HEADER.FIELDS (Subject)] {17}
      S: ...
      S: * RFC822.SIZE *)
      C: e UID STORE 4 +FLAGS.SILENT (\\Seen)
      S: e OK *
      # By new flags nothing is fetched.
      C: f SEARCH RETURN (UPDATE (UID)) FLAGGED
      S: * ESEARCH *
      S: f OK *
      C: g UID STORE 4 +FLAGS.SILENT (\\Flagged)
      S: * ESEARCH (TAG "f") ADDTO (0 4)
      S: g OK *
      C: h SEARCH RETURN (UPDATE (BODY[])) ALL
      S: h BAD *
      C: i SEARCH RETURN (UPDATE ()) ALL
      S: i BAD *
    `)
  })

  await t.test('CANCELUPDATE, and leaving the mailbox, end it', async () => {
    const [client] = await withMessages(server, 'cancel', '1', '2')
    await client.play(`
      C: b SEARCH RETURN (UPDATE) FLAGGED
      S: * ESEARCH (TAG "b")
      S: b OK *
      C: b SEARCH RETURN (UPDATE) SEEN
      S: b BAD *
      C: c CANCELUPDATE "b" "nothing"
      S: c NO *
      C: d CANCELUPDATE "b"
      S: d OK *
      C: e STORE 1 +FLAGS.SILENT (\\Flagged)
      S: e OK *
      C: f CANCELUPDATE "b"
      S: f NO *
      C: g CANCELUPDATE
      S: g BAD *
      C: h CANCELUPDATE b
      S: h BAD *
      C: b SEARCH RETURN (UPDATE) FLAGGED
      S: * ESEARCH (TAG "b")
      S: b OK *
      C: i SELECT INBOX
      S: ...
      S: i OK *
      C: j STORE 2 +FLAGS.SILENT (\\Flagged)
      S: j OK *
      C: k CLOSE
      S: k OK *
      C: l CANCELUPDATE "b"
      S: l BAD *
    `)
  })

  await t.test('what is not kept up to date is said, and answered all the same (RFC 5267 4.3.1)', async () => {
    const [client] = await withMessages(server, 'limits', '1', '2')
    for (const key of ['1:2', 'NOT $', 'UID $', 'YOUNGER 100', 'OR SEEN OLDER 100']) {
      await client.play(`C: s SEARCH RETURN (UPDATE COUNT) ${key}\nS: * ESEARCH *\nS: * NO [NOUPDATE "s"] *\nS: s OK *`)
    }
    for (let tag = 0; tag < 20; tag++) await client.play(`C: t${tag} SEARCH RETURN (UPDATE) SEEN\nS: * ESEARCH *\nS: t${tag} OK *`)
    await client.play('C: u SEARCH RETURN (UPDATE) SEEN\nS: * ESEARCH *\nS: * NO [NOUPDATE "u"] *\nS: u OK *')
    await client.play('C: v CANCELUPDATE "t3" "t4"\nS: v OK *\nC: u SEARCH RETURN (UPDATE) SEEN\nS: * ESEARCH *\nS: u OK *')
  })
  assert.deepEqual(server.errors, [])
})

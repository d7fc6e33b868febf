import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

const multipart = [
  'From: Ann <ann@a.example>',
  'To: bob@b.example',
  'Date: Tue, 1 Jul 2025 23:30:00 -0800',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=x',
  '',
  '--x',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Der B=E4r schl=E4ft.',
  '--x',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  '',
  'needle',
  '--x--',
  '',
].join('\r\n')

test('messages', async (t) => {
  const server = await startImap(t)

  await t.test('FETCH (RFC 9051 6.4.5)', async () => {
    const client = await server.as('fetch')
    await server.deliver(multipart, server.accountOf('fetch'))
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b FETCH 1 (UID RFC822.SIZE INTERNALDATE FLAGS)
      S: * 1 FETCH (UID 1 RFC822.SIZE ${multipart.length + 30} INTERNALDATE "14-Nov-2023 22:13:20 +0000" FLAGS (\\Recent))
      S: b OK FETCH completed
      C: c FETCH 1 ENVELOPE
      S: * 1 FETCH (ENVELOPE ("Tue, 1 Jul 2025 23:30:00 -0800" "=?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr" (("Ann" NIL "ann" "a.example")) (("Ann" NIL "ann" "a.example")) (("Ann" NIL "ann" "a.example")) ((NIL NIL "bob" "b.example")) NIL NIL NIL NIL))
      S: c OK *
      C: d FETCH 1 BODYSTRUCTURE
      S: * 1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "iso-8859-1") NIL NIL "quoted-printable" 20 0 NIL NIL NIL NIL)("message" "rfc822" * "mixed" ("boundary" "x") NIL NIL NIL))
      S: d OK *
      C: e FETCH 1 BODY
      S: * 1 FETCH (BODY (("text" "plain" ("charset" "iso-8859-1") NIL NIL "quoted-printable" 20 0)("message" "rfc822" NIL NIL NIL "7bit" 24 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 0) 2) "mixed"))
      S: e OK *
      C: f FETCH 1 (BODY.PEEK[1] BODY.PEEK[1.MIME])
      S: * 1 FETCH (BODY[1] {20}
      S: Der B=E4r schl=E4ft. BODY[1.MIME] {93}
      S: Content-Type: text/plain; charset=iso-8859-1
      S: Content-Transfer-Encoding: quoted-printable
      S:
      S: )
      S: f OK *
      C: g FETCH 1 (BODY.PEEK[2.HEADER] BODY.PEEK[2.TEXT]<2.3> BODY.PEEK[2.1] BODY.PEEK[3] BODY.PEEK[2]<99.5>)
      S: * 1 FETCH (BODY[2.HEADER] {18}
      S: Subject: inner
      S:
      S:  BODY[2.TEXT]<2> {3}
      S: edl BODY[2.1] {6}
      S: needle BODY[3] NIL BODY[2]<99> "")
      S: g OK *
      C: h UID FETCH 1:* (BODY[HEADER.FIELDS (SUBJECT)])
      S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {49}
      S: Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr
      S:
      S:  FLAGS (\\Recent \\Seen))
      S: h OK UID FETCH completed
      C: i FETCH 1 RFC822.HEADER
      S: * 1 FETCH (RFC822.HEADER {*}
      S: ...
      S: i OK *
      C: j FETCH 2 FLAGS
      S: j BAD there are only 1 messages
      C: k UID FETCH 2:3 FLAGS
      S: k OK *
      C: l FETCH 1 FOO
      S: l BAD *
      C: m FETCH 1 (FLAGS
      S: m BAD *
      C: n FETCH 0 FLAGS
      S: n BAD *
      C: o FETCH 1
      S: o BAD *
      C: p FETCH 1 (BODY.PEEK[${'1.'.repeat(101)}1])
      S: p BAD *
      C: q FETCH 5:* UID
      S: * 1 FETCH (UID 1)
      S: q OK *
    `)
  })

  await t.test('a large message goes out whole, and partly', async () => {
    const client = await server.as('large')
    const body = Buffer.alloc(1_000_000, 'abcdefghijklmnopqrstuvwxyz0123456789\r\n')
    const message = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), body])
    await server.deliver(message, server.accountOf('large'))
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b FETCH 1 BODY.PEEK[TEXT]<999990.100>
      S: * 1 FETCH (BODY[TEXT]<999990> {10}
    `)
    const end = body.subarray(999_990).toString('latin1').split('\r\n')
    assert.equal(await client.line(), end.length === 1 ? `${end[0]})` : end[0])
    if (end.length > 1) assert.equal(await client.line(), `${end[1]})`)
    await client.play('S: b OK *')
    client.write('c FETCH 1 BODY.PEEK[TEXT]\r\n')
    assert.equal(await client.line(), '* 1 FETCH (BODY[TEXT] {1000000}')
    let received = ''
    while (received.length < body.length) received += `${await client.line()}\r\n`
    assert.equal(received.slice(0, body.length), body.toString('latin1'))
    assert.equal(received.slice(body.length).trimEnd() || (await client.line()), ')')
    await client.play('S: c OK *')
  })

  await t.test('STORE (RFC 9051 6.4.6)', async () => {
    const client = await server.as('store')
    for (let i = 1; i <= 3; i++) await server.deliver(`Subject: ${i}\r\n\r\n`, server.accountOf('store'))
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b STORE 1:2 +FLAGS (\\Seen $Work)
      S: * FLAGS (\\Seen * $Work)
      S: * 1 FETCH (FLAGS (\\Recent \\Seen $Work))
      S: * 2 FETCH (FLAGS (\\Recent \\Seen $Work))
      S: b OK STORE completed
      C: c UID STORE 2 -FLAGS \\Seen
      S: * 2 FETCH (UID 2 FLAGS (\\Recent $Work))
      S: c OK UID STORE completed
      C: d STORE 2 FLAGS.SILENT (\\Draft)
      S: d OK *
      C: e STORE 1 FLAGS ()
      S: * 1 FETCH (FLAGS (\\Recent))
      S: e OK *
      C: f FETCH 1:3 FLAGS
      S: * 1 FETCH (FLAGS (\\Recent))
      S: * 2 FETCH (FLAGS (\\Recent \\Draft))
      S: * 3 FETCH (FLAGS (\\Recent))
      S: f OK *
      C: g STORE 4 +FLAGS (\\Seen)
      S: g BAD *
      C: h UID STORE 4 +FLAGS (\\Seen)
      S: h OK *
      C: i STORE 1 FOO (\\Seen)
      S: i BAD *
      C: j STORE 1 +FLAGS (\\Foo)
      S: j BAD unknown system flag \\Foo
      C: k STORE 1 +FLAGS (\\Recent)
      S: * 1 FETCH (FLAGS (\\Recent))
      S: k OK *
      C: l STORE 1 +FLAGS
      S: l BAD *
      C: m STORE 1 +FLAGS.LOUD (\\Seen)
      S: m BAD *
    `)
  })

  await t.test('COPY, MOVE, EXPUNGE, UID EXPUNGE with their UIDs (RFC 4315, RFC 6851)', async () => {
    const client = await server.as('copy')
    for (let i = 1; i <= 5; i++) await server.deliver(`Subject: ${i}\r\n\r\n`, server.accountOf('copy'))
    await client.play(`
      C: a CREATE x
      S: a OK *
      C: b SELECT INBOX
      S: ...
      S: b OK *
      C: c COPY 1,3 x
      S: c OK [COPYUID * 1,3 1:2] COPY completed
      C: d UID COPY 4:9 x
      S: d OK [COPYUID * 4:5 3:4] UID COPY completed
      C: e UID COPY 99 x
      S: e OK UID COPY completed
      C: f COPY 1 nothing
      S: f NO [TRYCREATE] *
      C: g COPY 9 x
      S: g BAD *
      C: h MOVE 2 x
      S: * OK [COPYUID * 2 5] *
      S: * 2 EXPUNGE
      S: h OK MOVE completed
      C: i UID MOVE 1 nothing
      S: i NO [TRYCREATE] *
      C: j STORE 1:3 +FLAGS.SILENT (\\Deleted)
      S: j OK *
      C: k UID EXPUNGE 4:5
      S: * 3 EXPUNGE
      S: k OK UID EXPUNGE completed
      C: l EXPUNGE
      S: * 2 EXPUNGE
      S: * 1 EXPUNGE
      S: l OK EXPUNGE completed
      C: m COPY 1 INBOX
      S: * 2 EXISTS
      S: * 2 RECENT
      S: m OK [COPYUID * 5 6] *
      C: n STATUS x (MESSAGES)
      S: * STATUS "x" (MESSAGES 5)
      S: n OK *
      C: o UID EXPUNGE
      S: o BAD *
    `)
  })

  await t.test('SEARCH (RFC 9051 6.4.4)', async () => {
    const client = await server.as('search')
    const account = server.accountOf('search')
    await server.deliver(multipart, account)
    await server.deliver('Subject: second\r\nX-Foo: a\r\n b\r\n\r\nneedle in the body\r\n', account)
    await server.deliver('Content-Type: application/octet-stream; name=needle.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nbmVlZGxl\r\n', account)
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b STORE 2 +FLAGS.SILENT (\\Flagged $Work)
      S: ...
      S: b OK *
    `)
    const table: readonly (readonly [keys: string, numbers: string])[] = [
      ['ALL', ' 1 2 3'],
      ['SUBJECT "gr\xfc\xdfe"', 'BAD'],
      ['CHARSET ISO-8859-1 SUBJECT "gr\xfc\xdfe"', ' 1'],
      ['CHARSET UTF-8 SUBJECT "GR\xc3\x9c"', ' 1'],
      ['SUBJECT "GR\xc3\x9c"', ' 1'],
      ['CHARSET UTF-8 BODY "B\xc3\xa4R SCHL"', ' 1'],
      ['BODY needle', ' 1 2'],
      ['BODY inner', ''],
      ['TEXT inner', ' 1'],
      ['TEXT needle', ' 1 2 3'],
      ['HEADER X-FOO "a b"', ' 2'],
      ['HEADER X-Foo ""', ' 2'],
      ['NOT HEADER X-Foo ""', ' 1 3'],
      ['FROM ann@a.example', ' 1'],
      ['OR KEYWORD $WORK SENTON 1-Jul-2025', ' 1 2'],
      ['SENTSINCE 2-Jul-2025', ''],
      ['SENTBEFORE 2-Jul-2025', ' 1'],
      ['ON 14-Nov-2023', ' 1 2 3'],
      ['SINCE 15-Nov-2023', ''],
      ['BEFORE 15-Nov-2023 UNFLAGGED', ' 1 3'],
      ['YOUNGER 60', ' 1 2 3'],
      ['OLDER 60', ''],
      ['LARGER 120', ' 1 3'],
      ['SMALLER 120', ' 2'],
      ['UNKEYWORD $work', ' 1 3'],
      ['RECENT UNSEEN NEW', ' 1 2 3'],
      ['OLD', ''],
      ['2:*', ' 2 3'],
      ['UID 1,3', ' 1 3'],
      ['NOT (BODY needle)', ' 3'],
      ['OR BODY needle ALL', ' 1 2 3'],
      ['BODY needle BODY schl', ' 1'],
      ['BODY ""', ' 1 2 3'],
      ['99', ''],
      ['FOO', 'BAD'],
      ['CHARSET FOO ALL', 'NO [BADCHARSET (US-ASCII UTF-8 *'],
      ['BODY', 'BAD'],
      ['', 'BAD'],
    ]
    for (const [keys, numbers] of table) {
      client.write(Buffer.from(`s SEARCH ${keys}\r\n`, 'latin1'))
      if (!/^(?:BAD|NO)/.test(numbers)) await client.play(`S: \\* SEARCH${numbers}`)
      await client.play(`S: s ${/^(?:BAD|NO)/.test(numbers) ? `${numbers} *` : 'OK SEARCH completed'}`)
    }
    await client.play(`
      C: e SEARCH RETURN (MIN MAX COUNT ALL) BODY needle
      S: * ESEARCH (TAG "e") MIN 1 MAX 2 ALL 1:2 COUNT 2
      S: e OK *
      C: f UID SEARCH RETURN (SAVE) BODY needle
      S: f OK *
      C: g FETCH $ UID
      S: * 1 FETCH (UID 1)
      S: * 2 FETCH (UID 2)
      S: g OK *
      C: h UID SEARCH RETURN (SAVE MAX) $
      S: * ESEARCH (TAG "h") UID MAX 2
      S: h OK *
      C: i UID SEARCH $
      S: * SEARCH 2
      S: i OK *
      C: j SEARCH RETURN (SAVE) CHARSET FOO ALL
      S: j NO *
    `)
  })

  await t.test('CHECK, NOOP', async () => {
    const client = await server.as('check')
    await client.play(`
      C: a CHECK
      S: a BAD *
      C: b SELECT INBOX
      S: ...
      S: b OK *
      C: c CHECK
      S: c OK CHECK completed
    `)
  })

  assert.deepEqual(server.errors, [])
})

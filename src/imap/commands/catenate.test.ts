import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

const message = [
  'From: ann@a.example',
  'Subject: parts',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  '',
  'one',
  '--b',
  'Content-Type: text/html',
  '',
  '<p>two',
  '--b--',
  '',
].join('\r\n')

test('CATENATE (RFC 4469)', async (t) => {
  const server = await startImap(t, { limits: { messageOctets: 20_000, spoolOctets: 2_000 } })
  await server.deliver(message, server.accountOf('ann'), server.accountOf('bob'))
  await server.deliver(`Subject: large\r\n\r\n${'x'.repeat(15_000)}`, server.accountOf('ann'))

  await t.test('texts and sections, of the named mailbox or of the selected one', async () => {
    const client = await server.as('ann')
    await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    const other = '/Entw%C3%BCrfe/;UID=1/;SECTION=1/;PARTIAL=1.2'
    const uidValidity = /UIDVALIDITY (\d+)/.exec(client.transcript)?.[1]
    await client.play(`
      C: b CREATE "Entw&APw-rfe & Co/2"
      S: b NO *
      C: b CREATE Entw&APw-rfe
      S: b OK *
      C: c COPY 1 Entw&APw-rfe
      S: c OK *
      C> d APPEND INBOX (\\Draft) CATENATE (URL "/INBOX;UIDVALIDITY=${uidValidity}/;UID=1/;SECTION=HEADER.FIELDS%20(Subject)" TEXT {5}\\r\\n
      S: + go ahead
      C> one\\r\\n URL ";uid=1/;section=2" TEXT {4+}\\r\\n end URL {${other.length}}\\r\\n
      S: + go ahead
      C> ${other})\\r\\n
      S: * 3 EXISTS
      S: * 3 RECENT
      S: d OK [APPENDUID ${uidValidity} 3] *
      C: e FETCH 3 (FLAGS BODY.PEEK[])
      S: * 3 FETCH (FLAGS (\\Recent \\Draft) BODY[] {35}
      S: Subject: parts
      S:
      S: one
      S: <p>two endne)
      S: e OK *
    `)
  })

  await t.test('with other messages in one command; a large one through the spool file', async () => {
    const client = await server.as('ann')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C> b APPEND INBOX CATENATE (URL "/INBOX/;UID=2") CATENATE (TEXT {3+}\\r\\na:b TEXT {0+}\\r\\n) {6+}\\r\\na: c\\r\\n\\r\\n
      S: * 6 EXISTS
      S: b OK [APPENDUID * 4:6] *
      C: c FETCH 4:6 RFC822.SIZE
      S: * 4 FETCH (RFC822.SIZE *)
      S: * 5 FETCH (RFC822.SIZE 3)
      S: * 6 FETCH (RFC822.SIZE 6)
      S: c OK *
    `)
    assert.deepEqual(await server.spooled(), [])
  })

  await t.test('what is not there, not ours, or too much: BADURL, TOOBIG, and nothing comes', async () => {
    const client = await server.as('bob')
    await client.play(`
      C> a APPEND INBOX CATENATE (URL "/INBOX/;UID=7" TEXT {10+}\\r\\nx LOGOUT\\r\\n)\\r\\n
      S: a NO [BADURL /INBOX/;UID=7] *
      C: b APPEND INBOX CATENATE (URL "/INBOX;UIDVALIDITY=1/;UID=1")
      S: b NO [BADURL *] *
      C: c APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=3")
      S: c NO [BADURL *] *
      C: d APPEND INBOX CATENATE (URL "/nothing/;UID=1")
      S: d NO [BADURL *] *
      C: e APPEND INBOX CATENATE (URL ";UID=1")
      S: e NO [BADURL *] *
      C: f APPEND INBOX CATENATE (URL "imap://ann@mx.a.example/INBOX/;UID=1")
      S: f NO [BADURL *] *
      C: g APPEND INBOX CATENATE (URL "http://a.example/x]y")
      S: g NO [BADURL http://a.example/x?y] *
      C: h APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=HEAD")
      S: h NO [BADURL *] *
      C: i APPEND INBOX CATENATE (URL "/%FF/;UID=1")
      S: i NO [BADURL *] *
      C> j APPEND INBOX CATENATE (URL "/INBOX/;UID=1" TEXT {19990+}\\r\\n${'x'.repeat(19_990)})\\r\\n
      S: j NO [TOOBIG] *
      C: k APPEND INBOX CATENATE ()
      S: k BAD *
      C> l APPEND INBOX CATENATE (TEXT {0+}\\r\\n)\\r\\n
      S: l NO [CANNOT] *
      C> m APPEND INBOX CATENATE (TEXT {3+}\\r\\nabc\\r\\n
      S: m BAD *
      C: n APPEND INBOX CATENATE (FILE "x")
      S: n BAD *
      C: o APPEND nothing CATENATE (URL "/INBOX/;UID=1")
      S: o NO [TRYCREATE] *
      C: p STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 1)
      S: p OK *
    `)
    assert.deepEqual(await server.spooled(), [])
  })

  assert.deepEqual(server.errors, [])
})

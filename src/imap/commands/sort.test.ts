import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap, type ImapUnderTest } from '../../../test/harness/imap.ts'

const mail = (...fields: string[]) => `${fields.join('\r\n')}\r\n\r\ntext\r\n`

/** 1 and 4 are one conversation with 3, whose first message is missing; 2 stands alone. */
async function deliverFour(server: ImapUnderTest, name: string): Promise<void> {
  const account = server.accountOf(name)
  server.clock.nowMs = Date.parse('2026-11-22T12:00:00Z')
  await server.deliver(
    mail('Message-ID: <1@x>', 'References: <0@x>', 'Subject: Re: Bären', 'From: "Zoe" <b@a.example>', 'Date: Sun, 22 Nov 2026 10:00:00 +0000'),
    account,
  )
  server.clock.nowMs += 1_000
  await server.deliver(
    mail('Message-ID: <2@x>', 'Subject: [list] apples', 'From: c@a.example', 'To: d@d.example', 'Date: Sun, 22 Nov 2026 12:00:00 +0300'),
    account,
  )
  server.clock.nowMs += 1_000
  await server.deliver(
    mail('Message-ID: <3@x>', 'References: <0@x>', 'Subject: zebra', 'From: =?utf-8?q?=C3=84nne?= <A@a.example>', 'Cc: x@a.example'),
    account,
  )
  server.clock.nowMs += 1_000
  await server.deliver(
    mail('Message-ID: <4@x>', 'In-Reply-To: <1@x>', 'Subject: Fwd: BÄREN', 'From: b@a.example', 'To: c@c.example', 'Date: Sun, 22 Nov 2026 10:00:00 +0000'),
    account,
  )
}

test('SORT and THREAD', async (t) => {
  const server = await startImap(t)

  await t.test('SORT (RFC 5256 3, RFC 5957)', async () => {
    await deliverFour(server, 'sort')
    const client = await server.as('sort')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b SORT (DATE) UTF-8 ALL
      S: * SORT 2 1 4 3
      S: b OK SORT completed
      C: c UID SORT (REVERSE DATE) UTF-8 ALL
      S: * SORT 3 1 4 2
      S: c OK UID SORT completed
      C: d SORT (SUBJECT) UTF-8 ALL
      S: * SORT 2 1 4 3
      S: d OK *
      C: e SORT (SUBJECT REVERSE ARRIVAL) UTF-8 ALL
      S: * SORT 2 4 1 3
      S: e OK *
      C: f SORT (FROM) UTF-8 ALL
      S: * SORT 3 1 4 2
      S: f OK *
      C: g SORT (DISPLAYFROM) UTF-8 ALL
      S: * SORT 3 4 2 1
      S: g OK *
      C: h SORT (TO) UTF-8 1:4
      S: * SORT 1 3 4 2
      S: h OK *
      C: i SORT (DISPLAYTO) UTF-8 ALL
      S: * SORT 1 3 4 2
      S: i OK *
      C: j SORT (REVERSE CC) UTF-8 ALL
      S: * SORT 3 1 2 4
      S: j OK *
      C: k SORT (SIZE) UTF-8 UID 2,4
      S: * SORT 2 4
      S: k OK *
      C: l SORT (REVERSE ARRIVAL) US-ASCII SUBJECT "nothing of that kind"
      S: * SORT
      S: l OK *
      C: m SORT (REVERSE ARRIVAL) UTF-8 SUBJECT "bären"
      S: * SORT 4 1
      S: m OK *
    `)
  })

  await t.test('ESORT (RFC 5267 3): MIN is the first, MAX the last', async () => {
    await deliverFour(server, 'esort')
    const client = await server.as('esort')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b SORT RETURN (MIN MAX COUNT ALL) (REVERSE DATE) UTF-8 ALL
      S: * ESEARCH (TAG "b") MIN 3 MAX 2 ALL 3,1,4,2 COUNT 4
      S: b OK SORT completed
      C: c UID SORT RETURN (SAVE MIN) (REVERSE DATE) UTF-8 ALL
      S: * ESEARCH (TAG "c") UID MIN 3
      S: c OK *
      C: d SEARCH $
      S: * SEARCH 3
      S: d OK *
      C: e SORT RETURN () (ARRIVAL) UTF-8 SUBJECT nothing
      S: * ESEARCH (TAG "e")
      S: e OK *
    `)
  })

  await t.test('THREAD (RFC 5256 3)', async () => {
    await deliverFour(server, 'thread')
    const client = await server.as('thread')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b THREAD REFERENCES UTF-8 ALL
      S: * THREAD (2)((1 4)(3))
      S: b OK THREAD completed
      C: c UID THREAD REFS UTF-8 ALL
      S: * THREAD (2)((1 4)(3))
      S: c OK UID THREAD completed
      C: d THREAD ORDEREDSUBJECT UTF-8 ALL
      S: * THREAD (2)(1 4)(3)
      S: d OK *
      C: e THREAD REFERENCES UTF-8 NOT 1
      S: * THREAD (2)(4)(3)
      S: e OK *
      C: f THREAD REFERENCES UTF-8 SUBJECT nothing
      S: * THREAD
      S: f OK *
    `)
  })

  await t.test('what comes and goes meanwhile is in the next answer', async () => {
    await deliverFour(server, 'fresh')
    const [client, other] = [await server.as('fresh'), await server.as('fresh')]
    const select = 'C: a SELECT INBOX\nS: ...\nS: a OK *'
    await client.play(`${select}\nC: b SORT (SUBJECT DATE) UTF-8 ALL\nS: * SORT 2 1 4 3\nS: b OK *`)
    await server.deliver(mail('Message-ID: <5@x>', 'Subject: middle', 'Date: Sat, 21 Nov 2026 10:00:00 +0000'), server.accountOf('fresh'))
    await client.play(`
      C: c UID SORT (SUBJECT) UTF-8 ALL
      S: * 5 EXISTS
      S: * 5 RECENT
      S: * SORT 2 1 4 5 3
      S: c OK *
      C: d THREAD REFS UTF-8 ALL
      S: * THREAD (5)(2)((1 4)(3))
      S: d OK *
    `)
    await other.play(`${select}\nC: b UID STORE 1:2 +FLAGS.SILENT (\\Deleted)\nS: ...\nS: b OK *\nC: c EXPUNGE\nS: ...\nS: c OK *`)
    await client.play(`
      C: e SORT (DATE) UTF-8 ALL
      S: ...
      S: * SORT 5 4 3
      S: ...
      S: e OK *
    `)
  })

  await t.test('what is not understood', async () => {
    const client = await server.as('bad')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b SORT () UTF-8 ALL
      S: b BAD *
      C: c SORT (REVERSE) UTF-8 ALL
      S: c BAD *
      C: d SORT (REVERSE REVERSE DATE) UTF-8 ALL
      S: d BAD *
      C: e SORT (WEIGHT) UTF-8 ALL
      S: e BAD *
      C: f SORT (DATE) UTF-8
      S: f BAD *
      C: g SORT (DATE) x-no-such-charset ALL
      S: g NO [BADCHARSET *
      C: h THREAD JWZ UTF-8 ALL
      S: h BAD *
      C: i THREAD REFERENCES
      S: i BAD *
      C: j SORT (${'DATE '.repeat(20)}DATE) UTF-8 ALL
      S: j BAD *
      C: k SORT (DATE) UTF-8 ALL
      S: * SORT
      S: k OK *
    `)
  })
  assert.deepEqual(server.errors, [])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

test('APPEND', async (t) => {
  const server = await startImap(t, { limits: { messageOctets: 2_000_000, spoolOctets: 10_000 }, quotaBytes: 5_000_000 })

  await t.test('with flags and date, both kinds of literal (RFC 9051 6.3.12, RFC 4315, RFC 7888)', async () => {
    const client = await server.as('ann')
    await client.play(`
      C: a APPEND INBOX (\\Seen $Work) "17-Jul-1996 02:44:25 -0700" {8}
      S: + go ahead
      C> a: b\\r\\n\\r\\n\\r\\n
      S: a OK [APPENDUID * 1] APPEND completed
      C> b APPEND {5+}\\r\\nINBOX {8+}\\r\\na: c\\r\\n\\r\\n\\r\\n
      S: b OK [APPENDUID * 2] APPEND completed
      C: c SELECT INBOX
      S: ...
      S: c OK *
      C> d APPEND INBOX () {8+}\\r\\na: d\\r\\n\\r\\n\\r\\n
      S: * 3 EXISTS
      S: * 3 RECENT
      S: d OK [APPENDUID * 3] *
      C: e FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])
      S: * 1 FETCH (FLAGS (\\Recent \\Seen $Work) INTERNALDATE "17-Jul-1996 09:44:25 +0000" BODY[] {8}
      S: a: b
      S:
      S: )
      S: e OK *
    `)
  })

  await t.test('octet by octet', async () => {
    const client = await server.as('drop')
    const text = Array.from({ length: 1_000 }, (_, index) => 'abcdefg'[index % 7]).join('')
    client.write(`a APPEND INBOX {${text.length}+}\r\n`)
    for (const octet of text) {
      client.write(octet)
      await new Promise(setImmediate)
    }
    client.write('\r\n')
    await client.play(`
      S: a OK *
      C: b SELECT INBOX
      S: ...
      S: b OK *
      C: c FETCH 1 BODY.PEEK[]
      S: \\* 1 FETCH (BODY[] {1000}
      S: ${text})
      S: c OK *
    `)
  })

  await t.test('what is refused is refused before the message is sent, or read to its end', async () => {
    const client = await server.as('bob')
    await client.play(`
      C: a APPEND nothing {8}
      S: a NO [TRYCREATE] *
      C> b APPEND nothing {20+}\\r\\nx LOGOUT\\r\\ny LOGOUT\\r\\n\\r\\n
      S: b NO [TRYCREATE] *
      C: c APPEND INBOX {2000001}
      S: c NO [TOOBIG] *
      C: d APPEND INBOX {0}
      S: d NO [CANNOT] *
      C: e APPEND INBOX
      S: e BAD *
      C: f APPEND INBOX (\\Foo) {3}
      S: f BAD *
      C> g APPEND INBOX "yesterday" {3+}\\r\\nabc\\r\\n
      S: g BAD *
      C> h APPEND INBOX {3+}\\r\\nabc x\\r\\n
      S: h BAD *
      C> i APPEND INBOX {3+}\\r\\nabc{10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: i BAD *
      C> j APPEND INBOX {3+}\\r\\na\\0b\\r\\n
      S: j NO [CANNOT] *
      C> k APPEND INBOX ~{3+}\\r\\nabc\\r\\n
      S: k OK *
      C> k APPEND nothing ~{10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: k NO [TRYCREATE] *
      C> k APPEND INBOX ~{3+}\\r\\na\\0b\\r\\n
      S: k NO [UNKNOWN-CTE] *
      C> k APPEND INBOX CATENATE (TEXT ~{3+}\\r\\nabc)\\r\\n
      S: k BAD *
      C> l APPEND &AGE- {3+}\\r\\nabc\\r\\n
      S: l NO [CANNOT] *
      C: m STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 1)
      S: m OK *
      C: n APPEND INBOX {2000001+}
      S: \\* BYE [TOOBIG] *
      S: <closed>
    `)
  })

  await t.test('a large one goes through a spool file, whose end it is', async () => {
    const client = await server.as('carl')
    const message = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), Buffer.alloc(1_500_000, 'x')])
    client.write(`a APPEND INBOX {${message.length}+}\r\n`)
    client.write(message)
    await client.play('C>\nS: a OK [APPENDUID * 1] *'.replace('C>', 'C:'))
    assert.deepEqual(await server.spooled(), [])
    await client.play(`
      C: b SELECT INBOX
      S: ...
      S: b OK *
      C: c FETCH 1 (RFC822.SIZE BODY.PEEK[TEXT]<1499998.10>)
      S: * 1 FETCH (RFC822.SIZE ${message.length} BODY[TEXT]<1499998> {2}
      S: xx)
      S: c OK *
    `)
    client.write(`d APPEND INBOX {${message.length}+}\r\n`)
    client.write(Buffer.concat([message.subarray(1), Buffer.from('\0')]))
    await client.play('C:\nS: d NO [CANNOT] *')
    assert.deepEqual(await server.spooled(), [])
  })

  await t.test('past the quota', async () => {
    const client = await server.as('dora')
    const message = Buffer.alloc(1_900_000, 'a: b\r\n\r\n')
    for (const answer of ['OK *', 'OK *', 'NO [OVERQUOTA] *']) {
      client.write(`a APPEND INBOX {${message.length}+}\r\n`)
      client.write(message)
      await client.play(`C:\nS: a ${answer}`)
    }
  })

  await t.test('several messages: all of them, in their order (RFC 3502)', async () => {
    const client = await server.as('mia')
    await client.play(`
      C: a APPEND INBOX (\\Seen) {8}
      S: + go ahead
      C> a: b\\r\\n\\r\\n (\\Flagged) "17-Jul-1996 02:44:25 -0700" {9}\\r\\n
      S: + go ahead
      C> a: cc\\r\\n\\r\\n {10+}\\r\\na: ddd\\r\\n\\r\\n\\r\\n
      S: a OK [APPENDUID * 1:3] APPEND completed
      C: b SELECT INBOX
      S: ...
      S: b OK *
      C: c FETCH 1:3 (FLAGS INTERNALDATE BODY.PEEK[])
      S: * 1 FETCH (FLAGS (\\Recent \\Seen) INTERNALDATE * BODY[] {8}
      S: a: b
      S:
      S: )
      S: * 2 FETCH (FLAGS (\\Recent \\Flagged) INTERNALDATE "17-Jul-1996 09:44:25 +0000" BODY[] {9}
      S: a: cc
      S:
      S: )
      S: * 3 FETCH (FLAGS (\\Recent) INTERNALDATE * BODY[] {10}
      S: a: ddd
      S:
      S: )
      S: c OK *
    `)
  })

  await t.test('several messages: none of them, whatever is the matter with one', async () => {
    const client = await server.as('noa')
    await client.play(`
      C> a APPEND INBOX {3+}\\r\\nabc {11+}\\r\\nx LOGOUT\\0\\r\\n {12+}\\r\\nx LOGOUT\\r\\n\\r\\n\\r\\n
      S: a NO [CANNOT] *
      C> b APPEND INBOX {3+}\\r\\nabc {0}\\r\\n
      S: b NO [CANNOT] *
      C> c APPEND INBOX {3+}\\r\\nabc {0+}\\r\\n {10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: c NO [CANNOT] *
      C> d APPEND INBOX {3+}\\r\\nabc (\\Foo) {10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: d BAD *
      C> e APPEND INBOX {3+}\\r\\nabc {2000001}\\r\\n
      S: e NO [TOOBIG] *
      C> f APPEND INBOX {3+}\\r\\nabc \\r\\n
      S: f BAD *
      C> g APPEND INBOX${' {1+}\\r\\nx'.repeat(1001)}\\r\\n
      S: g NO [LIMIT] *
      C: h STATUS INBOX (MESSAGES UIDNEXT)
      S: * STATUS "INBOX" (MESSAGES 0 UIDNEXT 1)
      S: h OK *
    `)
    const octets = Buffer.alloc(1_800_000, 'a: b\r\n')
    for (let n = 0; n < 3; n++) {
      client.write(`${n === 0 ? 'i APPEND INBOX' : ''} {${octets.length}+}\r\n`)
      client.write(octets)
    }
    await client.play(`
      C:
      S: i NO [OVERQUOTA] *
      C: j STATUS INBOX (MESSAGES UIDNEXT)
      S: * STATUS "INBOX" (MESSAGES 0 UIDNEXT 1)
      S: j OK *
    `)
    assert.deepEqual(await server.spooled(), [])
  })

  await t.test('several messages, some of them large: what is in memory and what is in the spool file keep their order', async () => {
    const client = await server.as('olga')
    const texts = ['a: small\r\n\r\n', `a: large\r\n\r\n${'x'.repeat(600_000)}`, 'a: small too\r\n\r\n', 'y'.repeat(20_000)]
    client.write('a APPEND INBOX')
    for (const text of texts) client.write(` {${text.length}+}\r\n${text}`)
    await client.play('C:\nS: a OK [APPENDUID * 1:4] *\nC: b SELECT INBOX\nS: ...\nS: b OK *')
    assert.deepEqual(await server.spooled(), [])
    await client.play(`
      C: c FETCH 1:4 (RFC822.SIZE BODY.PEEK[]<0.12>)
      S: ${texts.map((text, index) => `* ${index + 1} FETCH (RFC822.SIZE ${text.length} BODY[]<0> {12}`)[0]}
      S: a: small
      S:
      S: )
      S: * 2 FETCH (RFC822.SIZE ${texts[1]?.length} BODY[]<0> {12}
      S: a: large
      S:
      S: )
      S: * 3 FETCH (RFC822.SIZE ${texts[2]?.length} BODY[]<0> {12}
      S: a: small too)
      S: * 4 FETCH (RFC822.SIZE 20000 BODY[]<0> {12}
      S: yyyyyyyyyyyy)
      S: c OK *
    `)
  })

  await t.test('who goes in the middle leaves nothing', async () => {
    const client = await server.as('emil')
    client.write('a APPEND INBOX {1000000+}\r\n')
    client.write(Buffer.alloc(500_000, 'x'))
    while ((await server.spooled()).length === 0) await new Promise(setImmediate)
    client.close()
    const deadline = Date.now() + 2_000
    while ((await server.spooled()).length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepEqual(await server.spooled(), [])
    const again = await server.as('emil')
    await again.play('C: a STATUS INBOX (MESSAGES)\nS: * STATUS "INBOX" (MESSAGES 0)\nS: a OK *')
  })

  assert.deepEqual(server.errors, [])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

const message = [
  'Subject: coded',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Transfer-Encoding: base64',
  '',
  'aGVs',
  'bG8AIQ==',
  '--b',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'caf=E9 =',
  'au lait  ',
  '--b',
  'Content-Transfer-Encoding: x-uuencode',
  '',
  'begin 644 x',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  'Content-Transfer-Encoding: base64',
  '',
  'aW5uZXI=',
  '--b--',
  '',
].join('\r\n')

test('BINARY (RFC 3516, RFC 9051 6.4.5.1)', async (t) => {
  const server = await startImap(t, { limits: { spoolOctets: 20_000, messageOctets: 4_000_000 } })
  await server.deliver(message, server.accountOf('ann'))

  await t.test('FETCH BINARY, BINARY.PEEK and BINARY.SIZE, of parts of parts, and partially', async () => {
    const client = await server.as('ann')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1] BINARY.SIZE[2] BINARY.PEEK[2] BINARY.PEEK[4.1])
      S: * 1 FETCH (BINARY.SIZE[1] 7 BINARY[1] ~{7}
      S: hello\0! BINARY.SIZE[2] 12 BINARY[2] ~{12}
      S: caf\xe9 au lait BINARY[4.1] ~{5}
      S: inner)
      S: b OK *
      C: c FETCH 1 (FLAGS BINARY.PEEK[1]<4.2> BINARY.PEEK[1]<6.100> BINARY.PEEK[1]<7.1> BINARY.PEEK[2]<0.4>)
      S: * 1 FETCH (FLAGS (\\Recent) BINARY[1]<4> ~{2}
      S: o\0 BINARY[1]<6> ~{1}
      S: ! BINARY[1]<7> "" BINARY[2]<0> ~{4}
      S: caf\xe9)
      S: c OK *
      C: d FETCH 1 (BINARY.SIZE[9] BINARY.PEEK[9] BINARY.PEEK[4.1.2])
      S: * 1 FETCH (BINARY.SIZE[9] 0 BINARY[9] NIL BINARY[4.1.2] NIL)
      S: d OK *
      C: e FETCH 1 (BINARY.SIZE[])
      S: * 1 FETCH (BINARY.SIZE[] *)
      S: e OK *
      C: f UID FETCH 1 (BINARY[1]<0.5>)
      S: * 1 FETCH (UID 1 BINARY[1]<0> ~{5}
      S: hello FLAGS (\\Recent \\Seen))
      S: f OK *
    `)
  })

  await t.test('an encoding that nobody knows; what is no section', async () => {
    const client = await server.as('ann')
    await client.play(`
      C: a SELECT INBOX
      S: ...
      S: a OK *
      C: b FETCH 1 (UID BINARY.PEEK[3])
      S: b NO [UNKNOWN-CTE] *
      C: c FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[3])
      S: c NO [UNKNOWN-CTE] *
      C: d FETCH 1 BINARY.PEEK[HEADER]
      S: d BAD *
      C: e FETCH 1 BINARY.SIZE[1]<0.1>
      S: e BAD *
      C: f FETCH 1 BINARY
      S: f BAD *
      C: g FETCH 1 BINARY.PEEK[0]
      S: g BAD *
      C: h FETCH 1 BINARY.PEEK[1.]
      S: h BAD *
      C: i FETCH 1 BINARY[${'1.'.repeat(101)}1]
      S: i BAD *
    `)
  })

  await t.test('a large part, whole and bit by bit', async () => {
    const client = await server.as('bob')
    const octets = Buffer.from(Array.from({ length: 900_000 }, (_, index) => (index * 7919) % 251))
    const lines = octets.toString('base64').replace(/.{76}/g, '$&\r\n')
    await server.deliver(`Content-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`, server.accountOf('bob'))
    await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *\nC: b FETCH 1 BINARY.SIZE[1]\nS: * 1 FETCH (BINARY.SIZE[1] 900000)\nS: b OK *')
    const fetch = async (item: string): Promise<Buffer> => {
      client.write(`c FETCH 1 ${item}\r\n`)
      let text = ''
      for (let line = await client.line(); line !== undefined && !line.startsWith('c OK'); line = await client.line()) text += `${line}\r\n`
      const [head = '', size = ''] = /^.*~\{(\d+)\}\r\n/.exec(text) ?? []
      return Buffer.from(text.slice(head.length, head.length + Number(size)), 'latin1')
    }
    assert.ok((await fetch('BINARY.PEEK[1]')).equals(octets))
    const bits: Buffer[] = []
    for (let at = 0; at < octets.length; at += 70_001) bits.push(await fetch(`BINARY.PEEK[1]<${at}.70001>`))
    assert.ok(Buffer.concat(bits).equals(octets))
    assert.ok((await fetch('BINARY.PEEK[1]<300000.400000>')).equals(octets.subarray(300_000, 700_000)))
    assert.ok((await fetch('BINARY.PEEK[1]<10.20>')).equals(octets.subarray(10, 30)))
  })

  await t.test('APPEND of literal8: what has NUL is kept in base64, in memory and through the spool file', async () => {
    const client = await server.as('carl')
    await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    for (const size of [100, 600_000]) {
      const body = Buffer.alloc(size, 'a\0\n\r\xff', 'latin1')
      const octets = Buffer.concat([Buffer.from('Subject: nul\r\nContent-Transfer-Encoding: binary\r\n\r\n'), body])
      client.write(`b APPEND INBOX ~{${octets.length}+}\r\n`)
      client.write(octets)
      await client.play('C:\nS: ...\nS: b OK *')
    }
    await client.play(
      `
      C: c FETCH 1:2 (BINARY.SIZE[1] BODY.PEEK[HEADER] BINARY.PEEK[1]<0.5>)
      S: * 1 FETCH (BINARY.SIZE[1] 100 BODY[HEADER] {51}
      S: Content-Transfer-Encoding: base64
      S: Subject: nul
      S:
      S:  BINARY[1]<0> ~{5}
      S: a\0
      \r\xff)
    `.replace(/S: a\0[^]*$/, ''),
    )
    let rest = ''
    for (let line = await client.line(); line?.startsWith('c OK') === false; line = await client.line()) rest += line
    assert.match(rest, /^a\0\n\r\xff\)\* 2 FETCH \(BINARY.SIZE\[1\] 600000 /)
    assert.deepEqual(await server.spooled(), [])
    await client.play(`
      C> d APPEND INBOX ~{45+}\\r\\nContent-Transfer-Encoding: 8bit\\r\\n\\r\\nx LOG\\0UT\\r\\n\\r\\n
      S: d NO [UNKNOWN-CTE] *
      C: e STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 2)
      S: e OK *
    `)
  })

  assert.deepEqual(server.errors, [])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

/** What goes over the wire, octet by octet. */
const wire = (text: string): string => Buffer.from(text).toString('latin1')
/** The same as Player.play takes it after "C>". */
const escaped = (text: string): string =>
  [...Buffer.from(text)].map((octet) => (octet < 0x80 ? String.fromCharCode(octet) : `\\x${octet.toString(16)}`)).join('')

test('UTF8=ACCEPT (RFC 6855)', async (t) => {
  const server = await startImap(t)

  await t.test('names are UTF-8 for who asked, modified UTF-7 for others', async () => {
    const [modern, old] = [await server.as('ann'), await server.as('ann')]
    await modern.play(`
      C: a ENABLE utf8=accept
      S: * ENABLED UTF8=ACCEPT
      S: a OK *
      C> b CREATE "${escaped('Entwürfe & Co')}"\\r\\n
      S: b OK *
      C> c STATUS "${escaped('Entwürfe & Co')}" (MESSAGES)\\r\\n
      S: * STATUS "${wire('Entwürfe & Co')}" (MESSAGES 0)
      S: c OK *
      C> d CREATE {${Buffer.byteLength('日本')}+}\\r\\n${escaped('日本')}\\r\\n
      S: d OK *
      C> e LIST "" "${escaped('日%')}"\\r\\n
      S: * LIST (\\HasNoChildren) "/" "${wire('日本')}"
      S: e OK *
      C: f CREATE Entw&APw-rfe
      S: f OK *
      C> g CREATE "\\xfc"\\r\\n
      S: g NO [CANNOT] *
    `)
    await old.play(`
      C: a LIST "" *
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * LIST (\\HasNoChildren) "/" "Entw&-APw-rfe"
      S: * LIST (\\HasNoChildren) "/" "Entw&APw-rfe &- Co"
      S: * LIST (\\HasNoChildren) "/" "&ZeVnLA-"
      S: a OK *
      C: b STATUS "Entw&APw-rfe &- Co" (MESSAGES)
      S: * STATUS "Entw&APw-rfe &- Co" (MESSAGES 0)
      S: b OK *
    `)
  })

  await t.test('APPEND UTF8, alone, in CATENATE and beside others; SEARCH without CHARSET', async () => {
    const client = await server.as('bob')
    const octets = 'Subject: Grüße\r\n\r\n'
    const literal = `~{${Buffer.byteLength(octets)}+}\\r\\n${escaped(octets).replaceAll('\r\n', '\\r\\n')}`
    await client.play(`
      C> a APPEND INBOX UTF8 (${literal})\\r\\n
      S: a BAD *
      C: b ENABLE UTF8=ACCEPT
      S: * ENABLED UTF8=ACCEPT
      S: b OK *
      C> c APPEND INBOX (\\Seen) UTF8 (${literal}) CATENATE (UTF8 (${literal}) TEXT {3+}\\r\\nabc)\\r\\n
      S: c OK [APPENDUID * 1:2] *
      C> d APPEND INBOX UTF8 (~{3+}\\r\\na\\0b)\\r\\n
      S: d NO [CANNOT] *
      C> e APPEND INBOX UTF8 ({3+}\\r\\nabc)\\r\\n
      S: e BAD *
      C> f APPEND INBOX UTF8 (~{3+}\\r\\nabc\\r\\n
      S: f BAD *
      C: g SELECT INBOX
      S: ...
      S: g OK *
      C> h SEARCH SUBJECT "${escaped('GRÄ')}"\\r\\n
      S: * SEARCH
      S: h OK *
      C> i SEARCH SUBJECT "${escaped('GRÜ')}"\\r\\n
      S: * SEARCH 1 2
      S: i OK *
      C: j SEARCH CHARSET UTF-8 ALL
      S: j BAD *
      C: k FETCH 2 BODY.PEEK[TEXT]
      S: * 2 FETCH (BODY[TEXT] {3}
      S: abc)
      S: k OK *
    `)
  })

  assert.deepEqual(server.errors, [])
})

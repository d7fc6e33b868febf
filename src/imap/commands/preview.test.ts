import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

const messages: readonly (readonly [what: string, message: string, preview: string])[] = [
  ['plain', 'Subject: x\r\n\r\nHello,\r\n\r\n  "you"\tthere\r\n', '"Hello, \\"you\\" there"'],
  ['long', `\r\n${'word '.repeat(1000)}`, `"${'word '.repeat(40).trimEnd()}"`],
  ['none', 'Content-Type: image/png\r\n\r\nabc', '""'],
  ['empty', '', '""'],
  ['encrypted', 'Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nVersion: 1\r\n--b--\r\n', '""'],
  [
    'html, behind an empty text',
    [
      'Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
      `<html><head><title>Title</title><style>${'p { color: red } '.repeat(1000)}</style></head><body><p>Hello <b>all</b> of&nbsp;you=\r\n!\r\n--b--\r\n`,
    ].join(''),
    '"Hello all of you!"',
  ],
]

test('PREVIEW (RFC 8970)', async (t) => {
  const server = await startImap(t)
  for (const [, message] of messages) await server.deliver(message, server.accountOf('ann'))
  await server.deliver('Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nR3L832U=\r\n', server.accountOf('ann'))
  const client = await server.as('ann')
  await client.play('C: a EXAMINE INBOX\nS: ...\nS: a OK *')
  for (const [index, [what, , preview]] of messages.entries()) {
    await t.test(what, () =>
      client.play(`C: b FETCH ${index + 1} PREVIEW\nS: * ${index + 1} FETCH (PREVIEW ${preview.replaceAll('*', '\\*')})\nS: b OK *`.replace('* ', '\\* ')),
    )
  }
  await t.test('beside other items, lazily, and not in ASCII', async () => {
    await client.play(`
      C: c UID FETCH 1,7 (PREVIEW (LAZY) RFC822.SIZE)
      S: * 1 FETCH (UID 1 PREVIEW "Hello, \\"you\\" there" RFC822.SIZE *)
      S: * 7 FETCH (UID 7 PREVIEW {7}
      S: ${Buffer.from('Grüße').toString('latin1')} RFC822.SIZE *)
      S: c OK *
      C: d FETCH 1 (PREVIEW (FUZZY))
      S: d BAD *
      C: e FETCH 1 (PREVIEW ())
      S: e BAD *
      C: f FETCH 1 PREVIEW[1]
      S: f BAD *
      C: g FETCH 1 FLAGS
      S: * 1 FETCH (FLAGS (\\Recent))
      S: g OK *
    `)
  })
  assert.deepEqual(server.errors, [])
})

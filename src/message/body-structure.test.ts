import assert from 'node:assert/strict'
import test from 'node:test'
import { writeBody, writeBodyStructure } from './body-structure.ts'
import { scan } from './scan.ts'

function structure(message: string): string {
  return Buffer.from(writeBodyStructure(scan(Buffer.from(message.replaceAll('\n', '\r\n'), 'latin1')).top)).toString('latin1')
}

const none = 'NIL NIL NIL NIL'
const usAscii = '("charset" "us-ascii")'

test('BODYSTRUCTURE (RFC 9051 7.5.2)', () => {
  const cases: [what: string, message: string, expected: string][] = [
    ['plain text', '\none\ntwo\n', `("text" "plain" ${usAscii} NIL NIL "7bit" 10 2 ${none})`],
    ['a text without charset', 'Content-Type: text/html\n\none', '("text" "html" NIL NIL NIL "7bit" 3 0 NIL NIL NIL NIL)'],
    [
      'every field',
      'Content-Type: image/png; name=x.png\nContent-Transfer-Encoding: BASE64\nContent-ID: <1@a>\nContent-Description: a picture\nContent-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\nContent-Disposition: inline; filename=x.png\nContent-Language: de, en (x)\nContent-Location: http://a.example/x.png\n\nAAAA\n',
      '("image" "png" ("name" "x.png") "<1@a>" "a picture" "base64" 6 "Q2hlY2sgSW50ZWdyaXR5IQ==" ("inline" ("filename" "x.png")) ("de" "en") "http://a.example/x.png")',
    ],
    [
      'RFC 2231 is left to the client',
      "Content-Type: image/png; name*0*=utf-8''%C3; name*1*=%A4\n\n",
      `("image" "png" ("name*" "utf-8''%C3%A4") NIL NIL "7bit" 0 ${none})`,
    ],
    [
      'a multipart',
      'Content-Type: multipart/mixed; boundary=b\nContent-Language: en\n\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n',
      `(("text" "plain" ${usAscii} NIL NIL "7bit" 3 0 ${none})("text" "html" NIL NIL NIL "7bit" 3 0 ${none}) "mixed" ("boundary" "b") NIL ("en") NIL)`,
    ],
    [
      'a multipart without parts',
      'Content-Type: multipart/mixed; boundary=b\n\n',
      `(("text" "plain" ${usAscii} NIL NIL "7bit" 0 0 ${none}) "mixed" ("boundary" "b") NIL NIL NIL)`,
    ],
    [
      'a message',
      'Content-Type: message/rfc822\n\nSubject: in\n\none\n',
      `("message" "rfc822" NIL NIL NIL "7bit" 20 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ${usAscii} NIL NIL "7bit" 5 1 ${none}) 3 ${none})`,
    ],
    [
      'a message that is not opened',
      'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTo=\n',
      `("message" "rfc822" NIL NIL NIL "base64" 10 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" ${usAscii} NIL NIL "7bit" 0 0 ${none}) 1 ${none})`,
    ],
    ['octets that want a literal', 'Content-Type: image/png; name="\xe4"\n\n', `("image" "png" ("name" {1}\r\n\xe4) NIL NIL "7bit" 0 ${none})`],
  ]
  for (const [what, message, expected] of cases) assert.equal(structure(message), expected, what)
})

test('BODY has no extension data', () => {
  const { top } = scan(Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: inline\r\n\r\none\r\n--b--\r\n'))
  assert.equal(Buffer.from(writeBody(top)).toString(), `(("text" "plain" ${usAscii} NIL NIL "7bit" 3 0) "mixed")`)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { scan } from '../../message/scan.ts'
import { writeBody, writeBodyStructure } from '../../message/body-structure.ts'
import { withoutExtensions } from './body.ts'

test('BODY is BODYSTRUCTURE without what RFC 9051 7.5.2 calls extension data', () => {
  const nested =
    'Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: text/html; charset="u\\"t"\r\nContent-Disposition: inline; filename="(.txt"\r\n\r\n<p>\r\n--y--\r\n'
  const table: [name: string, message: string][] = [
    ['text', 'Content-Type: text/plain\r\nContent-MD5: abc\r\nContent-Language: de, en\r\n\r\nhi\r\n'],
    ['binary', 'Content-Type: image/png; name="a) b"\r\nContent-Disposition: attachment; filename="x(y"\r\nContent-Location: http://x/\r\n\r\nhi\r\n'],
    ['multipart', `MIME-Version: 1.0\r\n${nested}`],
    [
      'message in a multipart',
      `Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: inner "q" (\r\nFrom: "a)" <a@b>\r\n${nested}\r\n--x\r\nContent-Type: application/x; a="\xe4"\r\nContent-Description: d \xe4 )\r\n\r\n1\r\n--x--\r\n`,
    ],
    ['empty multipart', 'Content-Type: multipart/mixed\r\n\r\n'],
    ['nothing', ''],
  ]
  for (const [name, message] of table) {
    const { top } = scan(Buffer.from(message, 'latin1'))
    assert.equal(Buffer.from(withoutExtensions(writeBodyStructure(top))).toString('latin1'), Buffer.from(writeBody(top)).toString('latin1'), name)
  }
})

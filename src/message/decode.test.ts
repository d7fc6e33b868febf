import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeBody, decodeText } from './decode.ts'

const bodies: [encoding: string, body: string, decoded: string][] = [
  ['7bit', 'a=3D\r\n', 'a=3D\r\n'],
  ['x-unknown', 'YWJj', 'YWJj'],
  ['base64', 'YWJj\r\nZGVm\r\n', 'abcdef'],
  ['base64', 'Y W!J*j', 'abc'],
  ['base64', 'YWI', 'ab'],
  ['base64', 'YQ==\r\nYg==\r\n', 'ab'],
  ['base64', '====', ''],
  ['quoted-printable', 'a=3Db=\r\nc\r\n', 'a=bc\r\n'],
  ['quoted-printable', 'a=3db =\n c', 'a=b  c'],
  ['quoted-printable', 'space at the end \t \r\nnext', 'space at the end\r\nnext'],
  ['quoted-printable', 'kept=20\r\n', 'kept \r\n'],
  ['quoted-printable', '=zz=4=', '=zz=4='],
  ['quoted-printable', 'a= \t\r\nb', 'ab'],
  ['quoted-printable', 'a\rb\r\r\n', 'a\rb\r\n'],
]

test('content transfer encodings (RFC 2045 6)', () => {
  for (const [encoding, body, decoded] of bodies) assert.equal(Buffer.from(decodeBody(encoding, Buffer.from(body))).toString(), decoded, body)
})

test('text in its charset', () => {
  const text = (encoding: string, charset: string, body: Buffer) => decodeText({ encoding, charset }, body)
  assert.equal(text('quoted-printable', 'utf-8', Buffer.from('=C3=A4')), 'ä')
  assert.equal(text('8bit', 'ISO-8859-15', Buffer.from([0xa4])), '€')
  assert.equal(text('8bit', 'koi8-r', Buffer.from([0xc1])), 'а')
  assert.equal(text('7bit', 'iso-2022-jp', Buffer.from('\x1b$B$"\x1b(B')), 'あ')
  assert.equal(text('8bit', '', Buffer.from('ä')), 'ä')
  assert.equal(text('8bit', '', Buffer.from([0xe4])), 'ä')
  assert.equal(text('8bit', 'no-such-charset', Buffer.from('ä')), 'ä')
})

test('no more is decoded than asked for', () => {
  assert.equal(decodeText({ encoding: '7bit', charset: 'utf-8' }, Buffer.alloc(100, 'a'), 10).length, 10)
})

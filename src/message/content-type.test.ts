import assert from 'node:assert/strict'
import test from 'node:test'
import { readContentType, readDisposition } from './content-type.ts'
import { decodedParameter } from './parameter-text.ts'

const cases: [text: string, type: string, parameters: Record<string, string>][] = [
  ['text/plain', 'text/plain', {}],
  [' TEXT/Plain; Charset="US-ASCII"\r\n', 'text/plain', { charset: 'US-ASCII' }],
  ['(a) text (b) / (c) plain (d) ; (e) charset (f) = (g) utf-8 (h)', 'text/plain', { charset: 'utf-8' }],
  ['multipart/mixed; boundary="a\r\n b"', 'multipart/mixed', { boundary: 'a b' }],
  ['a/b; x="\\"q\\\\"', 'a/b', { x: '"q\\' }],
  ['a/b;x=1;x=2', 'a/b', { x: '1' }],
  ['a/b; x=""', 'a/b', { x: '' }],
  // RFC 2231
  ["a/b; t*=us-ascii'en'This%20is", 'a/b', { 't*': "us-ascii'en'This%20is" }],
  ['a/b; u*0="ftp://"; u*1=host', 'a/b', { u: 'ftp://host' }],
  ['a/b; u*1=host; u*0="ftp://"', 'a/b', { u: 'ftp://host' }],
  ['a/b; t*0*=utf-8\'\'a%20; t*1="50%"; t*2*=%C3%A4', 'a/b', { 't*': "utf-8''a%2050%25%C3%A4" }],
  ['a/b; t*0=a; t*2=c', 'a/b', { t: 'a' }],
  ['a/b; t*0=a; t*1*=%20b', 'a/b', { 't*': "''a%20b" }],
  // What nobody should write
  ['', '/', {}],
  ['text', 'text/', {}],
  ['/plain', '/plain', {}],
  ['text/plain charset=utf-8', 'text/plain', { charset: 'utf-8' }],
  ['text/plain; charset=utf-8 format=flowed', 'text/plain', { charset: 'utf-8', format: 'flowed' }],
  ['a/b; name=my letter.pdf', 'a/b', { name: 'my letter.pdf' }],
  ['a/b; name=report(1).pdf; x=y', 'a/b', { name: 'report(1).pdf', x: 'y' }],
  ['a/b; name="open', 'a/b', { name: 'open' }],
  ['a/b; name="a"b"c; x=y', 'a/b', { name: 'a', x: 'y' }],
  ['a/b;; = ;=x; x', 'a/b', {}],
  ['a/b; name==?utf-8?Q?=C3=A4?= =?utf-8?Q?b?=', 'a/b', { name: '=?utf-8?Q?=C3=A4?= =?utf-8?Q?b?=' }],
]

test('Content-Type', () => {
  for (const [text, type, parameters] of cases) {
    const read = readContentType(text)
    assert.equal(`${read.type}/${read.subtype}`, type, text)
    assert.deepEqual(Object.fromEntries(read.parameters), parameters, text)
  }
})

test('Content-Disposition (RFC 2183)', () => {
  assert.deepEqual(readDisposition(' Attachment; filename="a.pdf"; size=3'), {
    disposition: 'attachment',
    parameters: [
      ['filename', 'a.pdf'],
      ['size', '3'],
    ],
  })
  assert.deepEqual(readDisposition('; filename=x'), { disposition: '', parameters: [['filename', 'x']] })
})

test('the text of a parameter, however it was written', () => {
  const texts: [field: string, text: string | undefined][] = [
    ["attachment; filename*=utf-8''%C3%A4.pdf; filename=a.pdf", 'ä.pdf'],
    ["attachment; filename*0*=iso-8859-1'es'%D1and%FA; filename*1=' x'", "Ñandú' x'"],
    ['attachment; filename="=?utf-8?Q?=C3=A4?=.pdf"', 'ä.pdf'],
    ['attachment; filename="\xc3\xa4.pdf"', 'ä.pdf'],
    ['attachment; filename="\xe4.pdf"', 'ä.pdf'],
    ["attachment; filename*=nonsense''%E4", 'ä'],
    ['attachment; filename*=%41%zz%', 'A%zz%'],
    ['attachment', undefined],
  ]
  for (const [field, text] of texts) assert.equal(decodedParameter(readDisposition(field).parameters, 'filename'), text, field)
})

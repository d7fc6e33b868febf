import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeParts, encodeParts } from './parts.ts'
import { scan } from './scan.ts'
import { findPart, findSection, type Section } from './section.ts'

const prefix = 'Return-Path: <>\r\n'
const octets = [
  'Subject: top',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  'preamble',
  '--b',
  'Content-Type: text/plain; charset=UTF-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'first',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  'Content-Type: multipart/alternative; boundary=c',
  '',
  '--c',
  '',
  'plain',
  '--c',
  'Content-Type: text/html',
  '',
  '<p>',
  '--c--',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Subject: last',
  '',
  'end',
  '--b--',
  '',
].join('\r\n')
const message = prefix + octets
const parts = encodeParts(scan(Buffer.from(octets)).top)
const extent = { prefixLength: prefix.length, octetsLength: octets.length }

/** "1.2.HEADER" */
function section(text: string): Section {
  const words = text === '' ? [] : text.split('.')
  const path = words.filter((word) => /^\d+$/.test(word)).map(Number)
  const of = words.find((word) => !/^\d+$/.test(word))
  switch (of) {
    case 'HEADER':
      return { path, of: 'header' }
    case 'TEXT':
      return { path, of: 'text' }
    case 'MIME':
      return { path, of: 'mime' }
    default:
      return { path, of: 'all' }
  }
}

function octetsOf(text: string): string | undefined {
  const range = findSection(parts, section(text), extent)
  return range === undefined ? undefined : message.slice(range.start, range.end)
}

const inner = octets.slice(octets.indexOf('Subject: inner'), octets.indexOf('\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: last'))
const innerText = inner.slice(inner.indexOf('--c'))

test('every kind of section (RFC 9051 6.4.5.1)', () => {
  const header = `${prefix}Subject: top\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`
  const cases: [section: string, octets: string | undefined][] = [
    ['', message],
    ['HEADER', header],
    ['TEXT', message.slice(header.length)],
    ['1', 'first'],
    ['1.MIME', 'Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'],
    ['1.HEADER', undefined],
    ['1.TEXT', undefined],
    ['1.1', undefined],
    ['2', inner],
    ['2.MIME', 'Content-Type: message/rfc822\r\n\r\n'],
    ['2.HEADER', 'Subject: inner\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n'],
    ['2.TEXT', innerText],
    ['2.1', 'plain'],
    ['2.1.MIME', '\r\n'],
    ['2.2', '<p>'],
    ['2.3', undefined],
    ['3.1', 'end'],
    ['3.2', undefined],
    ['3.1.MIME', 'Subject: last\r\n\r\n'],
    ['3.HEADER', 'Subject: last\r\n\r\n'],
    ['3.TEXT', 'end'],
    ['4', undefined],
    ['0', undefined],
    ['MIME', undefined],
  ]
  for (const [name, expected] of cases) assert.equal(octetsOf(name), expected, name)
})

test('a message that is no multipart has one part, its body', () => {
  const simple = Buffer.from('Subject: x\r\n\r\nbody')
  const encoded = encodeParts(scan(simple).top)
  const at = (text: string) => findSection(encoded, section(text), { prefixLength: 5, octetsLength: simple.length })
  assert.deepEqual(at('1'), { start: 19, end: 23 })
  assert.deepEqual(at('1.MIME'), { start: 0, end: 19 })
  assert.equal(at('2'), undefined)
  assert.equal(at('1.1'), undefined)
})

test('an empty message has its prefix for a header', () => {
  const encoded = encodeParts(scan(Buffer.alloc(0)).top)
  const at = (text: string) => findSection(encoded, section(text), { prefixLength: 5, octetsLength: 0 })
  assert.deepEqual(at('HEADER'), { start: 0, end: 5 })
  assert.deepEqual(at('TEXT'), { start: 5, end: 5 })
  assert.deepEqual(at('1'), { start: 5, end: 5 })
})

test('what the index keeps says how a leaf is decoded, in a few octets', () => {
  const top = decodeParts(parts)
  assert.ok(top !== undefined)
  const first = findPart(top, [1])
  assert.deepEqual([first?.type, first?.encoding, first?.charset], ['text/plain', 'quoted-printable', 'utf-8'])
  assert.deepEqual([findPart(top, [2, 2])?.type, findPart(top, [2, 2])?.charset], ['text/html', ''])
  assert.ok(parts.length < 80, String(parts.length))
})

test('types, codings and charsets that are on no list are kept as text', () => {
  const encoded = encodeParts(scan(Buffer.from('Content-Type: application/x-own; charset=X-Own\r\nContent-Transfer-Encoding: x-own\r\n\r\n')).top)
  const top = decodeParts(encoded)
  assert.deepEqual([top?.type, top?.encoding, top?.charset], ['application/x-own', 'x-own', 'x-own'])
})

test('damaged offsets are no sections', () => {
  for (let length = 0; length < parts.length; length += 1) assert.equal(decodeParts(parts.subarray(0, length)), undefined, String(length))
  assert.equal(decodeParts(Buffer.concat([Buffer.from([9]), parts.subarray(1)])), undefined)
  assert.equal(findSection(parts, section('3'), { prefixLength: 0, octetsLength: 10 }), undefined)
})

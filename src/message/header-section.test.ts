import assert from 'node:assert/strict'
import test from 'node:test'
import { countFields, fields, filterFields, headerSectionEnd, unfold } from './header-section.ts'

const section = Buffer.from(
  'Received: one\r\nRECEIVED : two\r\n\tfolded\r\nSubject:none\r\nreceived-spf: pass\r\nno colon\r\n Received: folded too\r\nReceived:\r\n\r\nReceived: body\r\n',
)

test('fields are found by name in any case, up to the empty line', () => {
  assert.deepEqual(fields(section, 'received'), [' one\r\n', ' two\r\n\tfolded\r\n', '\r\n'])
  assert.deepEqual(fields(section, 'Subject'), ['none\r\n'])
  assert.deepEqual(fields(section, 'Receive'), [])
  assert.equal(countFields(section, 'Received'), 3)
  assert.equal(countFields(section, 'x'), 0)
  assert.equal(countFields(Buffer.alloc(0), 'x'), 0)
  assert.deepEqual(fields(Buffer.from('\r\nx: y\r\n'), 'x'), [])
  assert.deepEqual(fields(Buffer.from('X: y'), 'x'), [' y'])
  assert.deepEqual(fields(Buffer.from('X: \xe4\n', 'latin1'), 'x'), [' \xe4\n'])
})

test('a name is compared as letters, not as bits', () => {
  // '@' and '`', '[' and '{' differ by the bit that letters of two cases differ by.
  assert.deepEqual(fields(Buffer.from('X`: y\n'), 'x@'), [])
})

test('unfolding takes the line ends and nothing else (RFC 5322 2.2.3)', () => {
  assert.equal(unfold(' a\r\n b\n\tc\r\n'), 'a b\tc')
  assert.equal(unfold('a\rb'), 'a\rb')
})

test('where the header section ends', () => {
  assert.equal(headerSectionEnd(Buffer.from('A: b\r\n\r\nbody')), 8)
  assert.equal(headerSectionEnd(Buffer.from('A: b\n\nbody')), 6)
  assert.equal(headerSectionEnd(Buffer.from('\nbody')), 1)
  assert.equal(headerSectionEnd(Buffer.from('A: b')), 4)
  assert.equal(headerSectionEnd(Buffer.alloc(0)), 0)
})

test('HEADER.FIELDS and HEADER.FIELDS.NOT (RFC 9051 6.4.5.1)', () => {
  const filter = (mode: 'only' | 'without', ...names: string[]) => Buffer.from(filterFields(section, mode, names)).toString()
  assert.equal(filter('only', 'Subject', 'X'), 'Subject:none\r\n\r\n')
  assert.equal(filter('only', 'RECEIVED'), 'Received: one\r\nRECEIVED : two\r\n\tfolded\r\nReceived:\r\n\r\n')
  assert.equal(filter('without', 'received', 'subject'), 'received-spf: pass\r\nno colon\r\n Received: folded too\r\n\r\n')
  assert.equal(filter('only'), '\r\n')
})

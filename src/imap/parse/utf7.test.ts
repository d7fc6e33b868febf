import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { decodeUtf7, encodeUtf7 } from './utf7.ts'

test('modified UTF-7 both ways (RFC 3501 5.1.3)', () => {
  const table: [name: string, wire: string][] = [
    ['INBOX', 'INBOX'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['a&b', 'a&-b'],
    ['&', '&-'],
    ['ä&ö', '&AOQ-&-&APY-'],
    ['😀', '&2D3eAA-'],
    ['', ''],
    ['\u0001', '&AAE-'],
  ]
  for (const [name, wire] of table) {
    assert.equal(encodeUtf7(name), wire)
    assert.equal(decodeUtf7(wire), name)
  }
})

test('one name has one form: others are refused', () => {
  const table: [wire: string, why: string][] = [
    ['&', 'not closed'],
    ['a&AOQ', 'not closed'],
    ['&AGE-', 'a printable character in base64'],
    ['&AOQ-&APY-', 'two runs without a character between'],
    ['&AOR-', 'bits left over'],
    ['&AOQA-', 'bits left over'],
    ['&A-', 'not a whole unit'],
    ['&AO/-', 'not in this alphabet'],
    ['&AOQ=-', 'padding'],
    ['&2AA-', 'half a surrogate pair'],
    ['\xe4', '8-bit'],
    ['a\x01', 'control character'],
    ['a\x7f', 'control character'],
  ]
  for (const [wire, why] of table) assert.equal(decodeUtf7(wire), undefined, why)
})

test('whatever is read is written back the same, and whatever name there is can be read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      assert.equal(decodeUtf7(encodeUtf7(name)), name)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'&-AOQab+,/=2D\xe4') }), (wire) => {
      const name = decodeUtf7(wire)
      if (name !== undefined) assert.equal(encodeUtf7(name), wire)
    }),
    { numRuns: 2_000 },
  )
})

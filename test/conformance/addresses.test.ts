import assert from 'node:assert/strict'
import test from 'node:test'
import { addressKey, formatAddress, parseAddress } from '../../src/mail/address.ts'
import { normaliseIp } from '../../src/mail/ip.ts'
import { parsePath } from '../../src/mail/path.ts'
import { readList } from './lists.ts'

test('valid paths', () => {
  for (const [path = '', localPart, domain, why] of [...readList('paths-valid.txt'), ...readList('paths-utf8.txt')]) {
    assert.deepEqual(parsePath(path, { utf8: true }), { kind: 'mailbox', address: { localPart, domain } }, `${path}: ${why}`)
  }
})

test('paths in ASCII need no SMTPUTF8, others do (RFC 6531 3.4)', () => {
  for (const [path = ''] of readList('paths-valid.txt')) assert.equal(parsePath(path, { utf8: false }).kind, 'mailbox', path)
  for (const [path = ''] of readList('paths-utf8.txt')) assert.deepEqual(parsePath(path, { utf8: false }), { kind: 'invalid', fault: 'non-ascii' }, path)
})

test('invalid paths', () => {
  for (const [path = '', fault, why] of readList('paths-invalid.txt')) {
    assert.deepEqual(parsePath(path, { utf8: true }), { kind: 'invalid', fault }, `${path}: ${why}`)
    assert.equal(parsePath(path, { utf8: false }).kind, 'invalid', path)
  }
  for (const [path = '', fault, why] of readList('paths-utf8-invalid.txt'))
    assert.deepEqual(parsePath(path, { utf8: true }), { kind: 'invalid', fault }, `${path}: ${why}`)
})

test('what a path named is written so that it is read back as the same address', () => {
  for (const [path = '', localPart = '', domain = ''] of [...readList('paths-valid.txt'), ...readList('paths-utf8.txt')]) {
    const address = { localPart, domain }
    const read = parseAddress(formatAddress(address))
    assert.deepEqual(read, address, path)
    assert.equal(addressKey(read), addressKey(address))
  }
})

test('IP addresses have one text each', () => {
  for (const [text = '', canonical = '', why] of readList('ip-valid.txt')) {
    assert.equal(normaliseIp(text), canonical, `${text}: ${why}`)
    assert.equal(normaliseIp(canonical), canonical)
  }
})

test('other texts are no IP addresses', () => {
  for (const [text = '', why] of readList('ip-invalid.txt')) assert.equal(normaliseIp(text), undefined, `${text}: ${why}`)
})

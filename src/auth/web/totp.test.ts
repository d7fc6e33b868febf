import assert from 'node:assert/strict'
import test from 'node:test'
import { makeTotpSecret, parseTotpSecret, totpCode, totpStep, totpUri } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test('the codes of RFC 6238 B and RFC 4226 D', () => {
  // The RFC's have eight digits; these are their last six.
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(totpCode(secret, Math.floor(seconds / 30)), code)
    assert.equal(totpStep(secret, code, seconds * 1000), Math.floor(seconds / 30))
  }
  assert.equal(totpCode(secret, 0), '755224')
})

test('a clock may be half a minute wrong, no more', () => {
  const atMs = 1_111_111_111_000
  const step = Math.floor(atMs / 30_000)
  for (const off of [-1, 0, 1]) assert.equal(totpStep(secret, totpCode(secret, step + off), atMs), step + off)
  for (const off of [-2, 2]) assert.equal(totpStep(secret, totpCode(secret, step + off), atMs), undefined)
  assert.equal(totpStep(secret, ' 050 471 ', atMs), step)
  for (const wrong of ['', '05047', '0504711', 'abcdef', '０５０４７１', '-50471']) assert.equal(totpStep(secret, wrong, atMs), undefined, wrong)
})

test('secrets are made, and read as people type them; short ones are none', () => {
  const made = makeTotpSecret()
  assert.match(made, /^[A-Z2-7]{32}$/)
  assert.equal(parseTotpSecret(made)?.length, 20)
  assert.deepEqual(parseTotpSecret('gezd gnbv-GY3T QOJQ gezdgnbvgy3tqojq===='), new Uint8Array(secret))
  for (const wrong of ['', 'GEZDGNBV', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1', 'A'.repeat(1000)]) assert.equal(parseTotpSecret(wrong), undefined, wrong)
})

test('the URI of the QR code', () => {
  assert.equal(totpUri('GEZDGNBV', 'Ann & Co', 'ann@a.example'), 'otpauth://totp/Ann%20%26%20Co:ann%40a.example?secret=GEZDGNBV&issuer=Ann%20%26%20Co')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saysTlsIsOptional } from './tls-required.ts'

for (const [section, expected] of [
  ['TLS-Required: No\r\n', true],
  ['Subject: x\r\ntls-required:\r\n no \r\n', true],
  ['TLS-Required: Yes\r\n', false],
  ['TLS-Required: No, really\r\n', false],
  ['TLS-Required:\r\n', false],
  ['TLS-Required: No\r\nTLS-Required: No\r\n', false],
  ['X-TLS-Required: No\r\n', false],
] as const) {
  test(`TLS-Required (RFC 8689 3): ${JSON.stringify(section)}`, () => {
    assert.equal(saysTlsIsOptional(Buffer.from(section)), expected)
  })
}

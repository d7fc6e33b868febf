import assert from 'node:assert/strict'
import { normaliseIp } from '../../src/mail/ip.ts'
import { parseProxyHeader } from '../../src/wire/proxy-header.ts'

/** What a balancer says before the connection's own octets. */
export const name = 'proxy-header'

const signature = '\r\n\r\n\0\r\nQUIT\n'

export const seeds: readonly Uint8Array[] = [
  'PROXY TCP4 192.0.2.9 198.51.100.1 4660 25\r\nEHLO x\r\n',
  'PROXY TCP6 2001:db8::9 ::1 4660 25\r\n',
  'PROXY UNKNOWN\r\n',
  `${signature}\x21\x11\0\x0c\xc0\0\x02\x09\xc6\x33\x64\x01\x12\x34\0\x19rest`,
  `${signature}\x21\x21\0\x24${'\x20\x01'.repeat(16)}\x12\x34\0\x19`,
  `${signature}\x20\0\0\0`,
].map((text) => Buffer.from(text, 'latin1'))

export function target(input: Uint8Array): void {
  const octets = Buffer.from(input)
  const header = parseProxyHeader(octets)
  if (header === 'more') {
    assert.ok(octets.length < 4096, 'waits for more than the limit')
    return
  }
  if (header === 'bad') return
  assert.ok(header.octets > 0 && header.octets <= octets.length)
  // It does not depend on what follows, and not on how much has come.
  assert.deepEqual(parseProxyHeader(octets.subarray(0, header.octets)), header)
  assert.equal(parseProxyHeader(octets.subarray(0, header.octets - 1)), 'more')
  if (header.source === undefined) return
  assert.equal(normaliseIp(header.source.ip), header.source.ip)
  assert.ok(header.source.port >= 0 && header.source.port <= 65_535)
}

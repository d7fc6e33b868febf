import assert from 'node:assert/strict'
import { isIPv4, isIPv6 } from 'node:net'
import test from 'node:test'
import fc from 'fast-check'
import { cidrContains, formatCidr, formatIp, parseCidr, parseIp } from './ip.ts'

function ip(text: string) {
  const parsed = parseIp(text)
  assert.ok(parsed !== undefined, text)
  return parsed
}

test('networks', () => {
  const cases: [string, string | undefined][] = [
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.77', '192.0.2.77/32'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['192.0.2.1/0', '0.0.0.0/0'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['::ffff:192.0.2.77/120', '192.0.2.0/24'],
    ['::ffff:192.0.2.77/96', '0.0.0.0/0'],
    ['::ffff:192.0.2.77/95', undefined],
    ['192.0.2.0/33', undefined],
    ['::/129', undefined],
    ['192.0.2.0/', undefined],
    ['192.0.2.0/08', undefined],
    ['192.0.2.0/-1', undefined],
    ['192.0.2.0/24/24', undefined],
    ['192.0.2.0/2 ', undefined],
    ['/24', undefined],
  ]
  for (const [text, canonical] of cases) {
    const cidr = parseCidr(text)
    assert.equal(cidr === undefined ? undefined : formatCidr(cidr), canonical, text)
  }
})

test('what lies in a network', () => {
  const cases: [string, string, boolean][] = [
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['128.0.0.0/1', '255.0.0.1', true],
    ['128.0.0.0/1', '127.255.255.255', false],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['0.0.0.0/0', '::1', false],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:db8::/64', '2001:db8:0:1::', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:db8::1', '2001:db8::2', false],
    ['::/0', '192.0.2.1', false],
  ]
  for (const [network, address, inside] of cases) {
    const cidr = parseCidr(network)
    assert.ok(cidr !== undefined)
    assert.equal(cidrContains(cidr, ip(address)), inside, `${network} ${address}`)
  }
})

test('every address is read back as it was written, and node agrees that it is one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const written = formatIp(ip(text))
      assert.ok(isIPv4(written) || isIPv6(written), written)
      assert.deepEqual(parseIp(written), parseIp(text))
    }),
  )
})

test('what we read, node reads too', () => {
  const characters = fc.constantFrom(...'0123456789abcdefF:.')
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 20 }), (text) => {
      assert.equal(parseIp(text) !== undefined, isIPv4(text) || isIPv6(text), text)
    }),
    { numRuns: 5000 },
  )
})

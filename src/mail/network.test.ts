import assert from 'node:assert/strict'
import test from 'node:test'
import { hostOf, networkOf } from './network.ts'

test('what stands for a host, and for its network', () => {
  for (const [ip, host, network, site] of [
    ['192.0.2.77', '192.0.2.77', '192.0.2.0/24', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['::1', '::/64', '::/64', '::/48'],
  ] as const) {
    assert.deepEqual([hostOf(ip), networkOf(ip, 64), networkOf(ip, 48)], [host, network, site])
  }
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { startNameServer, type Zone } from '../../../test/harness/name-server.ts'
import { systemClock } from '../../base/clock.ts'
import { Resolver } from '../../dns/resolver.ts'
import { findMailHosts, type MailHosts } from './mail-hosts.ts'

const zone: Zone = {
  'two.example': {
    MX: [
      [20, 'b.two.example'],
      [10, 'A.two.example.'],
    ],
  },
  'a.two.example': { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] },
  'b.two.example': { A: ['192.0.2.3'] },
  'equal.example': {
    MX: [
      [10, 'a.two.example'],
      [10, 'b.two.example'],
    ],
  },
  'implicit.example': { A: ['192.0.2.4'] },
  'null.example': { MX: [[0, '.']] },
  'text.example': { TXT: ['nothing here'] },
  'gone.example': { MX: [[10, 'gone.two.example']] },
  'half.example': {
    MX: [
      [10, 'broken.example'],
      [20, 'b.two.example'],
      [30, 'gone.two.example'],
    ],
  },
  'broken.example': { fault: 'servfail' },
  'worse.example': { MX: [[10, 'broken.example']] },
  'ours.example': { MX: [[10, 'mx.example.org']] },
  'backup.example': {
    MX: [
      [10, 'b.two.example'],
      [20, 'mx.example.org'],
      [20, 'a.two.example'],
      [30, 'a.two.example'],
    ],
  },
  'relay.example': {
    MX: [
      [10, 'b.two.example'],
      [20, 'out.example.org'],
      [30, 'a.two.example'],
    ],
  },
  'our-alias.example': {
    MX: [
      [10, 'b.two.example'],
      [20, 'mail.our-alias.example'],
      [30, 'a.two.example'],
    ],
  },
  'mail.our-alias.example': { CNAME: 'mx.example.org' },
  'mx.example.org': { A: ['192.0.2.8'] },
  'alias.example': { CNAME: 'two.example' },
  'named.example': { MX: [[10, 'named-host.example']] },
  'named-host.example': { CNAME: 'b.two.example' },
  'many.example': { MX: Array.from({ length: 40 }, (_, n) => [n, 'b.two.example'] as const) },
}

async function found(domain: string, ipv6 = true): Promise<MailHosts & { authenticated?: boolean }> {
  await using server = await startNameServer(zone)
  const resolver = new Resolver({ clock: systemClock, servers: [server.address] })
  try {
    return await findMailHosts(domain, { resolver, ownNames: () => new Set(['mx.example.org', 'out.example.org']), ipv6 })
  } finally {
    resolver.close()
  }
}

function shown(hosts: MailHosts): string {
  if (hosts.status === 'hosts') return hosts.hosts.map(({ name, addresses }) => `${name || 'literal'} ${addresses.join(',')}`).join(' | ')
  return hosts.status === 'nowhere' ? `nowhere: ${hosts.why} ${hosts.enhanced}` : `failed: ${hosts.why}`
}

for (const [domain, expected] of [
  ['two.example', 'a.two.example 2001:db8::1,192.0.2.1,192.0.2.2 | b.two.example 192.0.2.3'],
  ['implicit.example', 'implicit.example 192.0.2.4'],
  ['alias.example', 'a.two.example 2001:db8::1,192.0.2.1,192.0.2.2 | b.two.example 192.0.2.3'],
  ['null.example', 'nowhere: null MX 5.1.10'],
  ['absent.example', 'nowhere: no such domain 5.1.2'],
  ['text.example', 'nowhere: no address 5.4.4'],
  ['gone.example', 'nowhere: no address 5.4.4'],
  ['half.example', 'b.two.example 192.0.2.3'],
  ['broken.example', 'failed: server failure'],
  ['worse.example', 'failed: server failure'],
  ['ours.example', 'nowhere: it is us 5.4.6'],
  ['mx.example.org', 'nowhere: it is us 5.4.6'],
  ['backup.example', 'b.two.example 192.0.2.3'],
  ['relay.example', 'b.two.example 192.0.2.3'],
  ['our-alias.example', 'b.two.example 192.0.2.3'],
  ['mail.our-alias.example', 'nowhere: it is us 5.4.6'],
  ['[192.0.2.9]', 'literal 192.0.2.9'],
  ['[IPv6:2001:db8::9]', 'literal 2001:db8::9'],
] as const) {
  test(`mail for ${domain} goes to ${expected} (RFC 5321 5.1)`, async () => {
    assert.equal(shown(await found(domain)), expected)
  })
}

test('where there is no IPv6 nobody is asked for it', async () => {
  assert.equal(shown(await found('two.example', false)), 'a.two.example 192.0.2.1,192.0.2.2 | b.two.example 192.0.2.3')
})

test('of hosts with the same preference each comes first now and then', async () => {
  const first = new Set<string>()
  for (let n = 0; n < 60 && first.size < 2; n++) first.add(shown(await found('equal.example', false)).split(' ')[0] ?? '')
  assert.deepEqual([...first].sort(), ['a.two.example', 'b.two.example'])
})

test('hosts are bounded', async () => {
  const hosts = await found('many.example')
  assert.equal(hosts.status === 'hosts' && hosts.hosts.length, 20)
})

test('a host that is an alias keeps its name, and where that leads is told', async () => {
  const hosts = await found('named.example')
  assert.deepEqual(hosts.status === 'hosts' && hosts.hosts, [
    { name: 'named-host.example', addresses: ['192.0.2.3'], authenticated: false, alias: 'b.two.example' },
  ])
})

test('what DNSSEC vouches for is told', async () => {
  await using server = await startNameServer(zone)
  server.authenticated = true
  const resolver = new Resolver({ clock: systemClock, servers: [server.address] })
  const hosts = await findMailHosts('two.example', { resolver, ownNames: () => new Set(), ipv6: true })
  assert.ok(hosts.status === 'hosts' && hosts.hosts.every(({ authenticated }) => authenticated))
  resolver.close()
})

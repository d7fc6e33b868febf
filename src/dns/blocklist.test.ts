import assert from 'node:assert/strict'
import test from 'node:test'
import { startNameServer, type Zone } from '../../test/harness/name-server.ts'
import { systemClock } from '../base/clock.ts'
import { askDomainBlocklist, askIpBlocklist, blocklistText, blocklistWorks } from './blocklist.ts'
import { Resolver } from './resolver.ts'

const zone: Zone = {
  '2.0.0.127.bl.example': { A: ['127.0.0.2'] },
  '1.2.0.192.bl.example': { A: ['127.0.0.4', '127.0.0.2'], TXT: ['see https://bl.example/192.0.2.1\u0007'] },
  '3.2.0.192.bl.example': { A: ['127.255.255.254'] },
  '4.2.0.192.bl.example': { A: ['192.0.2.99'] },
  '5.2.0.192.bl.example': { fault: 'servfail' },
  '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example': { A: ['127.0.0.3'] },
  'spam.example.bl.example': { A: ['127.0.1.2'] },
  'bl.example': { TXT: ['a list'] },
  '1.0.0.127.world.example': { A: ['127.0.0.2'] },
  '2.0.0.127.world.example': { A: ['127.0.0.2'] },
  'dead.example': { TXT: ['nothing'] },
}

test('blocklists (RFC 5782)', async (t) => {
  await using server = await startNameServer(zone)
  const resolver = new Resolver({ clock: systemClock, servers: [server.address] })
  t.after(() => resolver.close())
  const ip = (text: string) => askIpBlocklist(resolver, 'bl.example', text)

  assert.deepEqual(await ip('192.0.2.1'), { status: 'listed', codes: ['127.0.0.4', '127.0.0.2'] })
  assert.deepEqual(await ip('2001:db8::1'), { status: 'listed', codes: ['127.0.0.3'] })
  assert.deepEqual(await ip('192.0.2.2'), { status: 'clean' })
  assert.equal((await ip('192.0.2.3')).status, 'failed', 'a refusal is no listing')
  assert.equal((await ip('192.0.2.4')).status, 'failed', 'nor is a domain that changed hands')
  assert.equal((await ip('192.0.2.5')).status, 'failed')
  assert.deepEqual(await askDomainBlocklist(resolver, 'bl.example', 'spam.example'), { status: 'listed', codes: ['127.0.1.2'] })
  assert.equal(await blocklistText(resolver, 'bl.example', '192.0.2.1'), 'see https://bl.example/192.0.2.1 ')
  assert.equal(await blocklistText(resolver, 'bl.example', '192.0.2.2'), undefined)
  await assert.rejects(ip('nonsense'), TypeError)

  assert.deepEqual(await Promise.all(['bl', 'world', 'dead'].map((name) => blocklistWorks(resolver, `${name}.example`))), [true, false, false])
})

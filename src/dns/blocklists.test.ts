import assert from 'node:assert/strict'
import test from 'node:test'
import { startNameServer, type Zone } from '../../test/harness/name-server.ts'
import { BlocklistHealth } from './blocklist-health.ts'
import { Blocklists } from './blocklists.ts'
import { Resolver } from './resolver.ts'

const listed = { A: ['127.0.0.2'], ttl: 100 }
const zone: Zone = {
  '1.2.0.192.bl.example': { A: ['127.0.0.2', '127.0.0.10'] },
  '2.2.0.192.bl.example': { A: ['127.255.255.254'] },
  '3.2.0.192.bl.example': { A: ['127.0.0.1'] },
  '4.2.0.192.bl.example': { A: ['192.0.2.99'] },
  '5.2.0.192.bl.example': { fault: 'refused' },
  'spam.example.bl.example': { A: ['127.0.1.2'] },
  'worse.example.bl.example': { A: ['127.0.1.2', '127.0.1.4'] },
  '1.2.0.192.world.example': listed,
  '1.0.0.127.world.example': listed,
  'spam.example.world.example': listed,
  'invalid.world.example': listed,
  '1.2.0.192.changes.example': listed,
  'dead.example': { fault: 'silent' },
}
for (let n = 1; n < 20; n++) zone[`${n}.2.0.192.dead.example`] = { fault: 'silent' }

test('what blocklists say: listings, and no trouble that looks like one', async (t) => {
  await using server = await startNameServer(zone)
  let nowMs = 1_800_000_000_000
  const clock = { now: () => nowMs }
  const resolver = new Resolver({ clock, servers: [server.address] })
  t.after(() => resolver.close())
  const lists = new Blocklists(resolver, clock)
  const ip = async (address: string, at = 'bl.example') => {
    const { codes, tally } = await lists.ask(at, [{ ip: address }], 2_000)
    return [codes.join(' '), tally.failed, tally.why]
  }

  assert.deepEqual(await ip('192.0.2.1'), ['127.0.0.2 127.0.0.10', 0, undefined])
  assert.deepEqual(await ip('192.0.2.9'), ['', 0, undefined])
  for (const [address, why] of [
    ['192.0.2.2', 'the list does not answer us'],
    ['192.0.2.3', 'the list does not answer us'],
    ['192.0.2.4', 'an answer that no list gives'],
    ['192.0.2.5', 'refused'],
  ] as const)
    assert.deepEqual(await ip(address), ['', 1, why], address)
  const both = await lists.ask('bl.example', [{ domain: 'spam.example' }, { domain: 'worse.example' }, { domain: 'good.example' }], 2_000)
  assert.deepEqual(both, { codes: ['127.0.1.2', '127.0.1.4'], tally: { zone: 'bl.example', asked: 3, failed: 0 } })
  assert.deepEqual(await lists.ask('bl.example', [], 2_000), { codes: [], tally: { zone: 'bl.example', asked: 0, failed: 0 } })

  // A list that was given up, and lists the whole world.
  assert.deepEqual(await ip('192.0.2.1', 'world.example'), ['', 1, 'it lists everybody'])
  assert.deepEqual((await lists.ask('world.example', [{ domain: 'spam.example' }], 2_000)).codes, [])

  // A listing holds as long as its TTL says, and so does its absence.
  assert.deepEqual(await ip('192.0.2.1', 'changes.example'), ['127.0.0.2', 0, undefined])
  server.zone = { ...zone, '1.2.0.192.changes.example': { A: ['127.0.0.3'] }, '2.2.0.192.changes.example': listed }
  assert.deepEqual(await ip('192.0.2.1', 'changes.example'), ['127.0.0.2', 0, undefined])
  nowMs += 101_000
  assert.deepEqual(await ip('192.0.2.1', 'changes.example'), ['127.0.0.3', 0, undefined])
  const { '1.2.0.192.changes.example': _gone, ...without } = zone
  server.zone = without
  nowMs += 301_000
  assert.deepEqual(await ip('192.0.2.1', 'changes.example'), ['', 0, undefined])
  server.zone = zone
  assert.deepEqual(await ip('192.0.2.1', 'changes.example'), ['', 0, undefined])
  nowMs += 61_000
  assert.deepEqual(await ip('192.0.2.1', 'changes.example'), ['127.0.0.2', 0, undefined])
})

test('a list that does not answer is left alone for a minute', async (t) => {
  await using server = await startNameServer(zone)
  let nowMs = 1_800_000_000_000
  const clock = { now: () => nowMs }
  const resolver = new Resolver({ clock, servers: [server.address] })
  t.after(() => resolver.close())
  const lists = new Blocklists(resolver, clock)
  const asked = async (n: number) => (await lists.ask('dead.example', [{ ip: `192.0.2.${n}` }], 50)).tally
  for (let n = 1; n <= 5; n++) assert.deepEqual(await asked(n), { zone: 'dead.example', asked: 1, failed: 1, why: 'timeout' })
  const beganMs = performance.now()
  assert.deepEqual(await asked(6), { zone: 'dead.example', asked: 0, failed: 0 })
  assert.ok(performance.now() - beganMs < 40)
  nowMs += 61_000
  assert.equal((await asked(7)).failed, 1)
  assert.equal((await asked(8)).asked, 0, 'still dead')
  nowMs += 61_000
  server.zone = { '9.2.0.192.dead.example': listed }
  assert.deepEqual((await lists.ask('dead.example', [{ ip: '192.0.2.9' }], 2_000)).codes, ['127.0.0.2'])
  assert.equal((await asked(10)).asked, 1, 'back')
})

test('who operates hears of lists in trouble, for an hour or two', () => {
  let nowMs = 1_800_000_000_000
  const health = new BlocklistHealth({ now: () => nowMs })
  health.note({ zone: 'good.example', asked: 100, failed: 9, why: 'timeout' })
  health.note({ zone: 'bad.example', asked: 5, failed: 5, why: 'refused' })
  health.note({ zone: 'unasked.example', asked: 0, failed: 0 })
  assert.deepEqual(health.troubled(), [{ zone: 'bad.example', asked: 5, failed: 5, why: 'refused' }])
  nowMs += 3_600_000
  health.note({ zone: 'bad.example', asked: 40, failed: 0 })
  assert.deepEqual(health.troubled(), [{ zone: 'bad.example', asked: 45, failed: 5, why: 'refused' }])
  health.note({ zone: 'bad.example', asked: 40, failed: 0 })
  assert.deepEqual(health.troubled(), [])
  nowMs += 2 * 3_600_000
  health.note({ zone: 'bad.example', asked: 1, failed: 1, why: 'timeout' })
  assert.deepEqual(health.troubled(), [{ zone: 'bad.example', asked: 1, failed: 1, why: 'timeout' }])
  for (let n = 0; n < 200; n++) health.note({ zone: `z${n}.example`, asked: 1, failed: 1, why: 'timeout' })
  assert.equal(health.troubled().length, 100)
})

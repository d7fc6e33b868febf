import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '../base/log.ts'
import type { Entry, Ephemeral } from '../ephemeral/ephemeral.ts'
import { Reputation, type Sender } from './reputation.ts'

const day = 86_400_000
const spammer: Sender = { ip: '192.0.2.1', domains: [] }

function make() {
  const world = { nowMs: 1_800_000_000_000, entries: new Map<string, Entry>(), fails: false }
  const table: Ephemeral['table'] = (name) => ({
    async get(key) {
      if (world.fails) throw new Error('gone')
      return world.entries.get(`${name} ${key}`)
    },
    async put(key, entry) {
      if (world.fails) throw new Error('gone')
      world.entries.set(`${name} ${key}`, entry)
    },
    delete: async (key) => void world.entries.delete(`${name} ${key}`),
    size: async () => world.entries.size,
  })
  const reputation = new Reputation({ ephemeral: { table }, clock: { now: () => world.nowMs }, log: silent })
  const value = async (sender: Sender, kind = 'address') => (await reputation.of(sender)).find((standing) => standing.kind === kind)?.value ?? Number.NaN
  return { world, reputation, value }
}

test('who sends spam gets a bad name, his network and his domain with him; nobody else does', async () => {
  const { world, reputation, value } = make()
  const sender = { ip: '192.0.2.1', domains: ['mail.shop.example'] }
  assert.deepEqual(
    (await reputation.of(sender)).map(({ kind, name, value }) => `${kind} ${name} ${value}`),
    ['address 192.0.2.1 0', 'network 192.0.2.0/24 0', 'domain shop.example 0'],
  )
  for (let n = 0; n < 3; n++) {
    await reputation.note(sender, 'bad')
    world.nowMs += 60_000
  }
  assert.ok((await value(sender)) > 0.59)
  assert.ok((await value({ ip: '192.0.2.9', domains: [] }, 'network')) > 0.59)
  assert.equal(await value({ ip: '192.0.2.9', domains: [] }), 0)
  assert.equal(await value({ ip: '198.51.100.1', domains: [] }, 'network'), 0)
  assert.ok((await value({ ip: '', domains: ['shop.example'] }, 'domain')) > 0.59)
  await reputation.forget(sender)
  assert.equal(await value(sender), 0)
})

test('a burst is one event, and what is good takes time to earn', async () => {
  const { world, reputation, value } = make()
  for (let n = 0; n < 1000; n++) await reputation.note(spammer, 'bad')
  assert.ok((await value(spammer)) < 0.34)
  const friend = { ip: '198.51.100.7', domains: [] }
  for (let n = 0; n < 600; n++) {
    await reputation.note(friend, 'good')
    world.nowMs += 1_000
  }
  assert.ok((await value(friend)) > -0.34)
  for (let n = 0; n < 20; n++) {
    await reputation.note(friend, 'good')
    world.nowMs += 600_000
  }
  assert.ok((await value(friend)) < -0.9)
  for (let n = 0; n < 5; n++) {
    await reputation.note(friend, 'bad', 0.25)
    world.nowMs += 60_000
  }
  assert.ok((await value(friend)) < -0.7, 'a few who are not there any more do not spoil it')
})

test('it is forgotten: half in two weeks, also where there is news all the time', async () => {
  const { world, reputation, value } = make()
  for (let n = 0; n < 20; n++) {
    await reputation.note(spammer, 'bad')
    world.nowMs += 60_000
  }
  const [before] = await reputation.of(spammer)
  assert.ok(before !== undefined && before.bad > 19.9)
  world.nowMs += 14 * day
  const [after] = await reputation.of(spammer)
  assert.ok(after !== undefined && Math.abs(after.bad - before.bad / 2) < 0.1)
  world.nowMs += 77 * day
  assert.equal(await value(spammer), 0)

  const steady = { ip: '203.0.113.5', domains: [] }
  for (let n = 0; n < 24 * 60; n++) {
    await reputation.note(steady, 'bad', 0.25)
    world.nowMs += 3_600_000
  }
  const [kept] = await reputation.of(steady)
  assert.ok(kept !== undefined && kept.bad > 40 && kept.bad <= 64, String(kept?.bad))
  world.nowMs += 28 * day
  const [left] = await reputation.of(steady)
  assert.ok(left !== undefined && left.bad < kept.bad / 3.9)
})

test('one mailbox that teaches wrongly spoils nobody; several agree on something', async () => {
  const { world, reputation, value } = make()
  for (let n = 0; n < 500; n++) {
    await reputation.taught(7, spammer, 'bad')
    world.nowMs += 1_000
  }
  assert.ok((await value(spammer)) < 0.34)
  await reputation.taught(7, spammer, 'good')
  assert.ok(Math.abs(await value(spammer)) < 0.01, 'taken back')
  for (const mailbox of [8, 9, 10, 11, 12]) await reputation.taught(mailbox, spammer, 'bad')
  assert.ok((await value(spammer)) > 0.5)
  world.nowMs += 8 * day
  const before = await value(spammer)
  await reputation.taught(7, spammer, 'bad')
  assert.ok((await value(spammer)) > before, 'a week later its word counts again')
})

test('a table that cannot be read knows nobody, and stops no mail', async () => {
  const { world, reputation } = make()
  world.fails = true
  await reputation.note(spammer, 'bad')
  await reputation.taught(1, spammer, 'bad')
  assert.deepEqual(await reputation.of(spammer), [])
})

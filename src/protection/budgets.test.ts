import assert from 'node:assert/strict'
import test from 'node:test'
import { Budgets, type BudgetSettings } from './budgets.ts'

const generous: BudgetSettings = {
  'connection-limits': true,
  'connection-limits.mail-concurrent': 1000,
  'connection-limits.mail-per-minute': 1000,
  'connection-limits.access-concurrent': 1000,
  'connection-limits.access-per-minute': 1000,
  'connection-limits.errors': 1000,
  'connection-limits.errors-per-hour': 1000,
  'connection-limits.unknown-recipients': 1000,
}

function make(settings: Partial<BudgetSettings>) {
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms }
  const budgets = new Budgets({ clock, settings: () => ({ ...generous, ...settings }) })
  return { clock, budgets, connect: (ip: string) => budgets.connect(ip, 'mail') }
}

test('connections at once, from one address', () => {
  const { connect } = make({ 'connection-limits.mail-concurrent': 2, 'connection-limits.access-concurrent': 9 })
  const first = connect('192.0.2.1')
  assert.equal(first.excess, undefined)
  assert.equal(connect('192.0.2.1').excess, undefined)
  const third = connect('192.0.2.1')
  assert.equal(third.excess, 'too many at once')
  assert.equal(connect('192.0.2.2').excess, undefined, 'a neighbour is another address')
  third.close()
  assert.equal(connect('192.0.2.1').excess, 'too many at once', 'a refused connection had no place to give back')
  first.close()
  first.close()
  assert.equal(connect('192.0.2.1').excess, undefined)
  assert.equal(connect('192.0.2.1').excess, 'too many at once', 'closing twice gives one place back')
})

test('a network may do four times as much as an address', () => {
  const { connect, budgets } = make({ 'connection-limits.mail-concurrent': 1, 'connection-limits.access-concurrent': 1 })
  for (const host of [1, 2, 3, 4]) assert.equal(connect(`192.0.2.${host}`).excess, undefined)
  assert.equal(connect('192.0.2.5').excess, 'too many at once')
  assert.equal(connect('198.51.100.5').excess, undefined)
  assert.equal(budgets.connect('192.0.2.5', 'access').excess, undefined, "people's clients are counted apart")
})

test('one IPv6 host has a /64 to itself', () => {
  const { connect } = make({ 'connection-limits.mail-concurrent': 1, 'connection-limits.access-concurrent': 1 })
  assert.equal(connect('2001:db8:1:2::1').excess, undefined)
  assert.equal(connect('2001:db8:1:2:ffff::2').excess, 'too many at once')
  for (const group of [3, 4, 5]) assert.equal(connect(`2001:db8:1:${group}::1`).excess, undefined)
  assert.equal(connect('2001:db8:1:6::1').excess, 'too many at once', 'the /48 is its network')
  assert.equal(connect('2001:db8:2:1::1').excess, undefined)
})

test('new connections in a minute; refused ones do not count', () => {
  const { clock, connect } = make({ 'connection-limits.mail-per-minute': 3 })
  for (let turn = 0; turn < 3; turn++) connect('192.0.2.1').close()
  for (let turn = 0; turn < 10; turn++) assert.equal(connect('192.0.2.1').excess, 'too many a minute')
  clock.ms += 20_000
  assert.equal(connect('192.0.2.1').excess, undefined)
  assert.equal(connect('192.0.2.1').excess, 'too many a minute')
  clock.ms -= 3_600_000
  assert.equal(connect('192.0.2.1').excess, 'too many a minute', 'a clock set back neither fills nor empties')
  clock.ms += 3_660_000
  assert.equal(connect('192.0.2.1').excess, undefined)
})

test('bad commands: so many in a connection, so many in an hour', () => {
  const { clock, connect } = make({ 'connection-limits.errors': 2, 'connection-limits.errors-per-hour': 5 })
  const visit = connect('192.0.2.1')
  assert.deepEqual([visit.badCommand(), visit.badCommand(), visit.badCommand()], [undefined, undefined, 'too many errors'])
  const second = connect('192.0.2.1')
  assert.deepEqual([second.badCommand(), second.badCommand()], [undefined, undefined])
  assert.equal(connect('192.0.2.1').excess, 'too many errors')
  clock.ms += 3_600_000
  assert.equal(connect('192.0.2.1').excess, undefined)
})

test('unknown recipients in an hour, by address and network', () => {
  const { clock, connect } = make({ 'connection-limits.unknown-recipients': 2 })
  const visit = connect('192.0.2.1')
  assert.deepEqual([visit.unknownRecipient(), visit.unknownRecipient(), visit.unknownRecipient()], [undefined, undefined, 'too many unknown recipients'])
  assert.equal(connect('192.0.2.1').excess, 'too many unknown recipients')
  for (const host of [2, 3, 4]) {
    const other = connect(`192.0.2.${host}`)
    other.unknownRecipient()
    other.unknownRecipient()
  }
  assert.equal(connect('192.0.2.9').excess, 'too many unknown recipients', 'the network is used up')
  clock.ms += 3_600_000
  assert.equal(connect('192.0.2.9').excess, undefined)
})

test('switched off, nothing is refused', () => {
  const { connect } = make({
    'connection-limits': false,
    'connection-limits.mail-concurrent': 0,
    'connection-limits.access-concurrent': 0,
    'connection-limits.errors': 0,
    'connection-limits.unknown-recipients': 0,
  })
  const visit = connect('192.0.2.1')
  assert.deepEqual([visit.excess, visit.badCommand(), visit.unknownRecipient()], [undefined, undefined, undefined])
})

test('200,000 addresses leave bounded memory, and open connections are not forgotten', () => {
  const { budgets, connect } = make({ 'connection-limits.mail-concurrent': 1, 'connection-limits.access-concurrent': 1 })
  const visit = connect('192.0.2.1')
  for (let host = 0; host < 200_000; host++) connect(`10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`).close()
  assert.ok(budgets.size <= 100_000, String(budgets.size))
  assert.equal(connect('192.0.2.1').excess, 'too many at once')
  visit.close()
  assert.equal(connect('192.0.2.1').excess, undefined)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { Rates, type RateSettings } from './request-rates.ts'

function ratesWith(settings: Partial<RateSettings> = {}) {
  let nowMs = 1_000_000
  const all: RateSettings = { 'connection-limits': true, 'api.requests-per-minute': 3, 'api.requests-per-minute-address': 5, ...settings }
  const rates = new Rates({ clock: { now: () => nowMs }, settings: () => all })
  return { rates, later: (ms: number) => void (nowMs += ms), own: (key: string) => rates.take({ kind: 'own', key }) }
}

test('so many requests in a minute, and evenly again; each session for itself', () => {
  const { own, later } = ratesWith()
  assert.deepEqual(
    [1, 2, 3].map(() => own('a').remaining),
    [2, 1, 0],
  )
  const { waitMs, remaining, limit, fullInMs } = own('a')
  assert.deepEqual([waitMs, remaining, limit, fullInMs], [20_000, 0, 3, 60_000])
  assert.equal(own('b').waitMs, undefined)
  later(19_000)
  assert.equal(own('a').waitMs, 1_000)
  later(1_000)
  assert.equal(own('a').waitMs, undefined)
  assert.equal(own('a').waitMs, 20_000)
  later(60_000)
  assert.equal(own('a').remaining, 2)
})

test('who goes on asking gets in all the same when it is time', () => {
  const { own, later } = ratesWith()
  let done = 0
  for (let asked = 0; asked < 1200; asked++) {
    if (own('a').waitMs === undefined) done++
    later(100)
  }
  assert.ok(done >= 8 && done <= 9, String(done))
})

test('a host of IPv6 is its /64', () => {
  const { rates } = ratesWith()
  const from = (key: string) => rates.take({ kind: 'address', key }).waitMs === undefined
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((host) => from(`2001:db8::${host}`)),
    [true, true, true, true, true, false],
  )
  assert.equal(from('2001:db8:0:1::1'), true)
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((host) => from(`192.0.2.${host}`)),
    [true, true, true, true, true, true],
  )
})

test('without limits: 0, or connection-limits off', () => {
  for (const settings of [{ 'api.requests-per-minute': 0 }, { 'connection-limits': false }]) {
    const { own } = ratesWith(settings)
    for (let asked = 0; asked < 10; asked++) assert.deepEqual(own('a'), { limit: undefined, waitMs: undefined, remaining: 0, fullInMs: 0 })
  }
})

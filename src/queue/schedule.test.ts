import assert from 'node:assert/strict'
import test from 'node:test'
import { nextAttemptMs, usualSchedule } from './schedule.ts'

const minute = 60_000

test('waits grow to 4 hours, the last try comes after 5 days, and then it is over', () => {
  const waits: number[] = []
  let nowMs = 0
  for (let attempts = 1; ; attempts++) {
    const nextMs = nextAttemptMs(usualSchedule, { acceptedAtMs: 0, attempts, nowMs, chance: 0.5 })
    if (nextMs === undefined) break
    waits.push((nextMs - nowMs) / minute)
    nowMs = nextMs
  }
  assert.deepEqual(waits.slice(0, 7).map(Math.round), [2, 5, 13, 31, 78, 195, 240])
  assert.equal(Math.max(...waits), 240)
  assert.equal(nowMs, 5 * 24 * 60 * minute)
  assert.ok(waits.length > 30 && waits.length < 45, String(waits.length))
})

test('what failed together comes back apart, by a tenth either way', () => {
  const at = (chance: number) => nextAttemptMs(usualSchedule, { acceptedAtMs: 0, attempts: 1, nowMs: 1000, chance })
  assert.deepEqual([at(0), at(1)], [1000 + 108_000, 1000 + 132_000])
})

test('however often it was tried', () => {
  assert.equal(nextAttemptMs(usualSchedule, { acceptedAtMs: 0, attempts: 1_000_000, nowMs: 0, chance: 0.5 }), 240 * minute)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { Pace, usualPaceLimits } from './pace.ts'

const minute = 60_000

test('sessions grow while all goes well, up to the limit, and halve when it is too much', () => {
  const pace = new Pace({ ...usualPaceLimits, maxSessions: 5 }, 0)
  const grown: number[] = []
  for (let n = 0; n < 40; n++) {
    pace.wentWell()
    grown.push(pace.sessions)
  }
  assert.deepEqual([grown[0], grown[1], grown[4], grown[8], grown[39]], [2, 3, 4, 5, 5])
  pace.tooMuch(0)
  assert.equal(pace.sessions, 2)
  assert.deepEqual(pace.take(0), { go: true })
  pace.tooMuch(0)
  pace.tooMuch(0)
  assert.deepEqual([pace.sessions, pace.take(0)], [1, { go: false, againAtMs: minute }])
})

test('who cannot be reached is left alone, longer each time, until somebody answers', () => {
  const pace = new Pace(usualPaceLimits, 0)
  const waits: number[] = []
  let nowMs = 0
  for (let n = 0; n < 8; n++) {
    pace.unreachable(nowMs)
    // Of the other sessions that broke with it.
    pace.unreachable(nowMs + 1)
    const asked = pace.take(nowMs)
    assert.ok(!asked.go)
    waits.push((asked.againAtMs - nowMs) / minute)
    nowMs = asked.againAtMs
    assert.deepEqual(pace.take(nowMs), { go: true })
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30])
  pace.wentWell()
  pace.unreachable(nowMs)
  assert.deepEqual(pace.take(nowMs), { go: false, againAtMs: nowMs + minute })
})

test('so many in a minute, and no more', () => {
  const pace = new Pace({ ...usualPaceLimits, maxPerMinute: 30 }, 0)
  let sent = 0
  for (let nowMs = 0; nowMs < 10 * minute; nowMs += 100) if (pace.take(nowMs).go) sent++
  assert.ok(sent >= 30 * 10 && sent <= 30 * 11, String(sent))
  const asked = new Pace({ ...usualPaceLimits, maxPerMinute: 1 }, 0)
  assert.deepEqual([asked.take(0), asked.take(0)], [{ go: true }, { go: false, againAtMs: minute }])
})

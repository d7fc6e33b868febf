import assert from 'node:assert/strict'
import test from 'node:test'
import type { QueueId } from './ids.ts'
import { isQueueId, joinQueueId, QueueIds, queueIdTail, queueIdTimeMs } from './queue-id.ts'

test('queue ids: short, sorted by time, all different, whatever the clock does', () => {
  let now = 1_800_000_000_000
  const ids = new QueueIds({ now: () => now })
  const made: string[] = []
  for (let i = 0; i < 20_000; i++) {
    if (i % 3_000 === 0) now += 7
    if (i === 10_000) now -= 3_600_000
    made.push(ids.next())
  }
  assert.equal(new Set(made).size, made.length)
  // The random tail decides nothing: the first 11 characters ascend by themselves.
  for (let i = 1; i < made.length; i++) assert.ok((made[i - 1] ?? '').slice(0, 11) < (made[i] ?? '').slice(0, 11))
  for (const id of made) assert.match(id, /^[0-9A-HJKMNP-TV-Z]{16}$/)
})

test('queue ids: two makers at the same moment do not agree', () => {
  const clock = { now: () => 1_800_000_000_000 }
  const [one, other] = [new QueueIds(clock), new QueueIds(clock)]
  for (let i = 0; i < 1000; i++) assert.notEqual(one.next(), other.next())
})

test('queue ids: the time reads back', () => {
  const at = Date.UTC(2026, 10, 22, 12)
  const id = new QueueIds({ now: () => at }).next()
  assert.equal(queueIdTimeMs(id), at)
  assert.ok(isQueueId(id))
  for (const other of ['', 'BAKERY', 'SOMEBODYATBAKERY', `${id}0`]) assert.ok(!isQueueId(other), other)
  assert.equal(joinQueueId(at, queueIdTail(id)), id)
  for (const other of ['', '1M80KBFWV', '1M80KBFIV0020MFB']) assert.equal(queueIdTimeMs(other as QueueId), Number.NaN)
})

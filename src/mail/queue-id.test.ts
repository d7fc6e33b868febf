import assert from 'node:assert/strict'
import test from 'node:test'
import { joinQueueId, newQueueId, parseQueueId, queueIdTail, queueIdTimeMs } from './queue-id.ts'

test('a queue id tells its time and sorts by it', () => {
  const times = [0, 1, 1_700_000_000_000, 1_763_000_000_000, 2 ** 45 - 1]
  const ids = times.map(newQueueId)
  assert.deepEqual(ids.map(queueIdTimeMs), times)
  assert.deepEqual([...ids].sort(), ids)
  for (const id of ids) {
    assert.match(id, /^[0-9a-z]{13}$/)
    assert.equal(joinQueueId(queueIdTimeMs(id), queueIdTail(id)), id)
    assert.equal(parseQueueId(id.toUpperCase()), id)
  }
})

test('ids of one millisecond differ', () => {
  assert.equal(new Set(Array.from({ length: 20_000 }, () => newQueueId(1_763_000_000_000))).size, 20_000)
})

test('what is no queue id is not taken for one', () => {
  for (const text of ['', 'abc', '0123456789abcd', '01234567 9abc', '0123456789abi', "0123456789ab'"]) assert.equal(parseQueueId(text), undefined, text)
  assert.ok(Number.isNaN(queueIdTimeMs('!23456789abcd' as never)))
})

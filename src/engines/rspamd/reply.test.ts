import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReply } from './reply.ts'

test('what rspamd answers', () => {
  const symbols = { MISSING_DATE: { name: 'MISSING_DATE', score: 1, description: 'x', options: ['y'] }, ARC_NA: { name: 'ARC_NA', score: 0 } }
  assert.deepEqual(readReply(JSON.stringify({ is_skipped: false, score: 1, required_score: 15, action: 'no action', symbols })), {
    score: 1,
    tests: [
      { name: 'MISSING_DATE', score: 1 },
      { name: 'ARC_NA', score: 0 },
    ],
  })
  assert.deepEqual(readReply('{"is_skipped":true,"score":99,"symbols":{"A":{"score":99}}}'), { score: 0, tests: [] })
  assert.deepEqual(readReply('{"score":-2.5}'), { score: -2.5, tests: [] })
})

for (const lie of ['', 'null', '[]', '"x"', '{}', '{"score":"5"}', '{"score":null}', '{"score":1e999}', '{"score":5', '<html>']) {
  test(`not understood: ${lie}`, () => assert.throws(() => readReply(lie)))
}

test('symbols that are none', () => {
  assert.deepEqual(readReply('{"score":1,"symbols":[1]}').tests, [])
  assert.deepEqual(readReply('{"score":1,"symbols":{"A":5,"B":{"score":"x"},"C":{"score":2},"__proto__":{"score":3}}}').tests, [
    { name: 'C', score: 2 },
    { name: '__proto__', score: 3 },
  ])
})

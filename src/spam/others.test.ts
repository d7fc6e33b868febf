import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ofOthers, withOthers } from './others.ts'
import type { SpamScore } from './score.ts'

const own: SpamScore = { score: 3, tests: [{ name: 'OURS', score: 3 }], complete: true, autolearn: 'ham' }
const others = {
  answered: true,
  complete: true,
  tests: [
    { name: 'RSPAMD_A', score: 4.5 },
    { name: 'RSPAMD_B', score: -1 },
  ],
}
const silence = { answered: false, complete: false, tests: [] }

test('beside ours: all points are added, the weightiest test first', () => {
  assert.deepEqual(withOthers(own, others, 'always'), {
    score: 6.5,
    tests: [
      { name: 'RSPAMD_A', score: 4.5 },
      { name: 'OURS', score: 3 },
      { name: 'RSPAMD_B', score: -1 },
    ],
    complete: true,
    autolearn: 'ham',
  })
})

test('in place of ours, but for test strings, as long as somebody answers', () => {
  const tried: SpamScore = { ...own, score: 1003, tests: [{ name: 'GTUBE', score: 1000 }, ...own.tests] }
  assert.equal(withOthers(own, others, 'fallback').score, 3.5)
  assert.equal(withOthers(tried, others, 'fallback').score, 1003.5)
  assert.deepEqual(withOthers(own, silence, 'fallback'), { ...own, complete: false })
})

test('others alone', () => {
  assert.deepEqual(ofOthers(others), { score: 3.5, tests: others.tests, complete: false, autolearn: 'no' })
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { atLeast, atMost, judge, median, Report, valueAtMost } from './report.ts'

test('the median of few and of none', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 2, 3]), 2.5)
  assert.ok(Number.isNaN(median([])))
})

test('ratios are of pairs, and the median of them is judged', () => {
  const row = { what: 'delivery', unit: 'a second', ours: [100, 300, 90], theirs: [10, 100, 10] }
  assert.deepEqual(judge({ ...row, goal: atLeast(9) }), { ratios: [10, 3, 9], met: true })
  assert.equal(judge({ ...row, goal: atLeast(9.1) }).met, false)
  assert.equal(judge({ ...row, goal: atMost(9) }).met, true)
  assert.equal(judge({ ...row, goal: atMost(8.9) }).met, false)
  assert.equal(judge({ ...row, goal: valueAtMost(100) }).met, true)
  assert.equal(judge({ ...row, goal: valueAtMost(99) }).met, false)
})

test('what has no target or no partner is not judged', () => {
  const row = { what: 'delivery', unit: 'a second', ours: [1] }
  assert.deepEqual(judge(row), { ratios: [], met: undefined })
  assert.deepEqual(judge({ ...row, goal: atLeast(1) }), { ratios: [], met: undefined })
})

test('a section as Markdown', () => {
  const report = new Report(undefined)
  report.section('Delivery')
  report.row({ what: '2 kB', unit: 'a second', ours: [5000, 6000, 4000], theirs: [500, 500, 500], goal: atLeast(10) })
  report.row({ what: 'start', unit: 's', ours: [1.234], goal: valueAtMost(1) })
  report.remark('Haraka is missing.')
  assert.deepEqual(report.newSections().split('\n'), [
    '## Delivery',
    '',
    '| | Posthorn | peer | ratio | target | met |',
    '|---|---|---|---|---|---|',
    '| 2 kB, a second | 5,000 (4,000–6,000) | 500 (500–500) | 10.0 (8.00–12.0) | ≥ 10 × | yes |',
    '| start, s | 1.23 | – | – | ≤ 1 | NO |',
    '',
    'Haraka is missing.',
    '',
  ])
})

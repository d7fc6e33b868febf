import assert from 'node:assert/strict'
import { test } from 'node:test'
import { opinion, testsOf } from './opinion.ts'

const names = (score: number, tests: readonly (readonly [string, number])[], weight = 1) =>
  testsOf(
    opinion(
      score,
      tests.map(([name, points]) => ({ name, score: points })),
    ),
    'RSPAMD_',
    weight,
  ).map(({ name, score: points }) => `${name}=${points}`)

test('tests have the weight, and their sum is the engine’s score with it', () => {
  assert.deepEqual(
    names(
      5,
      [
        ['A', 1],
        ['B', 4],
      ],
      0.5,
    ),
    ['RSPAMD_B=2', 'RSPAMD_A=0.5'],
  )
  assert.deepEqual(
    names(5.04, [
      ['A', 1],
      ['B', 4],
    ]),
    ['RSPAMD_B=4', 'RSPAMD_A=1', 'RSPAMD_REST=0.04'],
  )
  assert.deepEqual(names(3, [['A', 10]]), ['RSPAMD_A=10', 'RSPAMD_REST=-7'], 'a group with a limit')
  assert.deepEqual(
    names(0, [
      ['A', 0],
      ['B', 0.0001],
    ]),
    [],
    'what counts nothing is not told',
  )
  assert.deepEqual(names(-2, []), ['RSPAMD_REST=-2'])
})

test('an engine that says a lot', () => {
  const many = Array.from({ length: 5000 }, (_, n) => [`T${n}`, n] as const)
  const told = names(7, many)
  assert.equal(told.length, 101)
  assert.equal(told[0], 'RSPAMD_T4999=4999')
  assert.match(told[100] ?? '', /^RSPAMD_REST=-/)
  assert.deepEqual(names(1e300, [['x\r\nX-Evil: "\u0000ü'.padEnd(200, 'y'), Number.NaN]]), ['RSPAMD_REST=1000'])
  assert.deepEqual(names(1, [['a-b\r\nc', 1]]), ['RSPAMD_A_B__C=1'])
  for (const score of [Number.NaN, Number.POSITIVE_INFINITY, '5', null, undefined]) assert.throws(() => opinion(score, []), /without a score/)
})

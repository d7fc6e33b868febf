import assert from 'node:assert/strict'
import test from 'node:test'
import type { Uid } from '../mail/ids.ts'
import { formatUidRanges, joinUidRanges, parseUidRanges, uidRanges } from './uid-ranges.ts'

test('ranges are written and read back', () => {
  for (const [text, ranges] of [
    ['', []],
    ['7', [[7, 7]]],
    [
      '1:4,9',
      [
        [1, 4],
        [9, 9],
      ],
    ],
  ] as const) {
    assert.equal(formatUidRanges(ranges), text)
    assert.deepEqual(parseUidRanges(text), ranges)
  }
})

test('ascending UIDs become ranges', () => {
  assert.deepEqual(uidRanges([1, 2, 3, 5, 9, 10] as Uid[]), [
    [1, 3],
    [5, 5],
    [9, 10],
  ])
})

test('ranges that overlap or touch are joined', () => {
  assert.deepEqual(
    joinUidRanges([
      [9, 12],
      [1, 4],
      [5, 5],
      [3, 6],
      [20, 20],
    ]),
    [
      [1, 6],
      [9, 12],
      [20, 20],
    ],
  )
})

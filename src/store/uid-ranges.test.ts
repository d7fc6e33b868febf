import assert from 'node:assert/strict'
import test from 'node:test'
import type { Uid } from '../mail/ids.ts'
import { commonUidRanges, formatUidRanges, isWithin, joinUidRanges, parseUidRanges, uidRanges } from './uid-ranges.ts'

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

test('what two sets of ranges have in common, and what is in one', () => {
  const ranges = (text: string) => parseUidRanges(text)
  for (const [a, b, common] of [
    ['', '1:5', ''],
    ['1:5', '5:9', '5'],
    ['1:3,7:9,12', '2,8:20', '2,8:9,12'],
    ['1:100', '3,5:6,90:200', '3,5:6,90:100'],
    ['1:2', '3:4', ''],
  ] as const) {
    assert.equal(formatUidRanges([...commonUidRanges(ranges(a), ranges(b))]), common)
    assert.equal(formatUidRanges([...commonUidRanges(ranges(b), ranges(a))]), common)
  }
  const within = [0, 1, 3, 4, 6, 7, 9, 10, 12, 13].filter((uid) => isWithin(uid, ranges('1:3,7:9,12')))
  assert.deepEqual(within, [1, 3, 7, 9, 12])
})

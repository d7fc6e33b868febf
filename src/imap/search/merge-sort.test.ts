import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { mergeSort } from './merge-sort.ts'
import { Pauses } from './pauses.ts'

const sorted = async (keys: readonly number[]) => [...(await mergeSort(keys.length, (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0), new Pauses()))]
const plainly = (keys: readonly number[]) => keys.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b)

test('sorts as it should, whatever there is, and keeps equals in their order', async () => {
  const keys = fc.oneof(fc.array(fc.integer({ min: 0, max: 20 })), fc.array(fc.integer(), { minLength: 1_000, maxLength: 5_000, size: 'max' }))
  await fc.assert(
    fc.asyncProperty(keys, async (list) => assert.deepEqual(await sorted(list), plainly(list))),
    { numRuns: 60 },
  )
})

test('what is in order, or in reverse, or nearly', async () => {
  const up = Array.from({ length: 20_000 }, (_, index) => Math.floor(index / 3))
  for (const keys of [up, up.toReversed(), up.map((key, index) => (index % 1_000 === 0 ? 5 : key)), up.map(() => 1)]) {
    assert.deepEqual(await sorted(keys), plainly(keys))
  }
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { nearest } from './nearest.ts'

const known = ['hostname', 'data', 'listen', 'database', 'content']

for (const [word, expected] of [
  ['hostnam', 'hostname'],
  ['hsotname', 'hostname'],
  ['HOSTNAME', 'hostname'],
  ['date', 'data'],
  ['lissten', 'listen'],
  ['xyz', undefined],
  ['', undefined],
  ['a'.repeat(10_000), undefined],
] as const) {
  test(`nearest to "${word.slice(0, 12)}" is ${expected}`, () => {
    assert.equal(nearest(word, known), expected)
  })
}

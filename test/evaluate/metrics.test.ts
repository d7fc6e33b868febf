import assert from 'node:assert/strict'
import test from 'node:test'
import { measure } from './metrics.ts'

const judged = (ham: readonly number[], spam: readonly number[]) => [
  ...ham.map((score, index) => ({ path: `ham/${index}`, spam: false, score })),
  ...spam.map((score, index) => ({ path: `spam/${index}`, spam: true, score })),
]

test('scores that tell all spam from all ham leave no area', () => {
  const metrics = measure(judged([0, 1, 2], [3, 4]))
  assert.equal(metrics?.roca, 0)
  assert.deepEqual(metrics?.caught, { '0.01': 100, '0.1': 100, '1': 100 })
})

test('equal scores count half', () => {
  assert.equal(measure(judged([1], [1]))?.roca, 50)
  // Of six pairs one is the wrong way round and one equal.
  assert.ok(Math.abs((measure(judged([1, 2, 5], [2, 6]))?.roca ?? 0) - 25) < 1e-9)
})

test('spam is caught above the ham that may not be lost', () => {
  const ham = Array.from({ length: 1000 }, (_, index) => index / 1000)
  // At 0.1 % one ham may be lost, 0.999; the next is 0.998.
  assert.deepEqual(measure(judged(ham, [0.9985, 0.9975, 2, 0.5]))?.caught, { '0.01': 25, '0.1': 50, '1': 75 })
})

test('each strength has its losses, and one class alone tells nothing', () => {
  const level = measure(judged([0, 0, 0, 7], [3, 7]))?.levels.find(({ name }) => name === 'medium')
  assert.equal(level?.hamLost, 25)
  assert.equal(level?.spamMissed, 50)
  assert.ok(Math.abs((level?.lam ?? 0) - 39.57) < 0.01)
  assert.equal(measure(judged([1], [])), undefined)
})

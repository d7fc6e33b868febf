import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mixed } from './mixed.ts'

test('both kinds are mixed evenly, and nothing is lost', () => {
  const ham = Array.from({ length: 90 }, (_, index) => ({ label: 'ham' as const, index }))
  const spam = Array.from({ length: 30 }, (_, index) => ({ label: 'spam' as const, index }))
  const order = mixed([...ham, ...spam])
  assert.equal(new Set(order).size, 120)
  for (let at = 0; at < 120; at += 20) {
    const here = order.slice(at, at + 20).filter(({ label }) => label === 'spam').length
    assert.ok(here >= 4 && here <= 6, `${here} of 20`)
  }
  assert.notDeepEqual(
    order.filter(({ label }) => label === 'ham').map(({ index }) => index),
    ham.map(({ index }) => index),
  )
  assert.deepEqual(mixed([...ham, ...spam]), order)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { holds } from './holds.ts'

test('a text holds another: as String.includes has it, however long they are', () => {
  const text = `${'ab'.repeat(2000)}c${'ab'.repeat(1000)}`
  for (const wanted of ['', 'a', 'bc', 'ba'.repeat(1500), `${'ab'.repeat(500)}c${'ab'.repeat(500)}`, `${'ab'.repeat(500)}d`, `c${'ab'.repeat(1001)}`]) {
    assert.equal(holds(text, wanted), text.includes(wanted), `${wanted.slice(0, 10)} … ${wanted.length}`)
  }
})

test('looking for a long text takes time by the lengths', () => {
  const started = performance.now()
  const a = 'a'.repeat(20_000)
  assert.equal(holds('a'.repeat(1_000_000), `${a}b${a}`), false)
  assert.ok(performance.now() - started < 2000, 'minutes, by the square')
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { fold, holds } from './text.ts'

test('texts are compared without case, composed or not', () => {
  for (const [one, other] of [
    ['Straße', 'STRAßE'],
    ['Gru\u0308n', 'GRÜN'],
    ['ПРИВЕТ', 'привет'],
    ['e\u0323\u0301', 'e\u0301\u0323'],
  ] as const)
    assert.equal(fold(one), fold(other))
  assert.notEqual(fold('a'), fold('ä'))
})

test('a text holds another: as String.includes has it, however long they are', () => {
  const text = `${'ab'.repeat(2000)}c${'ab'.repeat(1000)}`
  for (const wanted of ['', 'a', 'bc', 'ba'.repeat(1500), `${'ab'.repeat(500)}c${'ab'.repeat(500)}`, `${'ab'.repeat(500)}d`, `c${'ab'.repeat(1001)}`]) {
    assert.equal(holds(text, wanted), text.includes(wanted), `${wanted.slice(0, 10)} … ${wanted.length}`)
  }
})

test('however texts are made, comparing them takes time by their length', () => {
  const started = performance.now()
  fold(`a${'\u0301\u0323'.repeat(300_000)}`)
  fold(`${'\u0301'.repeat(7)}a`.repeat(70_000))
  const a = 'a'.repeat(20_000)
  assert.equal(holds('a'.repeat(1_000_000), `${a}b${a}`), false)
  assert.ok(performance.now() - started < 2000, 'minutes, by the square')
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { casemap, fold } from './fold.ts'

test('texts are compared without case, composed or not', () => {
  for (const [one, other] of [
    ['Straße', 'STRAẞE'],
    ['Straße', 'STRASSE'],
    ['Gru\u0308n', 'GRÜN'],
    ['ПРИВЕТ', 'привет'],
    ['e\u0323\u0301', 'e\u0301\u0323'],
  ] as const)
    assert.equal(fold(one), fold(other))
  assert.notEqual(fold('a'), fold('ä'))
})

test('however texts are made, comparing them takes time by their length', () => {
  const started = performance.now()
  fold(`a${'\u0301\u0323'.repeat(300_000)}`)
  fold(`${'\u0301'.repeat(7)}a`.repeat(70_000))
  casemap(`a${'\u0301\u0323'.repeat(300_000)}`)
  assert.ok(performance.now() - started < 2000, 'minutes, by the square')
})

test('i;unicode-casemap (RFC 5051)', () => {
  assert.equal(casemap('Hello'), casemap('hELLO'))
  assert.equal(casemap('é'), casemap('E\u0301'))
  assert.equal(casemap('ﬁ'), 'fi')
  assert.notEqual(casemap('ß'), casemap('ss'))
  const sorted = ['A', 'b', 'Z', '\u007e', '\uff5e\uff5e', '\ufffd', '\u{10000}', '\u{1f600}']
  assert.deepEqual(
    [...sorted].sort((a, b) => (casemap(a) < casemap(b) ? -1 : 1)),
    ['A', 'b', 'Z', '\u007e', '\uff5e\uff5e', '\ufffd', '\u{10000}', '\u{1f600}'],
  )
})

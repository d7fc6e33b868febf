import assert from 'node:assert/strict'
import test from 'node:test'
import { Random, seedOfRun } from '../../test/harness/random.ts'
import { fold } from '../message/fold.ts'
import { GramSet, wantedGrams } from './grams.ts'

test('a text has all grams of what it holds', (context) => {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  const set = new GramSet()
  for (let run = 0; run < 500; run++) {
    const text = fold(Array.from({ length: random.between(1, 400) }, () => random.pick([...'abcdeßÄ é会議室で\r\n😀'])).join(''))
    const from = random.between(0, text.length - 1)
    const wanted = wantedGrams(text.slice(from, from + random.between(1, 40)))
    set.add(text)
    const has = new Set(set.take())
    assert.ok(
      wanted.every((gram) => has.has(gram)),
      JSON.stringify(text),
    )
  }
})

test('of two letters nothing can be said, but of two characters that may be a word', () => {
  assert.deepEqual(wantedGrams(''), [])
  assert.deepEqual(wantedGrams('ab'), [])
  assert.equal(wantedGrams('会').length, 0)
  assert.equal(wantedGrams('会議').length, 1)
  assert.equal(wantedGrams('abc').length, 1)
})

test('a long text is asked for by few grams, from all of it', () => {
  const wanted = wantedGrams(`${'a'.repeat(500)}bc`)
  assert.ok(wanted.length <= 8)
  assert.ok(wanted.includes(wantedGrams('abc')[0] ?? -1))
})

test('what was not looked into may hold anything, and the next message begins anew', () => {
  const set = new GramSet()
  set.addAll()
  assert.equal(set.take().length, 65_536)
  set.add('abc')
  assert.equal(set.take().length, 1)
})

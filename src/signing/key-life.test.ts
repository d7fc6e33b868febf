import assert from 'node:assert/strict'
import test from 'node:test'
import { type KeyLife, nextCheckMs, nextStates } from './key-life.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const now = 1_000 * dayMs

/** `state seen age[/age of the state]`, ages in hours; of RSA where nothing else is said. */
function key(text: string): KeyLife {
  const [state, seen, age = '0', algorithm = 'rsa'] = text.split(' ') as [KeyLife['state'], KeyLife['seen'], string?, KeyLife['algorithm']?]
  const [made = '0', began = made] = age.split('/')
  return { state, seen, algorithm, madeAtMs: now - Number(made) * hourMs, stateAtMs: now - Number(began) * hourMs }
}

const cases: readonly [what: string, keys: readonly string[], then: readonly string[]][] = [
  ['a first key waits for its record', ['made missing 5'], ['made']],
  ['its record is another’s', ['made different 5'], ['made']],
  ['nobody could tell', ['made unknown 5', 'signing unknown 9'], ['made', 'signing']],
  ['a first key that is published signs at once', ['made fine 5'], ['signing']],
  ['each algorithm by itself', ['made fine 5', 'made missing 5 ed25519'], ['signing', 'made']],
  ['one that follows another waits until all name servers have its record', ['made fine 5', 'signing fine 900'], ['published', 'signing']],
  ['not yet', ['published fine 5/0.9', 'signing fine 900'], ['published', 'signing']],
  ['then it signs, and the old one does not', ['published fine 5/1', 'signing fine 900'], ['signing', 'retired']],
  ['the record went while it waited', ['published missing 5/1', 'signing fine 900'], ['made', 'signing']],
  ['of two that are published the newer signs', ['made fine 5', 'made fine 9'], ['signing', 'withdrawn']],
  ['what was passed over is not needed any more', ['signing fine 5', 'made missing 9'], ['signing', 'withdrawn']],
  ['a record that went stops the key', ['signing missing 900'], ['made']],
  ['a record that was replaced stops the key', ['signing different 900'], ['made']],
  ['a retired key’s record stays for two weeks', ['retired fine 900/335'], ['retired']],
  ['and can go then', ['retired fine 900/336'], ['withdrawn']],
  ['until it is gone', ['withdrawn fine 900'], ['withdrawn']],
  ['then nothing is left of it', ['withdrawn missing 900'], ['gone']],
]

for (const [what, keys, then] of cases) test(what, () => assert.deepEqual(nextStates(keys.map(key), now), then))

test('the DNS is asked often of what is new, and rarely of what is not', () => {
  const inMinutes = (text: string) => (nextCheckMs(key(text), now) - now) / 60_000
  assert.equal(inMinutes('made missing 0'), 5)
  assert.equal(inMinutes('made missing 4'), 60)
  assert.equal(inMinutes('made missing 4000'), 24 * 60)
  assert.equal(inMinutes('published fine 9/0'), 60)
  assert.equal(inMinutes('signing fine 900'), 6 * 60)
  assert.equal(inMinutes('retired fine 900/0'), 14 * 24 * 60)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { relayClassOf } from './outgoing.ts'

for (const [kind, submitted, expected] of [
  ['submitted', 'paid', 'paid'],
  ['submitted', 'trial', 'trial'],
  ['submitted', 'bulk', 'bulk'],
  ['submitted', undefined, 'paid'],
  ['list', 'paid', 'bulk'],
  ['forwarded', undefined, 'forwarded'],
  ['automatic', 'paid', 'forwarded'],
  ['report', undefined, 'forwarded'],
] as const) {
  test(`mail that is ${kind}, of a sender of class ${submitted ?? 'none'}, goes out as ${expected}`, () =>
    assert.equal(relayClassOf(kind, submitted), expected))
}

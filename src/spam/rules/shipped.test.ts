import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { readRuleFolder } from './rule-folder.ts'
import { RuleSet } from './rule-set.ts'

const shipped = new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../../rules'), true))

test('every test has a message that fires it and one that does not, and they do', () => {
  assert.ok(shipped.names.length > 100)
  for (const name of shipped.names) {
    const examples = shipped.examples.get(name)
    assert.ok(examples !== undefined && examples.fires > 0 && examples.spares > 0, name)
    shipped.tryExamples(name)
  }
})

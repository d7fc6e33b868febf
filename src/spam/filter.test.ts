import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ContentFilter } from './filter.ts'
import { gtube } from './test-strings.ts'
import { RuleSet } from './rules/rule-set.ts'
import { Model } from './learn/model.ts'

const rules = new RuleSet([])
const message = (text: string) => ({ octets: Buffer.from(`From: ann@a.example\r\nSubject: hello\r\n\r\n${text}\r\n`) })

test('the test strings give more than 99 points (SPEC A6)', () => {
  const filter = new ContentFilter({ rules, testString: 'PRUEFZEILE-17' })
  assert.ok(filter.judge(filter.examine(message(gtube)), {}).score > 99)
  assert.ok(filter.judge(filter.examine(message('see PRUEFZEILE-17')), {}).score > 99)
  assert.ok(filter.judge(filter.examine(message('see PRUEFZEILE-18')), {}).score < 2.5)
})

test('what was taught moves the score, and what is forgotten moves it back to where it was', () => {
  const filter = new ContentFilter({ rules })
  const model = Model.create('mailbox')
  const examined = filter.examine(message('cheap watches, order now'))
  const before = filter.judge(examined, { mailbox: model }).score
  assert.equal(filter.learn(examined, 'spam', model), true)
  assert.equal(model.taught('spam'), 1)
  assert.ok(filter.judge(examined, { mailbox: model }).score > before)
  assert.equal(filter.forget(examined, model), true)
  assert.equal(filter.judge(examined, { mailbox: model }).score, before)
  assert.equal(model.taught('spam'), 0)
  assert.equal(filter.forget(examined, model), false)
})

test('two threads share one model through its buffer', () => {
  const filter = new ContentFilter({ rules })
  const teaching = Model.create('installation', true)
  const judging = new Model(teaching.buffer)
  const examined = filter.examine(message('cheap watches, order now'))
  filter.learn(examined, 'spam', teaching)
  assert.ok(filter.judge(examined, { installation: judging }).score > 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ContentFilter } from '../filter.ts'
import { RuleSet } from '../rules/rule-set.ts'
import { Model } from './model.ts'
import { readModel, writeModel } from './model-octets.ts'

const filter = new ContentFilter({ rules: new RuleSet([]) })
const examine = (text: string, from = 'ann@a.example') => filter.examine({ octets: Buffer.from(`From: ${from}\r\nSubject: hello\r\n\r\n${text}\r\n`) })
const points = (text: string, models: { installation?: Model; mailbox?: Model }) => filter.judge(examine(text), models).score

/** Words that differ from message to message. */
const filler = (index: number) =>
  `${['garden', 'river', 'window', 'paper', 'summer', 'letter'][index % 6]} ${['blue', 'old', 'small', 'late'][index % 4]} ${index}`

function taught(count: number, kind: 'installation' | 'mailbox' = 'installation'): Model {
  const model = Model.create(kind)
  for (let index = 0; index < count; index += 1) {
    filter.learn(examine(`cheap watches and pills, order now ${filler(index)}`), 'spam', model)
    filter.learn(examine(`minutes of the meeting on tuesday ${filler(index)}`), 'ham', model)
  }
  return model
}

test('what was learned is told apart, and its share grows with the lessons', () => {
  const few = taught(2)
  const many = taught(30)
  const spam = points('cheap watches, order now', { installation: many })
  assert.ok(spam > 1)
  assert.ok(points('minutes of the meeting', { installation: many }) < -3)
  assert.ok(points('cheap watches, order now', { installation: few }) < points('cheap watches, order now', { installation: many }))
  assert.equal(points('cheap watches, order now', { installation: Model.create('installation') }), 0)
})

test('one kind alone teaches little: not everything is spam to who has seen nothing else', () => {
  const model = Model.create('installation')
  for (let index = 0; index < 20; index += 1) filter.learn(examine(`cheap watches, order now ${filler(index)}`), 'spam', model)
  assert.ok(points('minutes of the meeting on tuesday', { installation: model }) < 2.5)
})

test('a lesson to the contrary takes the place of the first, and what is forgotten leaves nothing behind', () => {
  const model = taught(5)
  const examined = examine('a holiday in the mountains, call us')
  const before = filter.judge(examined, { installation: model }).score
  filter.learn(examined, 'spam', model)
  const asSpam = filter.judge(examined, { installation: model }).score
  filter.learn(examined, 'ham', model)
  const asHam = filter.judge(examined, { installation: model }).score
  assert.ok(asHam < before && before < asSpam)
  assert.equal(model.taught('spam'), 5)
  assert.equal(model.taught('ham'), 6)
  filter.forget(examined, model)
  assert.ok(Math.abs(filter.judge(examined, { installation: model }).score - before) < 0.01)
  assert.equal(model.taught('ham'), 5)
})

test('what one mailbox teaches changes no other', () => {
  const installation = taught(10)
  const mine = Model.create('mailbox')
  const text = 'minutes of the meeting on tuesday'
  const others = points(text, { installation, mailbox: Model.create('mailbox') })
  for (let index = 0; index < 50; index += 1) filter.learn(examine(`${text} ${filler(index)}`), 'spam', mine)
  assert.ok(points(text, { installation, mailbox: mine }) > others)
  assert.equal(points(text, { installation, mailbox: Model.create('mailbox') }), others)
  assert.equal(points(text, { installation }), others)
})

test('a model is bounded, and is stored as large as what it knows', () => {
  assert.ok(Model.create('installation').buffer.byteLength <= 32 << 20)
  assert.ok(Model.create('mailbox').buffer.byteLength <= 1 << 20)
  assert.ok(writeModel(Model.create('installation')).length < 100)
  const model = taught(10, 'mailbox')
  const stored = writeModel(model)
  assert.ok(stored.length < 100_000, String(stored.length))
  const again = readModel('mailbox', stored)
  assert.ok(again !== undefined)
  assert.equal(points('cheap watches, order now', { mailbox: again }), points('cheap watches, order now', { mailbox: model }))
  assert.equal(filter.forget(examine(`cheap watches and pills, order now ${filler(3)}`), again), true)
})

test('octets that are no model are none', () => {
  const stored = writeModel(taught(1, 'mailbox'))
  assert.ok(readModel('installation', stored) === undefined)
  assert.ok(readModel('mailbox', stored.subarray(0, stored.length - 1)) === undefined)
  assert.ok(readModel('mailbox', new Uint8Array()) === undefined)
  for (let at = 0; at < 40; at += 1) {
    const broken = stored.slice()
    broken[at] = 0xff
    readModel('mailbox', broken)
  }
})

test('more lessons than are remembered are learned all the same', () => {
  const model = Model.create('mailbox')
  const examined = Array.from({ length: 9_000 }, (_, index) => ({ digest: { high: index + 1, low: Math.imul(index, 0x9e_37_79_b1) }, parts: [] }))
  for (const evidence of examined) filter.learn({ hits: [], evidence, complete: true }, 'ham', model)
  assert.equal(model.taught('ham'), 9_000)
  assert.equal(filter.forget({ hits: [], evidence: examined[8_999] ?? { digest: { high: 0, low: 0 }, parts: [] }, complete: true }, model), true)
})

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { ContentFilter } from './filter.ts'
import { Model } from './learn/model.ts'
import { reasonsOfTests } from './reasons.ts'
import { readRuleFolder } from './rules/rule-folder.ts'
import { RuleSet } from './rules/rule-set.ts'
import { gtube } from './test-strings.ts'

const message = (text: string) => ({ octets: Buffer.from(`From: ann@a.example\r\nSubject: hello\r\n\r\n${text}\r\n`) })
const shipped = new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../rules'), true))
const filter = new ContentFilter({ rules: shipped, testString: 'PRUEFZEILE-17' })

function judge(text: string) {
  return filter.judge(filter.examine(message(text)), {})
}

test('the test strings give more than 99 points (SPEC A6)', () => {
  assert.ok(judge(gtube).score > 99)
  assert.ok(judge('see PRUEFZEILE-17').score > 99)
  assert.ok(judge('see PRUEFZEILE-18').score < 6)
})

test('the sum of the tests is the score, the weightiest first, each with its sentences', () => {
  const { score, tests } = judge('Dear customer, verify your account: http://192.0.2.7/login')
  assert.ok(tests.length > 5)
  assert.ok(Math.abs(tests.reduce((sum, hit) => sum + hit.score, 0) - score) < 0.001)
  assert.deepEqual(
    tests.map((hit) => Math.abs(hit.score)),
    tests.map((hit) => Math.abs(hit.score)).sort((a, b) => b - a),
  )
  const reasons = reasonsOfTests([...readRuleFolder(path.join(import.meta.dirname, '../../rules'), true), { name: 'broken', text: ' x', trusted: false }])
  for (const { name } of tests) {
    const why = reasons(name)
    assert.ok(why !== undefined && why.de.endsWith('.') && why.en.endsWith('.') && why.de !== why.en, name)
  }
})

const listings = new Map([['SPAMHAUS_ZEN', ['127.0.0.2', '127.0.0.4', '127.0.0.9']]])

test('what blocklists answered counts as tests do (SPEC A11)', () => {
  const alone = judge('text').score
  const { score, tests } = filter.judge(filter.examine({ ...message('text'), listings }), {})
  const listed = tests.filter(({ name }) => name.startsWith('SPAMHAUS_'))
  assert.deepEqual(listed.map(({ name }) => name).sort(), ['SPAMHAUS_DROP', 'SPAMHAUS_SBL', 'SPAMHAUS_XBL'])
  assert.ok(Math.abs(score - alone - listed.reduce((sum, hit) => sum + hit.score, 0)) < 0.001)
})

test('autolearn: what is certain without having been learned, and no more', () => {
  assert.equal(judge(gtube).autolearn, 'no')
  assert.equal(judge('hello').autolearn, 'no')
  assert.equal(filter.judge(filter.examine({ ...message('text'), listings }), {}).autolearn, 'spam')
  const standing = { address: 0.9, network: 0.9, domain: -0.9, wroteTo: true }
  const two = new Map([['SPAMHAUS_ZEN', ['127.0.0.2', '127.0.0.9']]])
  const withReputation = filter.judge(filter.examine({ ...message('text'), standing: { ...standing, domain: 0.9, wroteTo: false }, listings: two }), {})
  assert.ok(withReputation.score > 12)
  assert.equal(withReputation.autolearn, 'no', 'reputation is made of verdicts, and confirms none')
  const expected = filter.judge(filter.examine({ ...message('text'), standing: { ...standing, address: -0.9 } }), {})
  assert.ok(expected.score < -1.5)
  assert.equal(expected.autolearn, 'no')
  const answer = 'From: Ann <ann@a.example>\nIn-Reply-To: <1@b.example>\n\nOn Monday, Bob wrote:\n> the compiler\nthe kernel and the patch\n'
  assert.equal(filter.judge(filter.examine({ octets: Buffer.from(answer) }), {}).autolearn, 'ham')
})

test('new rules hold from the next message on', () => {
  const own = new ContentFilter({ rules: new RuleSet([]) })
  assert.equal(own.judge(own.examine(message('x')), {}).score, 0)
  own.useRules(new RuleSet([{ name: 'own', text: 'test ALL 2\n  when 1\n  de Alles.\n  en All.\n', trusted: false }]))
  assert.equal(own.judge(own.examine(message('x')), {}).score, 2)
})

test('when time is up the verdict is of what is known by then', () => {
  const hasty = new ContentFilter({ rules: shipped, budgetMs: 0 })
  const { score, complete } = hasty.judge(hasty.examine(message(gtube)), {})
  assert.equal(complete, false)
  assert.ok(score > 99)
})

test('two threads share one model through its buffer', () => {
  const teaching = Model.create('installation', true)
  const judging = new Model(teaching.buffer)
  const examined = filter.examine(message('cheap watches, order now'))
  const before = filter.judge(examined, {}).score
  filter.learn(examined, 'spam', teaching)
  assert.ok(filter.judge(examined, { installation: judging }).score > before)
})

/** The middle of many, in milliseconds of CPU: a machine may be busy. */
function middleCost(run: (index: number) => void): number {
  const costs = Array.from({ length: 300 }, (_, index) => {
    const began = process.threadCpuUsage()
    run(index)
    const { user, system } = process.threadCpuUsage(began)
    return (user + system) / 1000
  })
  return costs.sort((a, b) => a - b)[150] ?? 0
}

test('a verdict on 10 kB takes under 5 ms, a lesson at most 1 ms', () => {
  const model = Model.create('installation')
  const octets = (index: number) =>
    message(`number ${index}: ${'please look at http://a.example/page for the plans of the week and the next one, '.repeat(120)}`)
  const verdict = middleCost((index) => void filter.judge(filter.examine(octets(index)), { installation: model }))
  assert.ok(verdict < 5, `${verdict} ms`)
  const examined = Array.from({ length: 300 }, (_, index) => filter.examine(octets(index)))
  const lesson = middleCost((index) => {
    const one = examined[index]
    if (one !== undefined) filter.learn(one, index % 2 === 0 ? 'spam' : 'ham', model)
  })
  assert.ok(lesson <= 1, `${lesson} ms`)
})

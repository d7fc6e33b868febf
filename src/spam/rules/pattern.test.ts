import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { compilePattern, requiredPiece } from './pattern.ts'
import type { Expression } from './expression.ts'
import { readRuleFile } from './rule-file.ts'
import { readRuleFolder } from './rule-folder.ts'

const place = { file: 'x.rules', line: 1 }

test('the piece that every match holds', () => {
  const cases: [pattern: string, piece: string | undefined][] = [
    ['verify your account', 'verify your account'],
    ['^verify\\b.*now', 'verify'],
    ['abc|def', undefined],
    ['(?:abc|def)ghij?', 'ghi'],
    ['a[bc)]+longer{2,3}', 'longe'],
    ['a\\.example', 'a.example'],
    ['\\d+', undefined],
    ['colou?r', 'colo'],
    ['[)]abcd', 'abcd'],
  ]
  for (const [pattern, piece] of cases) assert.equal(requiredPiece(pattern), piece, pattern)
})

test('looking for the piece first changes no answer', () => {
  for (const trusted of [true, false]) {
    assert.equal(compilePattern('Verify', true, trusted, place)('please VERIFY it'), true)
    assert.equal(compilePattern('Verify', false, trusted, place)('please VERIFY it'), false)
    assert.equal(compilePattern('colou?r', false, trusted, place)('color'), true)
  }
})

test("an operator's pattern takes time by the text's length, whatever it is", () => {
  const started = performance.now()
  const text = 'a'.repeat(5_000)
  for (const pattern of ['(a+)+$b', '(a|aa)+b', '(.*a){20}b', '(a*)*b']) assert.equal(compilePattern(pattern, false, false, place)(text), false)
  assert.ok(performance.now() - started < 20_000, 'years, by trying all ways')
})

test('what RE2 has not is refused with its place', () => {
  assert.throws(() => compilePattern('(?=a)', false, false, place), /^RuleError: x\.rules:1: /)
  assert.throws(() => compilePattern('(', false, true, place), /^RuleError: x\.rules:1: /)
})

/** Patterns of the files that are shipped. */
function* patternsOf(expression: Expression): Generator<{ pattern: string; ignoreCase: boolean }> {
  if (expression.kind === 'match') yield expression
  else if (expression.kind === 'not') yield* patternsOf(expression.of)
  else if (expression.kind === 'binary') {
    yield* patternsOf(expression.left)
    yield* patternsOf(expression.right)
  }
}

test('each pattern that is shipped takes time by the length of the text, not by its square', () => {
  const sources = readRuleFolder(path.join(import.meta.dirname, '../../../rules'), true)
  const patterns = sources.flatMap(({ name, text }) => readRuleFile(name, text).rules.flatMap(({ when }) => [...patternsOf(when)]))
  assert.ok(patterns.length > 20)
  for (const { pattern, ignoreCase } of patterns) {
    const matches = compilePattern(pattern, ignoreCase, true, place)
    const piece = requiredPiece(pattern) ?? ''
    for (const unit of ['a', ' ', '1', '-', '$1,', 'a.', 'und ', 'type ', '=?', `${piece} `, `${piece}1`]) {
      const text = `${piece}${unit.repeat(60_000 / unit.length)}`
      const started = process.threadCpuUsage()
      matches(text)
      const { user } = process.threadCpuUsage(started)
      assert.ok(user < 100_000, `/${pattern}/ took ${user / 1000} ms for 60 kB of "${unit}"`)
    }
  }
})

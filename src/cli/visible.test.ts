import assert from 'node:assert/strict'
import test from 'node:test'
import { PassThrough } from 'node:stream'
import { Invocation } from './invocation.ts'
import { en } from './texts/en.ts'

const hostile = 'a\x1b]0;title\x07\x9b2J\u202eb\r\tc\näö'

function printed(json: boolean): string {
  const stdout = new PassThrough()
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {} }
  new Invocation({ t: en, language: 'en', io, options: { json } }).print({ id: hostile }, hostile)
  return String(stdout.read())
}

test('what is printed cannot steer a terminal', () => {
  assert.equal(printed(false), 'a\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{202e}b\\u{d}\tc\näö\n')
  // oxlint-disable-next-line no-control-regex -- as in visible.ts
  assert.doesNotMatch(printed(true), /[\x1b\x07\x9b\u202e]/)
  assert.deepEqual(JSON.parse(printed(true)), { id: hostile })
})

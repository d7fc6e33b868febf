import assert from 'node:assert/strict'
import test from 'node:test'
import { Pattern } from './pattern.ts'

test('LIST patterns (RFC 9051 6.3.9)', () => {
  const table: [pattern: string, name: string, matches: boolean][] = [
    ['*', 'a', true],
    ['*', 'a/b', true],
    ['%', 'a', true],
    ['%', 'a/b', false],
    ['%/%', 'a/b', true],
    ['%/%', 'a/b/c', false],
    ['a/*', 'a', false],
    ['a*', 'a', true],
    ['*c', 'a/b/c', true],
    ['%c', 'a/b/c', false],
    ['*b%', 'a/b/c', false],
    ['*b*', 'a/b/c', true],
    ['%%', 'abc', true],
    ['*%', 'a/b', true],
    ['a%b', 'ab', true],
    ['a%b', 'a/b', false],
    ['%t*4', 'mail3/test4', false],
    ['%/%3/%', 'm/test3/x', true],
    ['', 'a', false],
    ['inbox', 'INBOX', true],
    ['iNb%', 'INBOX', true],
    ['inbox/%', 'INBOX/a', true],
    ['inbox', 'inboxes', false],
    ['a.c', 'abc', false],
    ['A', 'a', false],
  ]
  for (const [pattern, name, matches] of table) assert.equal(new Pattern(pattern).matches(name), matches, `${pattern} ${name}`)
})

test('a hostile pattern costs pattern times name at most', () => {
  const started = performance.now()
  assert.equal(new Pattern('%a'.repeat(31)).matches(`${'a'.repeat(900)}b`), false)
  assert.equal(new Pattern('*a'.repeat(31)).matches(`${'a'.repeat(900)}b`), false)
  assert.ok(performance.now() - started < 500)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { readText } from './encoded-word.ts'
import { writeWords } from './write-words.ts'

for (const text of [
  '',
  'plain',
  'Grüße aus Köln',
  '漢字'.repeat(60),
  'e\u0301'.repeat(50),
  '👩‍👩‍👧‍👦 family',
  '=?utf-8?q?a?= as text',
  ' ',
  'a '.repeat(100),
]) {
  test(`encoded words lead back to "${text.slice(0, 20)}"`, () => {
    const written = writeWords(text)
    assert.match(written, /^[ -~]*(?:\r\n [ -~]+)*$/)
    assert.equal(readText(written.replaceAll('\r\n', '')), text.trim())
    if (written.startsWith('=?')) for (const line of written.split('\r\n')) assert.ok(line.length <= 76, line)
  })
}

test('nobody writes a field of their own', () => {
  assert.equal(writeWords('a\r\nBcc: eve@c.example\u0000'), 'a Bcc: eve@c.example')
})

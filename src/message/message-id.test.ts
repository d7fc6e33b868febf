import assert from 'node:assert/strict'
import test from 'node:test'
import { readMessageIds } from './message-id.ts'

const cases: [text: string, ...ids: string[]][] = [
  [' <1@a.example>\r\n', '1@a.example'],
  ['<1@a> <2@b>\r\n\t<3@c>', '1@a', '2@b', '3@c'],
  ['<1@a><2@b>', '1@a', '2@b'],
  ['Your message of "today" <1@a> (comment <2@b>)', '1@a'],
  ['<"a b"@c>', '"a b"@c'],
  ['<1@\r\n a>', '1@ a'],
  ['bare@a.example and more', 'bare@a.example'],
  ['<open@a', 'open@a'],
  ['<>', ...[]],
  ['', ...[]],
  ['(comment)', ...[]],
]

test('ids', () => {
  for (const [text, ...ids] of cases) assert.deepEqual(readMessageIds(text), ids, text)
})

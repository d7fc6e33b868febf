import assert from 'node:assert/strict'
import test from 'node:test'
import { scan } from './scan.ts'
import { summarise } from './summary.ts'

test('what the index keeps', () => {
  const { messageId, parts, envelope, bodyStructure } = summarise(
    scan(Buffer.from('Message-ID: <1@a.example>\r\nDate: 1 Jan 1970 00:00:01 +0000\r\n\r\nbody\r\n')),
  )
  assert.equal(messageId, '1@a.example')
  assert.ok(parts.length < 20)
  assert.equal(Buffer.from(envelope).toString(), '("1 Jan 1970 00:00:01 +0000" NIL NIL NIL NIL NIL NIL NIL NIL "<1@a.example>")')
  assert.equal(Buffer.from(bodyStructure).toString(), '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1 NIL NIL NIL NIL)')
})

test('a Message-ID is kept as text, without NUL, at most 250 characters', () => {
  const id = (text: string) => summarise(scan(Buffer.from(`Message-ID: ${text}\r\n\r\n`, 'latin1'))).messageId
  assert.equal(id(`<${'x'.repeat(300)}@a>`)?.length, 250)
  assert.equal(id('<a\0b@c>'), 'ab@c')
  assert.equal(id('<\xc3\xa4@c>'), 'ä@c')
  assert.equal(id('<>'), undefined)
  assert.equal(summarise(scan(Buffer.alloc(0))).messageId, undefined)
})

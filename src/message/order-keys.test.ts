import assert from 'node:assert/strict'
import test from 'node:test'
import { noOrderKeys } from './order-keys.ts'
import { scan } from './scan.ts'
import { summarise } from './summary.ts'

const keysOf = (fields: string) => summarise(scan(Buffer.from(`${fields}\r\n\r\ntext\r\n`, 'latin1'))).order
const day = (text: string) => Date.parse(text) / 86_400_000

test('a message without fields has no keys', () => {
  assert.deepEqual(keysOf(''), noOrderKeys)
  assert.deepEqual(keysOf('Message-ID: nonsense\r\nReferences: <>\r\nIn-Reply-To: Your message of Monday\r\nSubject: \r\nDate: soon'), noOrderKeys)
})

test('the date is an instant and the day of the sender', () => {
  const { sentMs, sentDay } = keysOf('Date: Mon, 23 Nov 2026 01:30:00 +0200')
  assert.equal(sentMs, Date.parse('2026-11-22T23:30:00Z'))
  assert.equal(sentDay, day('2026-11-23'))
})

test('subjects are the same by what they are about (RFC 5256 2.1)', () => {
  const one = keysOf('Subject: Hello')
  assert.ok(one.subject > 0 && one.subject < 2 ** 46 && !one.isReply)
  for (const same of ['Re: hello', '[list] HELLO (fwd)', '=?utf-8?q?Re=3A_h=65llo?=']) assert.equal(keysOf(`Subject: ${same}`).subject, one.subject)
  assert.ok(keysOf('Subject: Re: hello').isReply)
  assert.notEqual(keysOf('Subject: hello there').subject, one.subject)
})

test('ids: the parent comes last, quotes do not matter, In-Reply-To counts where there are no References (RFC 5256 3)', () => {
  const { messageId: a } = keysOf('Message-ID: <a@x>')
  const { messageId: b } = keysOf('Message-ID: <"b"@x>')
  const { messageId: c } = keysOf('Message-ID: (remark) <c@x>')
  assert.equal(new Set([0, a, b, c]).size, 4)
  assert.equal(keysOf('Message-ID: <b@x>').messageId, b)
  assert.deepEqual(keysOf('References: <a@x>\r\n <b@x> junk <c@x>\r\nIn-Reply-To: <a@x>').references, [a, b, c])
  assert.deepEqual(keysOf('In-Reply-To: <a@x> <b@x>').references, [a])
  assert.deepEqual(keysOf('References: none\r\nIn-Reply-To: message of Monday <b@x>').references, [b])
})

test('of a long thread the root and the newest are kept', () => {
  const ids = Array.from({ length: 300 }, (_, index) => `<${index}@x>`)
  const { references } = keysOf(`References: ${ids.join('\r\n ')}`)
  assert.equal(references.length, 100)
  assert.equal(references[0], keysOf('Message-ID: <0@x>').messageId)
  assert.equal(references.at(-1), keysOf('Message-ID: <299@x>').messageId)
})

test('ids that differ in little have different hashes', () => {
  const seen = new Set<number>()
  for (let n = 0; n < 40_000; n++) for (const id of [`<${n}@x>`, `<x.${n * 65_536}@x>`]) seen.add(keysOf(`Message-ID: ${id}`).messageId)
  assert.equal(seen.size, 80_000)
  assert.ok([...seen].every((hash) => Number.isSafeInteger(hash) && hash > 0 && hash < 2 ** 47))
})

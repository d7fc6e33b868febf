import assert from 'node:assert/strict'
import test from 'node:test'
import { scan } from '../message/scan.ts'
import { summarise } from '../message/summary.ts'
import { keepEnvelope, wireEnvelope } from './kept-envelope.ts'

const envelopeOf = (fields: string) => summarise(scan(Buffer.from(`${fields}\r\n\r\ntext\r\n`, 'latin1'))).envelope

for (const [name, fields, shorter] of [
  ['the usual one', 'From: Ann Example <ann@a.example>\r\nTo: ben@b.example\r\nSubject: x', true],
  ['several authors', 'From: ann@a.example, "Ben (x)" <ben@b.example>\r\nTo: c@c.example', true],
  ['a subject that looks like an envelope', 'Subject: "x" ((NIL NIL "a" "b")) \\" ( {3}\r\nFrom: ann@a.example', true],
  ['8-bit in subject and name: literals', 'Subject: gr\xfc\xdfe\r\nFrom: J\xf6rg ) <joerg@a.example>', true],
  ['a sender of its own', 'From: ann@a.example\r\nSender: ben@b.example', false],
  ['replies elsewhere', 'From: ann@a.example\r\nReply-To: ben@b.example', false],
  ['nobody', 'Subject: x', true],
  ['no fields at all', '', true],
] as const) {
  test(`${name} comes back as it was`, () => {
    const wire = envelopeOf(fields)
    const kept = keepEnvelope(wire)
    assert.deepEqual(Buffer.from(wireEnvelope(kept)), Buffer.from(wire))
    assert.equal(kept.length < wire.length + 5, shorter)
  })
}

test('an envelope too long for the places to be noted is kept as it is', () => {
  const wire = envelopeOf(`From: ${Array.from({ length: 3000 }, (_, n) => `someone.number.${n}@a.example`).join(', ')}`)
  assert.equal(keepEnvelope(wire).length, wire.length + 5)
  assert.deepEqual(Buffer.from(wireEnvelope(keepEnvelope(wire))), Buffer.from(wire))
})

test('octets that are no envelope come back too', () => {
  for (const text of ['', '(', '("', '(NIL', '({99}\r\nx', '(NIL NIL (((', ')))', '{x}\r\n']) {
    assert.equal(Buffer.from(wireEnvelope(keepEnvelope(Buffer.from(text)))).toString(), text)
  }
})

for (const [date, kept] of [
  ['Fri, 20 Nov 2026 10:12:13 +0100', true],
  ['Fri, 20 Nov 2026 10:12:13 -0730 (remark)', true],
  ['Thu, 01 Jan 1970 00:00:00 +0000', true],
  ['Sun, 07 Feb 2106 06:28:15 +1400', true],
  ['Sun, 07 Feb 2106 06:28:16 +0000', false],
  ['Wed, 31 Dec 1969 23:59:59 +0000', false],
  ['Fri, 20 Nov 2026 10:12:13 -0000', false],
  ['Thu, 20 Nov 2026 10:12:13 +0100', false],
  ['Fri, 20 Nov 2026 10:12:60 +0100', false],
  ['Fri, 20 Nov 2026 10:12:13 +0199', false],
  ['Sun, 31 Nov 2026 10:12:13 +0100', false],
  ['Fri, 20 nov 2026 10:12:13 +0100', false],
  ['20 Nov 2026 10:12:13 +0100', false],
  ['Fri, 20 Nov 2026 10:12:13 GMT', false],
  ['Tue, 1 Dec 2026 10:12:13 +0100 (remark)', false],
  ['', false],
] as const) {
  test(`the date ${date} comes back as it was`, () => {
    for (const fields of ['Subject: x\r\nFrom: ann@a.example', 'From: ann@a.example\r\nSender: ben@b.example']) {
      const wire = envelopeOf(`Date: ${date}\r\n${fields}`)
      assert.deepEqual(Buffer.from(wireEnvelope(keepEnvelope(wire))), Buffer.from(wire))
      const other = envelopeOf(`Date: ${'x'.repeat(date.length)}\r\n${fields}`)
      assert.equal(keepEnvelope(wire).length, keepEnvelope(other).length - (kept ? 31 - 6 : 0))
    }
  })
}

import assert from 'node:assert/strict'
import test from 'node:test'
import { writeEnvelope } from './envelope.ts'
import { envelopeAddresses, envelopeText } from './read-envelope.ts'

const envelopeOf = (fields: string) => writeEnvelope(Buffer.from(`${fields}\r\n\r\n`, 'latin1'))

test('an envelope comes apart as it was put together', () => {
  const envelope = envelopeOf(
    [
      'Date: Fri, 20 Nov 2026 10:12:13 +0100',
      'Subject: ("a" \\ {3} gr\xfc\xdfe)',
      'From: "Ann \\"A\\" )" <ann@a.example>, ben@b.example',
      'To: Friends: c@c.example, "D (d)" <d@d.example>;, e@e.example',
      'Bcc: <@route.example:f@f.example>',
      'In-Reply-To: <1@x>',
      'Message-ID: <2@x>',
    ].join('\r\n'),
  )
  assert.equal(envelopeText(envelope, 'date'), 'Fri, 20 Nov 2026 10:12:13 +0100')
  assert.equal(envelopeText(envelope, 'subject'), '("a" \\ {3} gr\xfc\xdfe)')
  assert.equal(envelopeText(envelope, 'in-reply-to'), '<1@x>')
  assert.equal(envelopeText(envelope, 'message-id'), '<2@x>')
  assert.deepEqual(envelopeAddresses(envelope, 'from'), [
    { name: 'Ann "A" )', mailbox: 'ann', host: 'a.example' },
    { name: undefined, mailbox: 'ben', host: 'b.example' },
  ])
  assert.deepEqual(envelopeAddresses(envelope, 'reply-to'), envelopeAddresses(envelope, 'from'))
  assert.deepEqual(
    envelopeAddresses(envelope, 'to').map(({ mailbox }) => mailbox),
    ['Friends', 'c', 'd', undefined, 'e'],
  )
  assert.deepEqual(envelopeAddresses(envelope, 'cc'), [])
  assert.deepEqual(envelopeAddresses(envelope, 'bcc'), [{ name: undefined, mailbox: 'f', host: 'f.example' }])
})

test('what is not there is undefined, what is empty is empty', () => {
  const envelope = envelopeOf('Subject:\r\nMessage-ID: x')
  assert.equal(envelopeText(envelope, 'subject'), '')
  assert.equal(envelopeText(envelope, 'date'), undefined)
  assert.equal(envelopeText(envelope, 'message-id'), 'x')
})

test('octets that are no envelope end somewhere', () => {
  for (const text of ['', '(', '("', '(NIL', '({99}\r\nx', '({x', '(NIL NIL (((', ')))', '(NIL NIL ((NIL NIL "a', '("\\']) {
    for (const field of ['date', 'subject', 'in-reply-to', 'message-id'] as const) envelopeText(Buffer.from(text), field)
    for (const field of ['from', 'to', 'bcc'] as const) envelopeAddresses(Buffer.from(text), field)
  }
})

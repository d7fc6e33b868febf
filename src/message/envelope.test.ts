import assert from 'node:assert/strict'
import test from 'node:test'
import { assertBalanced } from '../../test/harness/message-invariants.ts'
import { writeEnvelope } from './envelope.ts'

function envelope(header: string): string {
  const wire = writeEnvelope(Buffer.from(header, 'latin1'))
  assertBalanced(wire)
  return Buffer.from(wire).toString('latin1')
}

const ann = '(("Ann" NIL "ann" "a.example"))'

test('ENVELOPE (RFC 9051 7.5.2)', () => {
  assert.equal(
    envelope(
      'Date: Fri, 21 Nov 1997 09:55:06 -0600\r\nSubject: one\r\n two\r\nFrom: Ann <ann@a.example>\r\nSender: s@s\r\nReply-To: r@r\r\nTo: t@t, u@u\r\nCc: c@c\r\nBcc: b@b\r\nIn-Reply-To: <1@a>\r\nMessage-ID: <2@a>\r\n\r\n',
    ),
    `("Fri, 21 Nov 1997 09:55:06 -0600" "one two" ${ann} ((NIL NIL "s" "s")) ((NIL NIL "r" "r")) ((NIL NIL "t" "t")(NIL NIL "u" "u")) ((NIL NIL "c" "c")) ((NIL NIL "b" "b")) "<1@a>" "<2@a>")`,
  )
})

test('what is missing', () => {
  assert.equal(envelope('\r\n'), '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(envelope('From: Ann <ann@a.example>\r\nSender:\r\nReply-To: \r\n\r\n'), `(NIL NIL ${ann} ${ann} ${ann} NIL NIL NIL NIL NIL)`)
  assert.equal(envelope('Subject:\r\n'), '(NIL "" NIL NIL NIL NIL NIL NIL NIL NIL)')
})

test('groups, routes, and addresses without a domain', () => {
  assert.equal(
    envelope('To: g: a@b;, <@r:c@d>, e\r\n'),
    '(NIL NIL NIL NIL NIL ((NIL NIL "g" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)(NIL "@r" "c" "d")(NIL NIL "e" "")) NIL NIL NIL NIL)',
  )
})

test('fields that come twice: addresses are joined, of texts the first counts', () => {
  assert.equal(
    envelope('To: a@b\r\nTo: c@d\r\nSubject: one\r\nSubject: two\r\n'),
    '(NIL "one" NIL NIL NIL ((NIL NIL "a" "b")(NIL NIL "c" "d")) NIL NIL NIL NIL)',
  )
})

test('what is not printable ASCII goes as a literal, octet for octet', () => {
  assert.equal(envelope('Subject: \xe4\r\n'), '(NIL {1}\r\n\xe4 NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(envelope('Subject: a\rb\0c\r\n'), '(NIL {5}\r\na\rb?c NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(envelope('Subject: "q" \\\r\n'), '(NIL "\\"q\\" \\\\" NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(envelope(`Subject: ${'x'.repeat(1001)}\r\n`), `(NIL {1001}\r\n${'x'.repeat(1001)} NIL NIL NIL NIL NIL NIL NIL NIL)`)
  assert.equal(envelope('From: "a\r\n b" <\xc3\xa4@b>\r\n').slice(0, 35), '(NIL NIL (("a b" NIL {2}\r\n\xc3\xa4 "b")) ')
})

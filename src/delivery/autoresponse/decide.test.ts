import assert from 'node:assert/strict'
import test from 'node:test'
import { type Address, parseAddress } from '../../mail/address.ts'
import { type Absence, decide, type Incoming } from './decide.ts'

const at = (text: string): Address => {
  const address = parseAddress(text)
  assert.ok(address)
  return address
}

const nowMs = 1_000_000
const absence: Absence = { addresses: [at('ann@a.example'), at('info@a.example')], fromMs: undefined, untilMs: undefined, periodMs: 1000 }

function decided(header: string, more: Partial<Incoming> = {}, other: Partial<Absence> = {}, answeredAtMs?: number): string {
  const headerSection = Buffer.from(`To: ann@a.example\r\n${header}`.replace(/^To: .*\r\n(?=To:)/, ''))
  const found = decide({ reversePath: at('ben@b.example'), headerSection, spam: false, ...more }, { ...absence, ...other }, nowMs, answeredAtMs)
  return found.answer === undefined ? found.because : found.answer.localPart
}

for (const [what, header, expected] of [
  ['a letter', 'Subject: hello\r\n', 'ben'],
  ['to an alias', 'To: x@y.example, "I" <INFO@a.example>\r\n', 'ben'],
  ['to a subaddress', 'To: ann+shop@a.example\r\n', 'ben'],
  ['by copy', 'To: x@y.example\r\nCc: ann@a.example\r\n', 'ben'],
  ['in a group', 'To: team: x@y.example, ann@a.example;\r\n', 'ben'],
  ['Auto-Submitted: no', 'Auto-Submitted: no\r\n', 'ben'],
  ['Auto-Submitted: no with parameters', 'Auto-Submitted: no; x=y\r\n', 'ben'],
  ['blind copies and lists that do not say so', 'To: undisclosed-recipients:;\r\n', 'not addressed to it'],
  ['another answer', 'Auto-Submitted: auto-replied\r\n', 'an automatic message'],
  ['a machine', 'Auto-Submitted: auto-generated\r\n', 'an automatic message'],
  ['what only begins with no', 'Auto-Submitted: nothing\r\n', 'an automatic message'],
  ['a list', 'List-Id: <x.example>\r\n', 'a mailing list'],
  ['a newsletter', 'List-Unsubscribe: <mailto:x@y.example>\r\n', 'a mailing list'],
  ['bulk', 'Precedence: Bulk\r\n', 'bulk mail'],
  ['junk, folded', 'Precedence:\r\n junk\r\n', 'bulk mail'],
  ['another precedence', 'Precedence: first-class\r\n', 'ben'],
  ["Exchange's wish", 'X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n', 'asked not to'],
  ["Exchange's other wish", 'X-Auto-Response-Suppress: DR, RN\r\n', 'ben'],
] as const) {
  test(`an automatic answer (RFC 3834 2) to ${what}: ${expected}`, () => assert.equal(decided(header), expected))
}

for (const sender of [
  'owner-x',
  'x-owner',
  'x-request',
  'MAILER-DAEMON',
  'noreply',
  'no-reply',
  'donotreply',
  'postmaster',
  'x-bounces',
  'SRS0=abc=de=a.example=ann',
  'x+bounce',
]) {
  test(`nobody answers ${sender}@`, () => assert.equal(decided('', { reversePath: at(`${sender}@b.example`) }), 'a machine'))
}

test('nor nobody, nor oneself, nor spam', () => {
  assert.equal(decided('', { reversePath: null }), 'nobody to answer')
  assert.equal(decided('', { reversePath: at('INFO@a.example') }), 'own address')
  assert.equal(decided('', { spam: true }), 'spam')
  assert.equal(decided('', { reversePath: at('requester@b.example') }), 'requester')
})

test('from one moment to another', () => {
  assert.equal(decided('', {}, { fromMs: nowMs + 1 }), 'not now')
  assert.equal(decided('', {}, { fromMs: nowMs, untilMs: nowMs + 1 }), 'ben')
  assert.equal(decided('', {}, { untilMs: nowMs }), 'not now')
})

test('once in a period', () => {
  assert.equal(decided('', {}, {}, nowMs - 999), 'answered lately')
  assert.equal(decided('', {}, {}, nowMs - 1000), 'ben')
})

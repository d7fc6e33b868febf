import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../mail/address.ts'
import type { QueueId } from '../../mail/ids.ts'
import type { Trouble } from '../trouble.ts'
import { composeReport, type Report, type ReportedRecipient } from './report.ts'

const full: Trouble = {
  by: 'answer',
  reason: 'mailbox-full',
  host: 'mx.b.example',
  reply: { code: 452, enhanced: '4.2.2', lines: ['Over quota,', 'try later'] },
}
const gone: Trouble = { by: 'us', what: 'no-such-domain', enhanced: '5.1.2', detail: '' }

function recipient(text: string, trouble: Trouble | undefined = full): ReportedRecipient {
  const address = parseAddress(text)
  assert.ok(address)
  return { address, originalRecipient: undefined, trouble, lastAttemptMs: Date.UTC(2026, 10, 22, 12) }
}

const report: Report = {
  ...{ action: 'failed', language: 'en', hostname: 'mx.a.example', queueId: 'Q1' as QueueId, to: { localPart: 'ann', domain: 'a.example' } },
  ...{ atMs: Date.UTC(2026, 10, 22, 12), acceptedAtMs: Date.UTC(2026, 10, 17, 12), giveUpAtMs: Date.UTC(2026, 10, 22, 12), envelopeId: undefined },
  recipients: [recipient('ben@b.example')],
  ...{ original: { octets: Buffer.from('Subject: Lunch\r\nX: y\r\n'), whole: false }, subject: 'Lunch' },
}

test('a failure notice (RFC 3464): one plain paragraph, what machines read, and the header section of what it is about', () => {
  assert.equal(
    composeReport(report)
      .toString()
      .replaceAll(/=_[\w-]{24}/g, 'BOUNDARY')
      .replace(/(?<=\.failed\.)[\da-f]{12}(?=@)/, 'ONCE'),
    [
      'Date: Sun, 22 Nov 2026 12:00:00 +0000',
      'From: Mail Delivery System <MAILER-DAEMON@mx.a.example>',
      'To: ann@a.example',
      'Subject: Your mail could not be delivered',
      'Message-ID: <Q1.failed.ONCE@mx.a.example>',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="BOUNDARY"',
      'Content-Transfer-Encoding: 8bit',
      '',
      '--BOUNDARY',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Language: en',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Your mail "Lunch" did not reach ben@b.example: the mailbox is full. It will',
      'not be tried again.',
      '',
      'The answer of mx.b.example was: 452 4.2.2 Over quota, try later',
      '',
      '--BOUNDARY',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.a.example',
      'Arrival-Date: Tue, 17 Nov 2026 12:00:00 +0000',
      '',
      'Final-Recipient: rfc822; ben@b.example',
      'Action: failed',
      'Status: 5.2.2',
      'Remote-MTA: dns; mx.b.example',
      'Diagnostic-Code: smtp; 452 4.2.2 Over quota, try later',
      'Last-Attempt-Date: Sun, 22 Nov 2026 12:00:00 +0000',
      '',
      '--BOUNDARY',
      'Content-Type: text/rfc822-headers',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Subject: Lunch',
      'X: y',
      '',
      '--BOUNDARY--',
      '',
    ].join('\r\n'),
  )
})

test('a delay in German: until when it is tried, and that nothing is to be done', () => {
  const text = composeReport({ ...report, action: 'delayed', language: 'de', giveUpAtMs: Date.UTC(2026, 10, 27, 8, 5) }).toString()
  assert.match(text, /^Subject: Ihre Mail ist noch unterwegs; Sie brauchen nichts zu tun\r\n/m)
  assert.match(
    text.replaceAll('\r\n', ' '),
    /Ihre Mail „Lunch“ hat ben@b\.example noch nicht erreicht: Das Postfach ist voll\. Bis 27\. November 2026 um 08:05 UTC wird es weiter versucht/,
  )
  assert.match(text, /^Action: delayed\r\nStatus: 4\.2\.2\r\n/m)
  assert.match(text, /^Will-Retry-Until: Fri, 27 Nov 2026 08:05:00 \+0000\r\n/m)
})

test('several recipients, each with its own reason', () => {
  const text = composeReport({ ...report, subject: undefined, recipients: [recipient('ben@b.example'), recipient('cat@c.example', gone)] }).toString()
  assert.match(text.replaceAll('\r\n', ' '), /Your mail did not reach 2 recipients: your mail was refused by the other side\./)
  assert.match(text.replaceAll('\r\n', ' '), /ben@b\.example: the mailbox is full\. The answer of mx\.b\.example was: 452/)
  assert.match(text, /^cat@c\.example: there is no such domain; perhaps a typing error\.\r$/m)
  assert.equal(text.match(/^Final-Recipient: /gm)?.length, 2)
  assert.match(text, /^Status: 5\.1\.2\r$/m)
})

test('success, with what DSN asked to be told (RFC 3461)', () => {
  const asked = { ...recipient('ben@b.example'), trouble: undefined, originalRecipient: 'rfc822;Ben@b.example' }
  const text = composeReport({ ...report, action: 'relayed', envelopeId: 'my id', recipients: [asked] }).toString()
  assert.match(text, /^Original-Envelope-Id: my id\r\nReporting-MTA: dns; mx\.a\.example\r$/m)
  assert.match(text, /^Original-Recipient: rfc822;Ben@b\.example\r\nFinal-Recipient: rfc822; ben@b\.example\r\nAction: relayed\r\nStatus: 2\.0\.0\r$/m)
})

test('an address that is not ASCII (RFC 6533)', () => {
  const text = composeReport({ ...report, recipients: [recipient('zoë@b.example')] }).toString()
  assert.match(text, /report-type=global-delivery-status/)
  assert.match(text, /^Content-Type: message\/global-delivery-status\r$/m)
  assert.match(text, /^Final-Recipient: utf-8; zoë@b\.example\r$/m)
})

test('what another server says begins no field of its own', () => {
  const trouble: Trouble = { ...full, host: 'x\r\nAction: delivered', reply: { code: 550, enhanced: undefined, lines: ['a\r\nStatus: 2.0.0'] } }
  const text = composeReport({ ...report, recipients: [recipient('ben@b.example', trouble)] }).toString()
  assert.deepEqual(
    text.match(/^(?:Action|Status): .*$/gm),
    ['Action: failed', 'Status: 5.0.0'].map((line) => line),
  )
})

for (const language of ['en', 'de'] as const) {
  test(`every reason has words in ${language}`, () => {
    for (const what of ['no-such-domain', 'takes-no-mail', 'no-answer', 'tls', 'dns', 'loop', 'utf8', 'require-tls', 'too-large'] as const) {
      const text = composeReport({
        ...report,
        language,
        recipients: [recipient('ben@b.example', { by: 'us', what, enhanced: '5.0.0', detail: 'x' })],
      }).toString()
      assert.doesNotMatch(text, /undefined/)
    }
  })
}

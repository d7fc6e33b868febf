import assert from 'node:assert/strict'
import test from 'node:test'
import { refusalReason } from './reason.ts'

for (const [said, reason] of [
  ['550 5.1.1 The email account that you tried to reach does not exist', 'no-such-mailbox'],
  ['550 Requested action not taken: mailbox unavailable; user unknown', 'no-such-mailbox'],
  ['550 5.4.1 Recipient address rejected: Access denied, no such user here', 'no-such-mailbox'],
  ['552 5.2.2 The email account that you tried to reach is over quota', 'mailbox-full'],
  ['452 4.2.2 The recipient inbox is out of storage space', 'mailbox-full'],
  ['552 Requested mail action aborted', 'mailbox-full'],
  ['552 5.3.4 Message size exceeds fixed limit', 'too-large'],
  ['550 5.7.26 This mail is unauthenticated, which poses a security risk', 'sender-unproved'],
  ['550 5.7.1 Unauthenticated email from a.example is not accepted due to domain DMARC policy', 'sender-unproved'],
  ['550 5.7.1 Message rejected as spam', 'spam'],
  ['554 5.7.1 Virus Eicar found', 'virus'],
  ['450 4.7.1 Greylisted, please come back later', 'try-later'],
  ['450 4.7.1 Recipient address rejected: You have been greylisted, please try later', 'try-later'],
  ['421 4.7.28 Our system has detected an unusual rate of unsolicited mail', 'rate'],
  ['451 4.3.0 Temporary failure', 'try-later'],
  ['554 5.7.1 Relay access denied', 'not-here'],
  ['550 5.2.1 The account is disabled', 'mailbox-off'],
  ['554 5.4.6 Too many hops', 'loop'],
  ['550 5.1.8 Sender address rejected: Domain not found', 'sender-refused'],
  ['550 no', 'refused'],
] as const) {
  test(`"${said}" means ${reason}`, () => {
    const [, code = '', enhanced, text = ''] = /^(\d{3})(?: (\d\.\d+\.\d+))? (.*)$/.exec(said) ?? []
    assert.equal(refusalReason({ code: Number(code), enhanced, lines: [text] }, false), reason)
  })
}

test('that our address is listed stands behind any code', () => {
  assert.equal(refusalReason({ code: 550, enhanced: '5.1.1', lines: ['your network is listed'] }, true), 'listed')
})

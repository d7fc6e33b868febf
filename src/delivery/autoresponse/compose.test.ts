import assert from 'node:assert/strict'
import test from 'node:test'
import type { QueueId } from '../../mail/ids.ts'
import { composeAnswer } from './compose.ts'

const about = {
  ...{ from: { localPart: 'ann', domain: 'a.example' }, name: 'Ann "A" Müller', to: { localPart: 'ben', domain: 'b.example' } },
  ...{ queueId: 'Q1' as QueueId, hostname: 'mx.a.example', atMs: Date.UTC(2026, 10, 22) },
  headerSection: Buffer.from('Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@b.example>\r\nReferences: <0@b.example>\r\n <x@b.example>\r\n\r\n'),
}

test('plain text, in the thread of what it answers (RFC 3834 3.1)', () => {
  const text = composeAnswer({ subject: undefined, text: 'Ich bin weg.\nBis Montag!', html: undefined }, about).toString()
  assert.equal(
    text,
    [
      'Date: Sun, 22 Nov 2026 00:00:00 +0000',
      'From: =?utf-8?B?QW5uICJBIiBNw7xsbGVy?= <ann@a.example>',
      'To: <ben@b.example>',
      'Subject: =?utf-8?B?QXV0bzogR3LDvMOfZQ==?=',
      'Message-ID: <Q1.auto@mx.a.example>',
      'In-Reply-To: <1@b.example>',
      'References: <0@b.example>',
      ' <x@b.example>',
      ' <1@b.example>',
      'Auto-Submitted: auto-replied',
      'X-Auto-Response-Suppress: All',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      'SWNoIGJpbiB3ZWcuDQpCaXMgTW9udGFnIQ==',
      '',
    ].join('\r\n'),
  )
})

test('with markup beside it, a subject of its own, and nothing of the other message that could be a field', () => {
  const plain = { ...about, name: 'A "B"\r\nX: y', headerSection: Buffer.from('Message-ID: <a\u0001\u00e4b@c.example>\r\n\r\n') }
  const text = composeAnswer({ subject: 'away', text: 'a', html: '<p>a</p>' }, plain).toString()
  assert.match(text, /^From: "A \\"B\\" X: y" <ann@a\.example>\r\n/m)
  assert.match(text, /^Subject: away\r\n/m)
  assert.doesNotMatch(text, /^(?:In-Reply-To|References|X): /m)
  assert.match(
    text,
    /multipart\/alternative; boundary="(=_[\w-]{24})"\r\n\r\n--\1\r\nContent-Type: text\/plain.*--\1\r\nContent-Type: text\/html.*--\1--\r\n$/s,
  )
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { type Received, readReceived } from './received.ts'

const cases: [text: string, expected: Partial<Received>][] = [
  [
    'from client.example (mx.client.example [192.0.2.1])\r\n\tby mx.example.org with ESMTPS id abc\r\n\tfor <ann@a.example>; Fri, 21 Nov 1997 09:55:06 -0600',
    {
      from: 'client.example',
      fromName: 'mx.client.example',
      fromIp: '192.0.2.1',
      by: 'mx.example.org',
      with: 'ESMTPS',
      id: 'abc',
      for: 'ann@a.example',
      dateMs: Date.UTC(1997, 10, 21, 15, 55, 6),
    },
  ],
  [
    'from [192.0.2.1] (helo=client.example) by mx.example.org with esmtp (Exim 4.0; x) id <1@a>',
    { from: '192.0.2.1', helo: 'client.example', by: 'mx.example.org', with: 'ESMTP', id: '1@a' },
  ],
  [
    'from unknown (HELO client.example) (192.0.2.1) by mx.example.org with SMTP; 1 Jan 1970 00:00:00 -0000',
    { from: 'unknown', helo: 'client.example', fromIp: '192.0.2.1', by: 'mx.example.org', with: 'SMTP', dateMs: 0 },
  ],
  ['from a.example (localhost [IPv6:2001:DB8::1]) by b.example', { from: 'a.example', fromIp: '2001:db8::1', by: 'b.example' }],
  ['from a.example ([192.0.2.1]:2525) by b.example', { from: 'a.example', fromIp: '192.0.2.1', by: 'b.example' }],
  ['from a.example (b.example) by c.example via TCP', { from: 'a.example', fromName: 'b.example', by: 'c.example', via: 'TCP' }],
  ['from by by from with with', { from: 'by', by: 'from', with: 'WITH' }],
  ['(qmail 1 invoked by uid 2); 1 Jan 1970 00:00:00 -0000', { dateMs: 0 }],
  ['from a.example (x; y) by b.example; nonsense', { from: 'a.example', by: 'b.example' }],
  ['', {}],
]

test('Received (RFC 5321 4.4)', () => {
  for (const [text, expected] of cases) {
    const found = Object.fromEntries(Object.entries(readReceived(text)).filter(([, value]) => value !== undefined))
    assert.deepEqual(found, expected, text)
  }
})

test('a long field costs no more than its length', () => {
  for (const piece of ['(', '[', '<', 'from ', '(a', '; ', 'a,']) readReceived(piece.repeat(1_000_000))
})

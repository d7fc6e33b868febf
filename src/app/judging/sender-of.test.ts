import assert from 'node:assert/strict'
import { test } from 'node:test'
import { senderOf } from './sender-of.ts'

const received = 'Received: from mail.b.example (out.b.example [192.0.2.1])\r\n\tby mx.a.example with ESMTP id Q1; Mon, 02 Nov 2026 03:04:05 +0000\r\n'
const results = (text: string) => `Authentication-Results: mx.a.example;\r\n${text}\r\n`

const cases: readonly [what: string, prefix: string, expected: unknown][] = [
  ['an address', received, { ip: '192.0.2.1', domains: [] }],
  ['IPv6', received.replace('192.0.2.1', 'IPv6:2001:db8::1'), { ip: '2001:db8::1', domains: [] }],
  ['the client calls itself by an address', received.replace('from mail.b.example (out.b.example ', 'from [203.0.113.9] ('), { ip: '192.0.2.1', domains: [] }],
  [
    'a proven author, beside results that prove nothing',
    `Return-Path: <>\r\n${results('\tspf=none smtp.helo=x;\r\n\tdmarc=pass header.from=B.example policy.dmarc=none;\r\n\tarc=none')}${received}`,
    { ip: '192.0.2.1', domains: ['b.example'] },
  ],
  ['an author who failed', `${results('\tdkim=none;\r\n\tdmarc=fail header.from=b.example')}${received}`, { ip: '192.0.2.1', domains: [] }],
  [
    'a sender who writes a result into his own domain',
    `${results('\tspf=fail smtp.mailfrom="x; dmarc=pass header.from=bank.example";\r\n\tdmarc=none header.from=b.example')}${received}`,
    { ip: '192.0.2.1', domains: [] },
  ],
  ['an author’s own Received field further down says nothing', `Received: nonsense\r\n${received}`, undefined],
  ['nothing above it: it was put there by a mail program', '', undefined],
]

for (const [what, prefix, expected] of cases) test(`who sent a stored message: ${what}`, () => assert.deepEqual(senderOf(Buffer.from(prefix)), expected))

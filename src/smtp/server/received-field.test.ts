import assert from 'node:assert/strict'
import test from 'node:test'
import type { Client } from '../../mail/client.ts'
import type { QueueId } from '../../mail/ids.ts'
import { type Hop, receivedField } from './received-field.ts'

const client: Client = { ip: '192.0.2.1', port: 25, helo: 'mail.b.example', protocol: 'ESMTP', tls: undefined }
const hop: Hop = {
  client,
  clientName: undefined,
  hostname: 'mx.a.example',
  queueId: 'Q1' as QueueId,
  onlyRecipient: undefined,
  atMs: Date.UTC(2026, 10, 2, 3, 4, 5, 678),
}
const ann = { localPart: 'ann', domain: 'a.example' }

const cases: readonly [name: string, hop: Hop, expected: string][] = [
  ['plain', hop, 'from mail.b.example ([192.0.2.1])\r\n\tby mx.a.example with ESMTP id Q1; Mon, 02 Nov 2026 03:04:05 +0000\r\n'],
  [
    'verified name, one recipient',
    { ...hop, clientName: 'out.b.example', onlyRecipient: ann },
    'from mail.b.example (out.b.example [192.0.2.1])\r\n\tby mx.a.example with ESMTP id Q1\r\n\tfor <ann@a.example>; Mon, 02 Nov 2026 03:04:05 +0000\r\n',
  ],
  [
    'IPv6 and TLS (RFC 8314 7.4)',
    { ...hop, client: { ...client, ip: '2001:db8::1', protocol: 'ESMTPS', tls: 'TLSv1.3 TLS_AES_128_GCM_SHA256' } },
    'from mail.b.example ([IPv6:2001:db8::1])\r\n\tby mx.a.example with ESMTPS id Q1\r\n\ttls TLS_AES_128_GCM_SHA256 (TLSv1.3); Mon, 02 Nov 2026 03:04:05 +0000\r\n',
  ],
  [
    'a local part that needs quotes',
    { ...hop, onlyRecipient: { localPart: 'a b', domain: 'a.example' } },
    'from mail.b.example ([192.0.2.1])\r\n\tby mx.a.example with ESMTP id Q1\r\n\tfor <"a b"@a.example>; Mon, 02 Nov 2026 03:04:05 +0000\r\n',
  ],
]

for (const [name, given, expected] of cases) test(`Received field: ${name}`, () => assert.equal(receivedField(given), `Received: ${expected}`))

import assert from 'node:assert/strict'
import test from 'node:test'
import type { AccountId, MailboxId, QueueId } from '../mail/ids.ts'
import { decodeRecord, encodeRecord } from './pack-record.ts'
import type { LogRecord } from './record.ts'

const records: readonly LogRecord[] = [
  {
    kind: 'mail',
    queueId: '3k2j' as QueueId,
    atMs: 1_700_000_000_123,
    reversePath: '',
    clientIp: '2001:db8::1',
    helo: undefined,
    octetsStart: 210,
    destinations: [{ accountId: 7 as AccountId, prefixStart: 0, prefixLength: 210 }],
    recipients: [
      {
        address: 'ann@a.example',
        addressId: 3,
        customerId: 1,
        accountId: 7 as AccountId,
        clientName: 'mx.example.org',
        checks: [
          { check: 'reverse-lookup', result: 'pass', reason: 'verified', detail: 'mx.example.org', micros: 12 },
          { check: 'greylisting', result: 'pass', reason: 'known', micros: 3 },
        ],
      },
      { address: 'é@a.example', addressId: 4, customerId: 1, accountId: 8 as AccountId, clientName: undefined, checks: [] },
      { address: 'forward@a.example', addressId: 5, customerId: 1, accountId: undefined, clientName: undefined, checks: [] },
    ],
  },
  {
    kind: 'mail',
    queueId: '3k2k' as QueueId,
    atMs: 1_700_000_000_123,
    reversePath: 'a@b.example',
    clientIp: '192.0.2.1',
    helo: 'b.example',
    octetsStart: 100,
    versions: [
      null,
      [
        [0, 10],
        [-7, 7],
        [30, 50],
      ],
    ],
    destinations: [
      { accountId: 7 as AccountId, prefixStart: 0, prefixLength: 40, version: 1 },
      { accountId: 8 as AccountId, prefixStart: 47, prefixLength: 53, version: 0, folder: 'spam' },
    ],
    recipients: [],
  },
  { kind: 'flags', accountId: 1 as AccountId, mailboxId: 2 as MailboxId, uids: [[1, 4]], mode: 'add', flags: { system: 1, keywords: 'Work' } },
  { kind: 'relocate', emails: [] },
]

test('records are read back as they were written', () => {
  for (const record of records) assert.deepEqual(decodeRecord(encodeRecord(record)), record)
})

import type { AccountId } from '../../mail/ids.ts'
import { QueueIds } from '../../mail/queue-id.ts'
import type { JournalEntry } from '../entry.ts'

export const noonMs = Date.UTC(2026, 10, 22, 12)

/** An accepted message of the given moment; what a test is about is named in `different`. */
export function anEntry(atMs: number, different: Partial<JournalEntry> = {}): JournalEntry {
  return {
    atMs,
    outcome: 'delivered',
    queueId: new QueueIds({ now: () => Math.floor(atMs) }).next(),
    clientIp: '192.0.2.7',
    clientName: 'mail.sender.example',
    helo: 'mail.sender.example',
    sender: 'ann@sender.example',
    recipient: 'bob@ours.example',
    addressId: 3,
    customerId: 1,
    accountId: 5 as AccountId,
    messageId: `${atMs}@sender.example`,
    sizeBytes: 2048,
    reply: '250 2.0.0 Ok',
    checks: [
      { check: 'address', result: 'pass', reason: 'mailbox', micros: 12 },
      { check: 'reverse-lookup', result: 'pass', reason: 'verified', detail: 'mail.sender.example', micros: 4321 },
      { check: 'greylisting', result: 'pass', reason: 'known', micros: 8 },
    ],
    ...different,
  }
}

/** A refusal at RCPT for an address that does not exist. */
export function aRefusal(atMs: number, different: Partial<JournalEntry> = {}): JournalEntry {
  const unknown = { addressId: undefined, customerId: undefined, accountId: undefined, messageId: undefined, sizeBytes: undefined }
  return anEntry(atMs, {
    ...unknown,
    outcome: 'refused',
    recipient: 'nobody@ours.example',
    reply: '550 5.1.1 <nobody@ours.example>: Recipient address rejected: User unknown',
    checks: [{ check: 'address', result: 'fail', reason: 'no such address', micros: 20 }],
    ...different,
  })
}

import type { JournalEntry } from '../journal/entry.ts'
import type { CheckReasons, TimedCheck } from '../mail/check.ts'
import type { OutgoingEnvelope, OutgoingName } from '../mail/outgoing.ts'
import { formatRemoteReply } from '../mail/remote-reply.ts'
import type { Way } from '../queue/queue.ts'
import type { QueuedMessage } from '../queue/rows.ts'
import type { Trouble } from '../queue/trouble.ts'
import type { SentEnd } from './record.ts'

/** An end as the journal tells it; `delayed` without a notice, too. */
export type ToldEnd =
  | { readonly end: 'delivered' | 'relayed'; readonly reply: Parameters<typeof formatRemoteReply>[0] }
  | { readonly end: 'failed'; readonly trouble: Trouble }
  | { readonly end: 'delayed'; readonly trouble: Trouble; readonly nextAttemptMs: number }
  | { readonly end: 'removed' }

const outcomes = { delivered: 'sent', relayed: 'relayed', failed: 'failed', delayed: 'delayed', removed: 'removed' } as const satisfies Record<
  Exclude<SentEnd['end'], 'arrived'>,
  JournalEntry['outcome']
>

/** What became of a recipient at another server. The entry's client is the server that was spoken to. */
export function sentEntry(
  { queueId }: OutgoingName,
  { envelope, header_id, size_bytes }: QueuedMessage,
  { address, told, way, atMs }: { readonly address: string; readonly told: ToldEnd; readonly way: Way | undefined; readonly atMs: number },
): JournalEntry {
  const { originator, reversePath } = envelope
  return {
    atMs,
    outcome: outcomes[told.end],
    queueId,
    clientIp: way?.ip ?? '',
    clientName: way?.host,
    helo: undefined,
    sender: reversePath,
    recipient: address,
    ...ofOriginator(originator),
    messageId: header_id ?? undefined,
    sizeBytes: size_bytes,
    reply: replyOf(told),
    checks: [...wayChecks(way), ...endChecks(told)],
  }
}

/** The server itself has neither an address nor a customer. */
function ofOriginator({ accountId, addressId, customerId }: OutgoingEnvelope['originator']): Pick<JournalEntry, 'accountId' | 'addressId' | 'customerId'> {
  return { accountId: accountId ?? undefined, addressId: addressId === 0 ? undefined : addressId, customerId: customerId === 0 ? undefined : customerId }
}

function replyOf(told: ToldEnd): string {
  if (told.end === 'removed') return ''
  if ('reply' in told) return formatRemoteReply(told.reply)
  return told.trouble.by === 'answer' ? formatRemoteReply(told.trouble.reply) : `${told.trouble.enhanced} ${told.trouble.detail}`
}

function wayChecks(way: Way | undefined): TimedCheck[] {
  if (way?.host === undefined) return []
  return [
    { check: 'way-out', result: 'none', reason: 'relay', detail: way.relay, micros: 0 },
    { check: 'transport-security', result: way.tls === 'none' ? 'none' : 'pass', reason: way.tls, micros: 0 },
  ]
}

function endChecks(told: ToldEnd): TimedCheck[] {
  switch (told.end) {
    case 'delivered':
    case 'relayed':
      return [{ check: 'sending', result: 'pass', reason: told.end, micros: 0 }]
    case 'removed':
      return [{ check: 'sending', result: 'skip', reason: told.end, micros: 0 }]
    case 'failed':
      return [{ check: 'sending', result: 'fail', reason: wordOf(told.trouble), micros: 0 }]
    case 'delayed':
      return [
        { check: 'sending', result: 'wait', reason: wordOf(told.trouble), micros: 0 },
        { check: 'next-attempt', result: 'none', reason: 'at', detail: new Date(told.nextAttemptMs).toISOString(), micros: 0 },
      ]
  }
}

function wordOf(trouble: Trouble): CheckReasons['sending'] {
  return trouble.by === 'answer' ? trouble.reason : trouble.what
}

import { z } from 'zod'
import { everyCheck } from '../../mail/check.ts'
import { bytes, count, limit, moment, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const check = z.object({
  check: z.enum(everyCheck),
  result: z.enum(['pass', 'fail', 'none', 'temperror', 'wait', 'skip']),
  reason: z.string(),
  detail: z.string().exactOptional().describe('What the reason is about.'),
  micros: z.number().describe('How long it took, in microseconds.'),
})

/** What became of one message for one recipient, and why. A connection that was refused before RCPT has neither. */
const entry = z.object({
  at: moment,
  repeats: count.describe('How many alike were counted in this row.'),
  outcome: z
    .enum(['delivered', 'forwarded', 'discarded', 'refused', 'deferred', 'sent', 'relayed', 'delayed', 'failed', 'removed'])
    .describe('Where it ended; from `sent` on: on its way to another server.'),
  queueId: z.string().optional(),
  clientIp: z.string().describe('Of what was sent: the other server.'),
  clientName: z.string().optional().describe('Verified host name.'),
  helo: z.string().optional(),
  sender: z.string().optional().describe('Reverse-path; empty: <>.'),
  recipient: z.string().optional(),
  addressId: z.number().optional(),
  customerId: z.number().optional(),
  accountId: z.number().optional(),
  messageId: z.string().optional(),
  sizeBytes: bytes.optional(),
  reply: z.string().describe('Ours; of what was sent: the other server’s.'),
  checks: z.array(check).describe('In the order in which they ran.'),
})
export type JournalShown = Shown<typeof entry>

/** What became of messages and why, and whether what is kept is whole. */
export const journalContract = {
  'journal.search': operation({
    does: 'Finds what became of messages, the last one first.',
    input: {
      address: text.optional().describe('To whom.'),
      sender: text.optional(),
      since: span.optional(),
      id: text.optional().describe('Queue id, or Message-ID.'),
      limit: limit.optional(),
    },
    output: z.object({ entries: z.array(entry) }),
  }),
  verify: operation({
    does: 'Reads every record and row and compares them.',
    input: {},
    output: z.object({
      records: count,
      accounts: count,
      emails: count,
      queued: count.describe('Messages that wait for other servers.'),
      faults: z.array(z.object({ kind: z.string(), detail: z.string() })),
    }),
  }),
} as const

import * as z from 'zod'
import { everyCheck } from '../../mail/check.ts'
import { bytes, count, day, inBothLanguages, limit, moment, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const outcomeOfCheck = z.enum(['pass', 'fail', 'none', 'temperror', 'wait', 'skip'])

const check = z.object({
  check: z.enum(everyCheck),
  result: outcomeOfCheck,
  reason: z.string(),
  detail: z.string().exactOptional().describe('What the reason is about.'),
  micros: z.number().describe('How long it took, in microseconds.'),
})

const outcome = z
  .enum(['delivered', 'forwarded', 'discarded', 'refused', 'deferred', 'sent', 'relayed', 'delayed', 'failed', 'removed'])
  .describe('Where it ended; from `sent` on: on its way to another server.')

const action = z.enum(['let-through', 'allow', 'unblock', 'no-reverse-lookup', 'was-not-spam', 'was-spam', 'block', 'try-again'])

const entryId = z.string().describe('Names this entry.')

/** What became of one message for one recipient, and why. A connection that was refused before RCPT has neither. */
const entry = z.object({
  entry: entryId,
  at: moment,
  repeats: count.describe('How many alike were counted in this row.'),
  direction: z.enum(['in', 'out']).describe('`out`: from people here, or on its way to another server.'),
  outcome,
  summary: inBothLanguages.describe('What became of it and why.'),
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

const story = z.object({
  headline: inBothLanguages.describe('What became of it, in one sentence.'),
  meaning: z.array(inBothLanguages).describe('What that means, and what happens next by itself.'),
  advice: z.array(inBothLanguages).describe('Who can do what.'),
  steps: z
    .array(
      z.object({
        check: z.enum([...everyCheck, 'arrival']),
        name: inBothLanguages,
        result: outcomeOfCheck,
        decided: z.boolean().describe('Because of this it ended as it did.'),
        found: inBothLanguages,
        micros: z.number().exactOptional(),
        tests: z.array(z.object({ name: z.string(), points: z.number(), why: inBothLanguages.exactOptional() })).describe('Of the content filter.'),
      }),
    )
    .describe('In the order in which it happened.'),
  offers: z
    .array(
      z.object({
        action,
        label: inBothLanguages,
        does: inBothLanguages.describe('What it will do.'),
        listEntry: z.string().exactOptional().describe('What is put on a list, or taken off it.'),
      }),
    )
    .describe('What can be done, the most helpful first.'),
})

/** What became of messages and why, and whether what is kept is whole. */
export const journalContract = {
  'journal.search': operation({
    does: 'Finds what became of messages, the last one first.',
    input: {
      address: text.optional().describe('To whom.'),
      sender: text.optional(),
      since: span.optional(),
      until: span.optional(),
      domain: text.optional().describe('To anybody in this domain.'),
      id: text.optional().describe('Queue id, or Message-ID.'),
      text: text.min(2).optional().describe('Part of sender, recipient, client or Message-ID; or a queue id.'),
      result: z.enum(['delivered', 'waiting', 'refused', 'spam']).optional(),
      check: z
        .enum([...everyCheck, 'other'])
        .optional()
        .describe('What was refused or asked to come again because of this check; other: because of none.'),
      direction: z.enum(['in', 'out']).optional(),
      before: text.optional().describe('`next` of the answer before: goes on there.'),
      limit: limit.optional(),
    },
    output: z.object({
      entries: z.array(entry).describe('May be fewer than asked for, even none, and yet there are more.'),
      next: entryId.nullable().describe('Where to go on; null: that was all.'),
      keptSince: day.describe('What is older is not in the journal any more.'),
    }),
  }),
  'journal.show': operation({
    does: 'Tells the story of a message, check by check.',
    input: { id: text.describe('Of an entry, or a queue id.') },
    output: z.object({
      entries: z.array(entry.extend({ story })).describe('One for each recipient and each attempt, in the order in which it happened.'),
      didYouMean: z.string().nullable().describe('An address there is, where the one that was written to is not.'),
      since: entry.nullable().describe('The last that the same sender sent to the same recipient after it.'),
    }),
  }),
  'journal.act': operation({
    does: 'Does what a story offers, or takes it back.',
    input: { id: text.describe('Of an entry, or a queue id.'), action, undo: z.boolean().optional() },
    output: z.object({ done: inBothLanguages.describe('What was done.'), canUndo: z.boolean() }),
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

import * as z from 'zod'
import { bytes, count, limit, moment, next, page, reason, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

/** Mail in the queue, named in one of these ways. */
const queued = {
  id: text.optional().describe('A message, 0D4KX5GH3J01ABCD, or one of its recipients, 0D4KX5GH3J01ABCD/0/3.'),
  destination: text.optional(),
  mailbox: text.optional(),
  customer: text.optional(),
}
const held = { ...queued, senderDomain: text.optional() }

/** A recipient that waits. */
const waiting = z.object({
  id: z.string().describe('Queue id, number of the message, place of the recipient.'),
  recipient: z.string(),
  sender: z.string(),
  destination: z.string(),
  kind: z.enum(['submitted', 'forwarded', 'list', 'automatic', 'report']),
  messageId: z.string().nullable(),
  sizeBytes: bytes,
  priority: z.number(),
  accepted: moment,
  giveUp: moment.describe('When it fails, where no attempt succeeds. It goes on while it is held; but then there is one more attempt at least.'),
  nextAttempt: moment.nullable().describe('null: it is held.'),
  isBeingTried: z.boolean(),
  attempts: count,
  delayTold: z.boolean().describe('The sender was told that it takes long.'),
  held: z.object({ reason: z.string(), since: moment }).nullable(),
  last: z
    .object({
      at: moment,
      relay: z.string().nullable(),
      host: z.string().nullable(),
      ip: z.string().nullable(),
      tls: z.string().nullable(),
      found: z.string().describe("The other server's answer, or what we found."),
    })
    .nullable()
    .describe('The last attempt.'),
})
export type WaitingShown = Shown<typeof waiting>

const hold = z.object({
  kind: z.enum(['mailbox', 'customer', 'sender-domain', 'destination', 'message', 'recipient']),
  name: z.string().describe('ann@a.example, books, b.example, 0D4KX5GH3J01ABCD, 0D4KX5GH3J01ABCD/0/3.'),
  reason: z.string(),
  since: moment,
})
export type HoldShown = Shown<typeof hold>

/** Mail that waits for other servers. */
export const queueContract = {
  'queue.destinations': operation({
    does: 'Lists the destinations that most wait for, and what is held.',
    input: { limit: limit.optional() },
    output: z.object({
      recipients: count,
      destinationsInAll: count,
      destinations: z.array(z.object({ destination: z.string(), recipients: count, nextAttempt: moment.nullable(), heldReason: z.string().nullable() })),
      holds: z.array(hold),
    }),
  }),
  'queue.history': operation({
    does: 'Tells how many recipients waited over time.',
    input: {
      from: span.optional().describe('24h, where nobody says; minutes are known of the last two days, hours of the last 90.'),
      to: span.optional(),
      step: z.enum(['minute', 'ten-minutes', 'hour', 'day']).optional().describe('ten-minutes, where nobody says; days are those of UTC.'),
    },
    output: z.object({
      from: moment,
      to: moment,
      stepMinutes: count,
      lengths: z
        .array(z.object({ at: moment.describe('When the step begins.'), recipients: count.describe('The most at once.') }))
        .describe('A step is left out in which no server ran.'),
    }),
  }),
  'queue.list': operation({
    does: 'Lists recipients that wait: of a destination, the next due first; else in the order in which they came.',
    input: { ...queued, limit: page.limit, after: page.after },
    output: z.object({ waiting: z.array(waiting), next }),
  }),
  'queue.retry': operation({ does: 'Tries again now.', input: queued, output: z.object({ recipients: count }) }),
  'queue.hold': operation({
    does: 'Holds mail, that which waits and that which comes.',
    input: { ...held, reason },
    output: z.object({ held: z.string() }),
  }),
  'queue.release': operation({ does: 'Ends a hold.', input: held, output: z.object({ released: z.string() }) }),
  'queue.delete': operation({ does: 'Removes mail from the queue; nobody is told.', input: queued, output: z.object({ recipients: count }) }),
} as const

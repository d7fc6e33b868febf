import * as z from 'zod'
import { bytes, count, moment, span, text } from './fields.ts'
import { operation } from './operation.ts'

/** How much of what there was. */
export const statisticsContract = {
  'statistics.show': operation({
    does: 'Counts what became of mail, hour by hour or day by day, by recipient.',
    input: {
      customer: text.optional(),
      domain: text.optional(),
      from: span.optional().describe('The last day, or the last 30 days, where nobody says.'),
      to: span.optional(),
      step: z.enum(['hour', 'day']).optional().describe('Hours are known of the last 40 days; days are those of UTC.'),
    },
    output: z.object({
      step: z.enum(['hour', 'day']),
      from: moment,
      to: moment,
      counts: z
        .array(z.object({ at: moment.describe('When the hour or day begins.'), kind: z.string(), number: count }))
        .describe(
          'What came: delivered, forwarded, discarded, refused or deferred with the check that decided; spam by its points; virus. What went to other servers: sent, delayed, failed, removed. bytes-in and bytes-out count octets.',
        ),
      queue: z
        .object({ recipients: count.describe('Who wait for other servers now.'), oldest: moment.nullable().describe('Since when the first of them waits.') })
        .nullable()
        .describe('Of one customer, or of all; null: of a domain nobody knows it.'),
      storage: z
        .object({
          usedBytes: bytes,
          quotaBytes: bytes.nullable().describe('null: without a limit.'),
          mailboxes: count,
          nearlyFull: count.describe('Mailboxes past 90 %.'),
          fullness: z
            .object({ unlimited: count, 'below-50': count, 'below-80': count, 'below-90': count, 'below-100': count, full: count })
            .describe('How many are full to that share; each counts once.'),
        })
        .describe('What mailboxes hold now.'),
    }),
  }),
} as const

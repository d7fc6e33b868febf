import * as z from 'zod'
import { count, limit, moment, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const entry = z.object({
  id: z.number().int(),
  at: moment,
  actor: z.string().describe('"cli", "operator admin", "person ann@a.example", "mailbox ann@a.example", with " by token NAME" where one was used.'),
  change: z.string().describe('mailbox.lock'),
  subject: z.string().describe('What was changed: an address, a domain, a name.'),
  detail: z.record(z.string(), z.unknown()).describe('By its names what was set; `was`: what stood there before, of what is another now; null: it inherited.'),
  customer: z.string().nullable().describe("Whose it is; null: the installation's."),
})
export type AuditShown = Shown<typeof entry>

/** Who changed what. Nothing here changes it. */
export const auditContract = {
  'audit.list': operation({
    does: 'Shows who changed what, the newest first.',
    input: {
      subject: text.optional().describe('An address, a domain with its addresses, or another name.'),
      actor: text.optional().describe('As it is shown.'),
      change: text.optional().describe('mailbox.lock, or mailbox for all of that kind.'),
      customer: text.optional(),
      since: span.optional(),
      until: span.optional(),
      before: z.coerce.number().int().min(1).optional().describe('`next` of the page before.'),
      limit: limit.optional(),
    },
    output: z.object({ entries: z.array(entry), next: z.number().int().nullable().describe('`before` of the next page; null: this is the last one.') }),
  }),
  'audit.verify': operation({
    does: 'Goes through all entries and says whether one was changed, taken out or put in later.',
    input: {},
    output: z.object({
      entries: count,
      last: z.string().describe('The hash of the newest entry. Note it elsewhere: who can write the database can make all hashes anew.'),
      broken: z.number().int().nullable().describe('The first entry that does not fit; null: all do.'),
    }),
  }),
} as const

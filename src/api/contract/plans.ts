import * as z from 'zod'
import { edited, feature, preview } from './effect.ts'
import { bytes, count, justName, size, text, values } from './fields.ts'
import { operation } from './operation.ts'

const number = text.describe('A whole number; none: without a limit.')
const limits = {
  name: text,
  storage: size.optional(),
  messageSize: size.optional(),
  mailboxes: number.optional(),
  addresses: number.optional(),
  domains: number.optional(),
  features: z.array(feature).optional().describe('What its customers may use; all where nothing is said.'),
  values: values.optional(),
}

/** null: without a limit. */
const listing = z.object({
  name: z.string(),
  customers: count,
  storageBytes: bytes.nullable().describe('Of each mailbox that has no limit of its own; null: without a limit.'),
  maxMessageBytes: bytes,
  maxMailboxes: count.nullable(),
  maxAddresses: count.nullable(),
  maxDomains: count.nullable(),
  features: z.array(feature).describe('What its customers may use.'),
})

/** What customers may have. */
export const planContract = {
  'plan.add': operation({ does: 'Adds a plan.', input: limits, output: justName }),
  'plan.set': operation({
    does: 'Changes a plan, for all customers who have it.',
    input: { ...limits, preview },
    output: z.object({ name: z.string(), ...edited }),
  }),
  'plan.list': operation({ does: 'Lists plans.', input: {}, output: z.object({ plans: z.array(listing) }) }),
} as const

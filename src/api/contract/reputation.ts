import * as z from 'zod'
import { nothing, text } from './fields.ts'
import { operation } from './operation.ts'

const of = text.describe('An IP address, with which goes its network, or a domain.')

const standing = z.object({
  kind: z.enum(['address', 'network', 'domain']),
  name: z.string().describe('192.0.2.1, 192.0.2.0/24, example.org.'),
  bad: z.number().describe('Messages by which it is judged, as far as they are not forgotten.'),
  good: z.number(),
  value: z.number().describe('-1 (nothing but good) to 1 (nothing but bad); near 0 while little is known.'),
})

/** What was seen of senders. */
export const reputationContract = {
  'reputation.show': operation({ does: 'Shows what was seen of a sender.', input: { of }, output: z.object({ standings: z.array(standing) }) }),
  'reputation.forget': operation({ does: 'Forgets what was seen of a sender.', input: { of }, output: nothing }),
} as const

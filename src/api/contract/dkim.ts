import * as z from 'zod'
import { moment, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const key = z.object({
  domain: z.string(),
  selector: z.string(),
  algorithm: z.enum(['rsa', 'ed25519']),
  state: z.enum(['made', 'published', 'signing', 'retired', 'withdrawn']),
  since: moment.describe('When that began.'),
  seen: z.enum(['unchecked', 'fine', 'missing', 'different', 'unknown']).describe('What the DNS said of its record.'),
  checked: moment.nullable().describe('When; null: it was not asked yet.'),
})
export type DkimKeyShown = Shown<typeof key>

/** A record that belongs into the zone of its domain, or can leave it. */
const record = key.extend({
  name: z.string(),
  type: z.literal('TXT'),
  value: z.string(),
  strings: z.array(z.string()).describe('The same in strings that a zone file takes, of at most 255 octets.'),
  wanted: z.boolean().describe('false: it can leave the zone.'),
})
export type DkimRecordShown = Shown<typeof record>

/** Keys that mail is signed with. */
export const dkimContract = {
  'dkim.list': operation({
    does: "Lists keys: of one domain, which may be the server's own name, or of all.",
    input: { domain: text.optional() },
    output: z.object({ keys: z.array(key) }),
  }),
  'dkim.records': operation({
    does: 'Shows the DNS records of the keys of a domain.',
    input: { domain: text },
    output: z.object({ records: z.array(record) }),
  }),
  'dkim.check': operation({ does: 'Looks for the records in the DNS now.', input: { domain: text }, output: z.object({ keys: z.array(key) }) }),
  'dkim.rotate': operation({ does: 'Makes new keys for a domain.', input: { domain: text }, output: z.object({ records: z.array(record) }) }),
} as const

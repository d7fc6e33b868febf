import * as z from 'zod'
import { count, inBothLanguages, limit, moment, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const state = z
  .enum(['good', 'hint', 'warning', 'error', 'unknown'])
  .describe('error: mail is lost, refused or goes elsewhere; unknown: the DNS could not tell.')
const destination = z.enum(['here', 'both', 'elsewhere', 'nowhere', 'unknown']).describe('Where mail for the domain goes by its MX records.')

const record = z.object({ name: z.string(), type: z.string(), value: z.string() })
const part = z.object({
  part: z.enum(['zone', 'mx', 'spf', 'dkim', 'dmarc', 'mta-sts', 'tls-rpt', 'autoconfig', 'srv', 'reverse', 'dane']),
  name: inBothLanguages,
  state,
  wanted: z
    .array(
      record.extend({
        line: z.string().describe('The same as a line of a zone file.'),
        there: z.boolean().describe('It is in the DNS, or what does the same.'),
      }),
    )
    .describe('What should be there.'),
  found: z.array(record.extend({ ttlSeconds: count })).describe('What the DNS says now.'),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: state.exclude(['good']),
      meaning: inBothLanguages.describe('What is wrong.'),
      advice: inBothLanguages.describe('What to do.'),
    }),
  ),
})

const listing = z.object({ domain: z.string(), state, destination, checked: moment })
export type ZonePartShown = Shown<typeof part>

/** What is in the DNS for a domain's mail. */
export const zoneContract = {
  'domain.dns': operation({
    does: 'Looks at the DNS records of a domain now: what should be there, what is, what is wrong and what to do.',
    input: { domain: text },
    output: z.object({
      domain: z.string(),
      state: state.describe('The worst of its parts, those of the installation itself (reverse, dane) left out.'),
      destination,
      others: z.array(z.string()).describe('Hosts of others that its mail goes to.'),
      next: inBothLanguages.describe('Where mail goes, and the next step of a move.'),
      checked: moment,
      parts: z.array(part),
    }),
  }),
  'domain.proof': operation({
    does: 'Tells the DNS record by which a customer shows that a domain is theirs, and whether it is there: then its people may add the domain.',
    input: { domain: text, customer: text.optional().describe('Without it, the one that the asker works for.') },
    output: record.extend({
      line: z.string().describe('The same as a line of a zone file.'),
      there: z.boolean(),
      wanted: z.boolean().describe('false: domains are added without it, or by the provider alone.'),
    }),
  }),
  'domain.dns-states': operation({
    does: 'Lists domains with what the last look at their DNS records found; those that nobody has looked at yet are left out.',
    input: { state: state.optional(), after: text.optional().describe('A domain: those behind it in the order of names.'), limit: limit.optional() },
    output: z.object({ domains: z.array(listing) }),
  }),
} as const

import * as z from 'zod'
import { count, file, moment, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const policy = z.object({
  policy: z.object({
    type: z.enum(['tlsa', 'sts', 'no-policy-found']),
    strings: z.array(z.string()).describe('Lines of the policy, or TLSA records.'),
    domain: z.string().describe("The recipients'."),
    mxHosts: z.array(z.string()),
  }),
  successful: count,
  failed: count,
  failures: z.array(
    z.object({
      result: z.string(),
      sendingIp: z.string().optional(),
      mxHost: z.string().optional(),
      receivingIp: z.string().optional(),
      detail: z.string().optional(),
      sessions: count,
    }),
  ),
})

/** A report of others about TLS with the servers of a domain of ours. */
const shown = z.object({
  reporter: z.string(),
  reportId: z.string(),
  begin: moment,
  end: moment,
  provenSender: z.string().optional().describe('Domain of the mail that brought it, where it was proven; without it, anybody may have written it.'),
  policies: z.array(policy),
})
export type TlsReportShown = Shown<typeof shown>

/** How TLS went, as others were told, and told us. */
export const tlsReportContract = {
  'tls-report.own': operation({
    does: 'Shows our report of one day to one domain.',
    input: { domain: text, day: text.optional().describe('2026-05-01; without one: yesterday.') },
    output: z.object({ json: z.string().optional() }),
  }),
  'tls-report.received': operation({
    does: 'Lists reports of others about a domain.',
    input: { domain: text, since: span.optional() },
    output: z.object({ reports: z.array(shown) }),
  }),
  'tls-report.read': operation({
    does: 'Takes in the file of a report.',
    input: { file },
    output: z.object({ domains: z.array(z.string()), reporter: z.string(), isNew: z.boolean() }),
  }),
} as const

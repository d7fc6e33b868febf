import * as z from 'zod'
import { count, file, moment, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const seen = z.object({ domain: z.string(), messages: count, passed: count, quarantined: count, rejected: count })

const row = z.object({
  sourceIp: z.string(),
  disposition: z.enum(['none', 'pass', 'quarantine', 'reject']),
  sealer: z.string().optional().describe('Whose ARC seal was believed instead.'),
  dkim: z.boolean().describe('Aligned.'),
  spf: z.boolean().describe('Aligned.'),
  headerFrom: z.string().describe('Domain of the author.'),
  envelopeFrom: z.string().optional(),
  dkimResults: z.array(z.object({ domain: z.string(), selector: z.string(), result: z.string() })),
  spfResult: z.object({ domain: z.string(), scope: z.enum(['mfrom', 'helo']), result: z.string() }).optional(),
  count,
})

/** A report of others about a domain of ours. */
const shown = z.object({
  reporter: z.string(),
  reportId: z.string(),
  begin: moment,
  end: moment,
  provenSender: z.string().optional().describe('Domain of the mail that brought it, where it was proven; without it, anybody may have written it.'),
  policy: z.string(),
  rows: z.array(row),
})
export type DmarcReportShown = Shown<typeof shown>

/** What others were told, and told us, of whose mail passed DMARC. */
export const dmarcContract = {
  'dmarc.seen': operation({
    does: 'Lists domains whose mail came in, with how it fared.',
    input: { since: span.optional() },
    output: z.object({ domains: z.array(seen) }),
  }),
  'dmarc.report': operation({
    does: 'Shows our report of one day to one domain.',
    input: { domain: text, day: text.optional().describe('2026-05-01; without one: yesterday.') },
    output: z.object({
      report: z.object({ fileName: z.string(), to: z.array(z.string()).describe('Where its domain wants it.'), xml: z.string() }).optional(),
    }),
  }),
  'dmarc.reports': operation({
    does: 'Lists reports of others about a domain.',
    input: { domain: text, since: span.optional() },
    output: z.object({ reports: z.array(shown) }),
  }),
  'dmarc.read': operation({
    does: 'Takes in the file of a report.',
    input: { file },
    output: z.object({ domain: z.string(), reporter: z.string(), reportId: z.string(), isNew: z.boolean() }),
  }),
} as const

import * as z from 'zod'
import { count, inBothLanguages, limit, moment, password, size, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

/** Of one job. */
export const mostLines = 10_000

const job = text.describe('Name of a job.')
const line = z.strictObject({
  address: text,
  password: password.optional().describe('Without one nobody can sign in until one is set.'),
  quota: size.optional(),
})

const progress = z.object({
  job: z.string(),
  by: z.string().describe('Who started it.'),
  started: moment,
  finished: moment.nullable().describe('null: it is under way.'),
  lines: count,
  added: count,
  changed: count,
  unchanged: count.describe('It was so already.'),
  refused: count,
})
export type BulkProgress = Shown<typeof progress>

const result = z.object({
  line: count.describe('From 1, as they came.'),
  address: z.string(),
  result: z.enum(['waiting', 'added', 'changed', 'unchanged', 'refused']),
  detail: inBothLanguages.nullable().describe('Why it was refused.'),
})

/** Many mailboxes at once, in the background. */
export const bulkContract = {
  'bulk.start': operation({
    does: 'Adds many mailboxes, in the background. Those that are there keep their password, and get the quota; so it can be repeated without harm.',
    input: {
      mailboxes: z.array(line).min(1).max(mostLines).optional(),
      csv: z
        .string()
        .max(4_000_000)
        .optional()
        .describe('Instead of `mailboxes`: a table (RFC 4180) with the columns address, password, quota; the first line names them.'),
    },
    output: z.object({ job: z.string(), lines: count }),
  }),
  'bulk.show': operation({
    does: 'Shows how far a job is, and what became of each line.',
    input: { job, only: z.enum(['refused']).optional(), after: count.optional().describe('The line to go on from.'), limit: limit.optional() },
    output: progress.extend({ results: z.array(result), next: count.nullable().describe('Where there are more: `after` of the next question.') }),
  }),
  'bulk.list': operation({ does: 'Lists jobs of the last 30 days, the last one first.', input: {}, output: z.object({ jobs: z.array(progress) }) }),
} as const

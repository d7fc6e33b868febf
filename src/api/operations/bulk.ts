import { type JobRow, jobLines, jobsQuery } from '../change/bulk.ts'
import { readMailboxes, type WantedMailbox } from '../bulk/csv.ts'
import type { OperationContext } from '../context.ts'
import { type BulkProgress, mostLines } from '../contract/bulk.ts'
import type { OperationInput } from '../contract.ts'
import type { Text } from '../../base/language.ts'
import type { Operations } from '../operation.ts'
import { reachOf } from '../principal.ts'
import { Refused } from '../refused.ts'

/** Lines shown where nobody says how many. */
const defaultLimit = 100

/** Many mailboxes at once. */
export const bulkOperations: Operations<'bulk.start' | 'bulk.show' | 'bulk.list'> = {
  async 'bulk.start'({ principal, bulk }, input) {
    const mailboxes = wantedOf(input)
    const job = await bulk.start(principal, mailboxes)
    if (job === undefined) throw tooMany
    return { job, lines: mailboxes.length }
  },

  async 'bulk.show'(context, { job: jobId, only, after = 0, limit = defaultLimit }) {
    const { directory } = context
    const [job] = await directory.query(jobsQuery, { customerId: ownCustomer(context), jobId })
    if (job === undefined) throw new Refused('unknown', 'job', { en: `there is no job ${jobId}`, de: `einen Auftrag ${jobId} gibt es nicht` })
    const lines = await directory.query(jobLines, { jobId, only, after, limit })
    return {
      ...progressOf(job),
      results: lines.map(({ line, address, result, detail }) => ({
        ...{ line, address, result: result ?? 'waiting' },
        detail: detail === null ? null : (JSON.parse(detail) as Text),
      })),
      next: lines.length === limit ? (lines.at(-1)?.line ?? null) : null,
    }
  },

  async 'bulk.list'(context) {
    return { jobs: (await context.directory.query(jobsQuery, { customerId: ownCustomer(context) })).map(progressOf) }
  },
}

const tooMany = new Refused('limit', undefined, {
  en: 'too many jobs are under way or were done lately; wait until they are finished, or go on in some days',
  de: 'zu viele Aufträge laufen oder liefen in letzter Zeit; bitte warten, bis sie fertig sind, oder in einigen Tagen weitermachen',
})

function wantedOf({ mailboxes, csv }: OperationInput<'bulk.start'>): readonly WantedMailbox[] {
  if ((mailboxes === undefined) === (csv === undefined)) {
    throw new Refused('input', 'mailboxes', { en: 'give either mailboxes or csv', de: 'bitte entweder mailboxes oder csv angeben' })
  }
  if (mailboxes !== undefined) return mailboxes
  const read = readMailboxes(csv ?? '')
  if (read.fault !== undefined) throw new Refused('input', 'csv', read.fault)
  const { length } = read.mailboxes
  if (length === 0) throw new Refused('input', 'csv', { en: 'there is no line but the first', de: 'außer der ersten gibt es keine Zeile' })
  if (length > mostLines) {
    throw new Refused('input', 'csv', {
      en: `${length} lines are too many at once; at most ${mostLines}`,
      de: `${length} Zeilen sind zu viele auf einmal; höchstens ${mostLines}`,
    })
  }
  return read.mailboxes
}

/** Undefined: everybody's. */
function ownCustomer({ principal }: OperationContext): number | undefined {
  const reach = reachOf(principal)
  // Mailbox users have none.
  return reach.kind === 'all' ? undefined : reach.kind === 'customer' ? reach.customerId : 0
}

function progressOf({ jobId, actor, startedAtMs, finishedAtMs, lines, results }: JobRow): BulkProgress {
  const { added = 0, changed = 0, unchanged = 0, refused = 0 } = results
  const finished = finishedAtMs === null ? null : new Date(finishedAtMs).toISOString()
  return { job: jobId, by: actor, started: new Date(startedAtMs).toISOString(), finished, lines, added, changed, unchanged, refused }
}

import { customerIdQuery } from '../../directory/query/listings.ts'
import type { OperationContext } from '../context.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readDomain, readName, readSince } from '../reading.ts'
import { Refused } from '../refused.ts'
import { customersWithinReach } from '../within-reach.ts'

const dayMs = 86_400_000
/** What nobody asks to be longer or shorter. */
const usualMs = { hour: dayMs, day: 30 * dayMs } as const
/** Of one answer, by its step. */
const longestMs = { hour: 40 * dayMs, day: 3 * 366 * dayMs } as const

/** How much of what there was (SPEC E7). */
export const statisticsOperations: Operations<'statistics.show'> = {
  async 'statistics.show'(context, { customer, domain, from, to, step = 'day' }) {
    const nowMs = context.clock.now()
    const toMs = to === undefined ? nowMs : readSince('to', to, nowMs)
    const fromMs = from === undefined ? toMs - usualMs[step] : readSince('from', from, nowMs)
    if (fromMs >= toMs || toMs - fromMs > longestMs[step]) throw badSpan(step)
    const customerIds = customer === undefined ? await customersWithinReach(context) : [await customerOf(context, customer)]
    const name = domain === undefined ? undefined : readDomain('domain', domain)
    const [counts, queue, storage] = await Promise.all([
      context.statistics.counts({ customerIds, domain: name, fromMs, toMs, step }),
      name === undefined ? context.statistics.queue({ customerIds }) : undefined,
      context.statistics.storage({ customerIds, domain: name }),
    ])
    return {
      step,
      from: timeOf(fromMs),
      to: timeOf(toMs),
      counts: counts.map(({ atMs, kind, number }) => ({ at: timeOf(atMs), kind, number })),
      queue: queue === undefined ? null : { recipients: queue.recipients, oldest: queue.oldestMs === undefined ? null : timeOf(queue.oldestMs) },
      storage: { ...storage, quotaBytes: storage.quotaBytes ?? null },
    }
  },
}

async function customerOf({ directory }: OperationContext, text: string): Promise<number> {
  const found = await directory.query(customerIdQuery, { name: readName('customer', text) })
  if (found.refused !== undefined) throw directoryRefused(found.refused, 'customer')
  return found.found
}

function badSpan(step: 'hour' | 'day'): Refused {
  const days = longestMs[step] / dayMs
  return new Refused('input', 'from', {
    en: `from must be before to, and by ${step} at most ${days} days`,
    de: `from muss vor to liegen, höchstens ${days} Tage bei ${step === 'hour' ? 'Stunden' : 'Tagen'}`,
  })
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

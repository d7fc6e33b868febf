import type { JournalEntry } from '../../journal/entry.ts'
import { deferInQueue } from '../../queue/defer.ts'
import type { Way } from '../../queue/queue.ts'
import { queuedMessage, type QueuedMessage, removeFromQueue, waitingAddresses } from '../../queue/rows.ts'
import type { Item } from '../collect.ts'
import type { SentEnd, SentRecord } from '../record.ts'
import { sentEntry } from '../sent-entry.ts'
import type { Batch } from './batch.ts'
import { applyMail } from './mail.ts'

/** Recipients go, or wait on with their sender told; the report comes if any of them was still waiting. */
export async function applySent(batch: Batch, item: Omit<Item, 'record'> & { readonly record: SentRecord }, journal: JournalEntry[]): Promise<void> {
  const { way, atMs, report, ends: all } = item.record
  const touched: { readonly message: QueuedMessage; readonly ends: readonly SentEnd[] }[] = []
  for (const of of Map.groupBy(all, ({ queueId, number }) => `${queueId} ${number}`).values()) {
    const message = await queuedMessage(batch.tx, of[0] as SentEnd)
    if (message === undefined) continue
    const addresses = await waitingAddresses(batch.tx, message.message_id, of)
    const ends = of.filter(({ index }) => addresses.has(index))
    if (ends.length === 0) continue
    touched.push({ message, ends })
    for (const end of ends) if (end.end !== 'arrived') journal.push(sentEntry(end, message, { address: addresses.get(end.index) ?? '', told: end, way, atMs }))
  }
  if (touched.length === 0) return
  // While they are still there: the report's number in the queue is then above theirs (queue-baseline.ts).
  if (report !== undefined) await applyMail(batch, { ...item, record: report }, journal)
  for (const { message, ends } of touched) await end(batch, { message, ends, way, atMs })
}

async function end(
  batch: Batch,
  { message, ends, way, atMs }: { readonly message: QueuedMessage; readonly ends: readonly SentEnd[]; readonly way: Way | undefined; readonly atMs: number },
): Promise<void> {
  const delayed = new Map(ends.flatMap((one) => (one.end === 'delayed' ? [[one.index, one] as const] : [])))
  if (delayed.size > 0) await deferInQueue(batch.tx, message, { node: undefined, deferrals: delayed, way, atMs, delayTold: true })
  const over = ends.filter((one) => one.end !== 'delayed').map(({ index }) => index)
  const isLast = await removeFromQueue(batch.tx, message, over)
  if (isLast) batch.removed(message.segment, message.octets_length)
}

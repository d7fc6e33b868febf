import type { StoredRecord } from '../../content/content.ts'
import { relocateQueued } from '../../queue/baseline.ts'
import type { RelocateRecord } from '../record.ts'
import type { Batch } from './batch.ts'

/** Octets of emails, and of messages in the queue, stand in a new place. What has gone meanwhile stays gone. */
export async function applyRelocate(batch: Batch, stored: StoredRecord, record: RelocateRecord): Promise<void> {
  const { segment, offset } = stored.location
  const { skippedOctets = 0 } = record
  for (const [accountId, emailId] of record.emails) {
    const old = await batch.tx.get<{ segment: number; octets_length: number }>(
      'SELECT segment, octets_length FROM email WHERE account_id = ? AND email_id = ?',
      accountId,
      emailId,
    )
    if (old === undefined) continue
    await batch.tx.run(
      `UPDATE email SET segment = ?, record_offset = ?, prefix_start = prefix_start - ?, octets_start = octets_start - ?
       WHERE account_id = ? AND email_id = ?`,
      segment,
      offset,
      skippedOctets,
      skippedOctets,
      accountId,
      emailId,
    )
    batch.removed(old.segment, old.octets_length)
    batch.added(segment, old.octets_length)
  }
  const { from, messages } = record.queued ?? { from: stored.location, messages: [] }
  for (const name of messages) {
    const octets = await relocateQueued(batch.tx, name, { from, to: stored.location, skippedOctets })
    if (octets === undefined) continue
    batch.removed(from.segment, octets)
    batch.added(segment, octets)
  }
}

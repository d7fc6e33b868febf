import type { StoredRecord } from '../../content/content.ts'
import type { RelocateRecord } from '../record.ts'
import type { Batch } from './batch.ts'

/** The emails' octets stand in a new place. One that was deleted meanwhile stays deleted. */
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
}

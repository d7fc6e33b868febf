import type { StoredRecord } from '../../content/content.ts'
import type { JournalEntry } from '../../journal/entry.ts'
import type { Summary } from '../../message/summary.ts'
import type { QuotaLevelRecord } from '../record.ts'
import { inboxId } from './account.ts'
import { addMessage } from './add-message.ts'
import type { Batch } from './batch.ts'

/**
 * Notes how full the owner was told that the mailbox is; a warning comes with it, past the quota. A level that was reached already is not
 * told again: of two records for the same crossing (a process died between writing and hearing of it) the second does nothing.
 */
export async function applyQuotaLevel(
  batch: Batch,
  stored: StoredRecord,
  record: QuotaLevelRecord,
  { summary, journal }: { readonly summary: Summary | undefined; readonly journal: JournalEntry[] },
): Promise<void> {
  const { accountId, level, quotaBytes, warning } = record
  const state = await batch.tx.get<{ quota_level: number; quota_level_bytes: number }>(
    'SELECT quota_level, quota_level_bytes FROM account_state WHERE account_id = ?',
    accountId,
  )
  if (state === undefined || (warning !== undefined && state.quota_level >= level)) return
  await batch.tx.run('UPDATE account_state SET quota_level = ?, quota_level_bytes = ? WHERE account_id = ?', level, quotaBytes, accountId)
  if (warning === undefined || summary === undefined) return
  const { atMs } = warning
  const sizeBytes = stored.octetsLength
  await addMessage(batch, {
    accountId,
    mailboxId: inboxId,
    location: stored.location,
    prefixStart: 0,
    prefixLength: 0,
    octetsStart: 0,
    octetsLength: sizeBytes,
    flags: { system: 0, keywords: '' },
    internalDateMs: atMs,
    savedAtMs: atMs,
    summary,
  })
  journal.push({
    atMs,
    outcome: 'delivered',
    queueId: warning.queueId,
    clientIp: '127.0.0.1',
    clientName: undefined,
    helo: undefined,
    sender: '',
    recipient: warning.address,
    addressId: warning.addressId,
    customerId: warning.customerId,
    accountId,
    messageId: summary.messageId,
    sizeBytes,
    reply: '250 2.0.0',
    checks: [],
  })
}

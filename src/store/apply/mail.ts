import type { JournalEntry } from '../../journal/entry.ts'
import type { Item } from '../collect.ts'
import { addToQueue } from '../../queue/rows.ts'
import type { Flags } from '../mailbox.ts'
import type { MailRecipient, MailRecord, OutgoingMail } from '../record.ts'
import { formatSlices, shownLength, type Slice } from '../slices.ts'
import { ensureAccount, inboxId } from './account.ts'
import { addMessage } from './add-message.ts'
import { needed } from './append.ts'
import type { Batch } from './batch.ts'
import { folderFor } from './folder-for.ts'

const noFlags: Flags = { system: 0, keywords: '' }

/** A record that brings mail, or one with a report in it. */
export type MailItem = Pick<Item, 'source' | 'summaries' | 'outgoingIds'> & { readonly record: MailRecord }

export async function applyMail(batch: Batch, item: MailItem, journal: JournalEntry[]): Promise<void> {
  const { source: stored, record: mail, summaries } = item
  const octetsLength = stored.octetsLength - mail.octetsStart
  for (const { accountId, prefixStart, prefixLength, version = 0, folder } of mail.destinations) {
    const message = {
      accountId,
      mailboxId: folder === undefined ? inboxId : await folderFor(batch, { accountId, folder, atMs: mail.atMs }),
      location: stored.location,
      prefixStart,
      prefixLength,
      octetsStart: mail.octetsStart,
      octetsLength,
      slices: slicesOf(mail, version),
      flags: noFlags,
      internalDateMs: mail.atMs,
      savedAtMs: mail.atMs,
      summary: needed(summaries[version]),
    }
    if ((await addMessage(batch, message)) !== undefined) continue
    await ensureAccount(batch.tx, accountId, mail.atMs)
    await addMessage(batch, message)
  }
  for (const [number, outgoing] of (mail.outgoing ?? []).entries()) await enqueue(batch, item, number, outgoing)
  for (const recipient of mail.recipients) journal.push(journalEntry(mail, recipient, summaries[0]?.messageId ?? item.outgoingIds[0], octetsLength))
}

async function enqueue(batch: Batch, { source: stored, record: mail, outgoingIds }: MailItem, number: number, outgoing: OutgoingMail): Promise<void> {
  const { prefixStart, prefixLength, version = 0, ...envelope } = outgoing
  const octetsLength = stored.octetsLength - mail.octetsStart
  const slices = slicesOf(mail, version)
  const dueMs = await addToQueue(batch.tx, {
    queueId: mail.queueId,
    number,
    envelope,
    acceptedAtMs: mail.atMs,
    place: { location: stored.location, prefixStart, prefixLength, octetsStart: mail.octetsStart, octetsLength, slices: formatSlices(slices) },
    sizeBytes: prefixLength + shownLength(slices, octetsLength),
    headerId: outgoingIds[number],
  })
  // A baseline had it.
  if (dueMs === undefined) return
  batch.added(stored.location.segment, octetsLength)
  batch.queued(dueMs)
}

function slicesOf({ versions }: MailRecord, version: number): readonly Slice[] | undefined {
  return versions?.[version] ?? undefined
}

function journalEntry(mail: MailRecord, recipient: MailRecipient, messageId: string | undefined, sizeBytes: number): JournalEntry {
  return {
    atMs: mail.atMs,
    outcome: recipient.accountId === undefined ? 'forwarded' : 'delivered',
    queueId: mail.queueId,
    clientIp: mail.clientIp,
    clientName: recipient.clientName,
    helo: mail.helo,
    sender: mail.reversePath,
    recipient: recipient.address,
    addressId: recipient.addressId,
    customerId: recipient.customerId,
    accountId: recipient.accountId,
    messageId,
    sizeBytes,
    reply: '250 2.0.0',
    checks: recipient.checks,
  }
}

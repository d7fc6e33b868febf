import type { Transaction } from '../../database/database.ts'
import type { AccountId, MailboxId, ModSeq } from '../../mail/ids.ts'
import { metadataLimits, type MetadataOf, serverEntries, sharedUser } from '../metadata.ts'
import type { MetadataRecord } from '../record.ts'
import type { StoreRefusal } from '../store.ts'
import { ensureAccount, inboxId, nextModSeq } from './account.ts'
import type { Batch } from './batch.ts'

/** Sets and removes annotations, all that the record names or none (RFC 5464 4.3). */
export async function applyMetadata(
  batch: Batch,
  record: MetadataRecord,
): Promise<{ readonly done: { readonly modSeq: ModSeq } } | { readonly refused: StoreRefusal }> {
  const { tx } = batch
  const { accountId, mailboxId, atMs } = record
  if (mailboxId === serverEntries) await ensureAccount(tx, accountId, atMs)
  const refused = (await mayNot(tx, record)) ?? (await tooMuch(tx, record))
  if (refused !== undefined) return { refused }
  const state = await nextModSeq(tx, accountId)
  if (state === undefined) return { refused: 'no-such-mailbox' }
  for (const [name, value] of record.entries) await setEntry(tx, record, { name, value, modSeq: state.mod_seq })
  if (record.specialUse !== undefined) await setUse(tx, { ...record, specialUse: record.specialUse })
  batch.note(state, accountId, 0 as MailboxId)
  return { done: { modSeq: state.mod_seq } }
}

/** Private annotations of a mailbox of another user go with the last right to it: nobody could reach them any more. */
export async function forgetPrivateMetadata(tx: Transaction, { accountId, mailboxId, userId }: MetadataOf): Promise<void> {
  await tx.run('DELETE FROM metadata WHERE account_id = ? AND mailbox_id = ? AND user_id = ?', accountId, mailboxId, userId)
}

/** INBOX that is renamed keeps its annotations, and the mailbox that gets its mail has them, too (RFC 5464 4.1). It is not shared, so nobody else's. */
export async function copyInboxMetadata(tx: Transaction, accountId: AccountId, to: MailboxId): Promise<void> {
  await tx.run(
    `INSERT INTO metadata (account_id, mailbox_id, user_id, name, value, size_bytes, mod_seq)
     SELECT account_id, ?, user_id, name, value, size_bytes, mod_seq FROM metadata WHERE account_id = ? AND mailbox_id = ? AND user_id IN (?, ?)`,
    to,
    accountId,
    inboxId,
    sharedUser,
    accountId,
  )
}

async function mayNot(tx: Transaction, { accountId, mailboxId, userId, specialUse }: MetadataRecord): Promise<StoreRefusal | undefined> {
  if (mailboxId === serverEntries) return userId === accountId ? undefined : 'no-such-mailbox'
  if (typeof specialUse === 'string' && mailboxId === inboxId) return 'cannot-change-inbox'
  const mailbox = await tx.get('SELECT mailbox_id FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
  if (mailbox === undefined) return 'no-such-mailbox'
  if (userId === accountId) return undefined
  const grant = await tx.get('SELECT rights FROM acl WHERE account_id = ? AND mailbox_id = ? AND grantee_id = ?', accountId, mailboxId, userId)
  return grant === undefined || specialUse !== undefined ? 'no-such-mailbox' : undefined
}

/** What goes is never too much, however full it is. */
async function tooMuch(tx: Transaction, record: MetadataRecord): Promise<StoreRefusal | undefined> {
  const { accountId, mailboxId } = record
  for (const userId of new Set(record.entries.map(([name]) => ownerOf(record, name)))) {
    const rows = await tx.all<{ name: string; size_bytes: number }>(
      'SELECT name, size_bytes FROM metadata WHERE account_id = ? AND mailbox_id = ? AND user_id = ?',
      accountId,
      mailboxId,
      userId,
    )
    const before = new Map(rows.map((row) => [row.name, row.size_bytes]))
    const after = new Map(before)
    for (const [name, value] of record.entries) {
      if (ownerOf(record, name) !== userId) continue
      if (value === null) after.delete(name)
      else after.set(name, sizeOf(name, value))
    }
    if (after.size > before.size && after.size > metadataLimits.entries) return 'too-many'
    const more = sum(after) - sum(before)
    if (more > 0 && more + (await octetsOf(tx, accountId, userId)) > metadataLimits.accountOctets) return 'over-quota'
  }
  return undefined
}

async function octetsOf(tx: Transaction, accountId: AccountId, userId: AccountId): Promise<number> {
  const row = await tx.get<{ octets: number }>(
    'SELECT COALESCE(SUM(size_bytes), 0) AS octets FROM metadata WHERE account_id = ? AND user_id = ?',
    accountId,
    userId,
  )
  return row?.octets ?? 0
}

async function setEntry(
  tx: Transaction,
  record: MetadataRecord,
  { name, value, modSeq }: { readonly name: string; readonly value: string | null; readonly modSeq: ModSeq },
): Promise<void> {
  const key = [record.accountId, record.mailboxId, ownerOf(record, name), name] as const
  if (value === null) {
    await tx.run('DELETE FROM metadata WHERE account_id = ? AND mailbox_id = ? AND user_id = ? AND name = ?', ...key)
    return
  }
  await tx.run(
    `INSERT INTO metadata (account_id, mailbox_id, user_id, name, value, size_bytes, mod_seq) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account_id, mailbox_id, user_id, name)
     DO UPDATE SET value = excluded.value, size_bytes = excluded.size_bytes, mod_seq = excluded.mod_seq`,
    ...key,
    value,
    sizeOf(name, value),
    modSeq,
  )
}

/** The mailbox that was for it until now is for nothing (RFC 6154 5.4). */
async function setUse(
  tx: Transaction,
  { accountId, mailboxId, specialUse }: Pick<Required<MetadataRecord>, 'accountId' | 'mailboxId' | 'specialUse'>,
): Promise<void> {
  if (specialUse !== null) await tx.run('UPDATE mailbox SET special_use = NULL WHERE account_id = ? AND special_use = ?', accountId, specialUse)
  await tx.run('UPDATE mailbox SET special_use = ? WHERE account_id = ? AND mailbox_id = ?', specialUse, accountId, mailboxId)
}

function ownerOf({ userId }: MetadataRecord, name: string): AccountId {
  return name.startsWith('/private/') ? userId : sharedUser
}

/** What an entry counts; `value` is in base64. */
function sizeOf(name: string, value: string): number {
  return metadataLimits.entryOctets + name.length + Buffer.byteLength(value, 'base64')
}

function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((total, size) => total + size, 0)
}

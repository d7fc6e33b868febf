import type { Transaction } from '../../database/database.ts'
import type { AccountId, MailboxId, ModSeq } from '../../mail/ids.ts'
import type { AclRecord } from '../record.ts'
import type { StoreRefusal } from '../store.ts'
import { nextModSeq } from './account.ts'
import type { AccountState, Batch } from './batch.ts'
import { forgetPrivateMetadata } from './metadata.ts'

/** Accounts that one mailbox is shared with. */
const maxGrants = 1_000

/**
 * Gives, changes or takes the rights of one account to a mailbox of another. Two rows say the same: `acl` belongs to the owner and
 * goes into its baseline, `shared_mailbox` belongs to the one it is shared with and is made from the other.
 */
export async function applyAcl(batch: Batch, record: AclRecord): Promise<{ readonly done: { readonly modSeq: ModSeq } } | { readonly refused: StoreRefusal }> {
  const { tx } = batch
  const { accountId, mailboxId, granteeId, rights } = record
  const mailbox = await tx.get('SELECT mailbox_id FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
  if (mailbox === undefined || granteeId === accountId) return { refused: 'no-such-mailbox' }
  if (rights === '') await revoke(tx, accountId, mailboxId, granteeId)
  else {
    const others = await tx.get<{ n: number }>(
      'SELECT COUNT(*) AS n FROM acl WHERE account_id = ? AND mailbox_id = ? AND grantee_id <> ?',
      accountId,
      mailboxId,
      granteeId,
    )
    if ((others?.n ?? 0) >= maxGrants) return { refused: 'too-many' }
    await grant(tx, { accountId, mailboxId, granteeId, rights })
  }
  const state = await nextModSeq(tx, accountId)
  if (state === undefined) return { refused: 'no-such-mailbox' }
  batch.note(state, accountId, 0 as MailboxId)
  // What the grantee sees has changed, though nothing in its account has.
  const seen = await tx.get<AccountState>('SELECT mod_seq, used_bytes, messages FROM account_state WHERE account_id = ?', granteeId)
  if (seen !== undefined) batch.note(seen, granteeId, 0 as MailboxId)
  return { done: { modSeq: state.mod_seq } }
}

/** A new mailbox is shared as the one above it is: who may create one there can also use it. */
export async function inheritAcl(tx: Transaction, accountId: AccountId, parentId: MailboxId, mailboxId: MailboxId): Promise<void> {
  const rows = await tx.all<{ grantee_id: AccountId; rights: string }>(
    'SELECT grantee_id, rights FROM acl WHERE account_id = ? AND mailbox_id = ?',
    accountId,
    parentId,
  )
  for (const { grantee_id: granteeId, rights } of rows) await grant(tx, { accountId, mailboxId, granteeId, rights })
}

/** The mailbox goes. */
export async function revokeAll(tx: Transaction, accountId: AccountId, mailboxId: MailboxId): Promise<void> {
  const rows = await tx.all<{ grantee_id: AccountId }>('SELECT grantee_id FROM acl WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
  for (const { grantee_id: granteeId } of rows) await revoke(tx, accountId, mailboxId, granteeId)
}

/** The account goes: what it shared, and what was shared with it. */
export async function revokeAllOfAccount(tx: Transaction, accountId: AccountId): Promise<void> {
  const given = await tx.all<{ mailbox_id: MailboxId; grantee_id: AccountId }>('SELECT mailbox_id, grantee_id FROM acl WHERE account_id = ?', accountId)
  for (const { mailbox_id: mailboxId, grantee_id: granteeId } of given) await revoke(tx, accountId, mailboxId, granteeId)
  const taken = await tx.all<{ owner_id: AccountId; mailbox_id: MailboxId }>('SELECT owner_id, mailbox_id FROM shared_mailbox WHERE account_id = ?', accountId)
  for (const { owner_id: ownerId, mailbox_id: mailboxId } of taken) await revoke(tx, ownerId, mailboxId, accountId)
}

/** `shared_mailbox` of what stands in `acl`: one grant. */
export async function shareRow(tx: Transaction, { accountId, mailboxId, granteeId, rights }: Omit<AclRecord, 'kind'>): Promise<void> {
  await tx.run(
    `INSERT INTO shared_mailbox (account_id, owner_id, mailbox_id, rights) VALUES (?, ?, ?, ?)
     ON CONFLICT (account_id, owner_id, mailbox_id) DO UPDATE SET rights = excluded.rights`,
    granteeId,
    accountId,
    mailboxId,
    rights,
  )
}

async function grant(tx: Transaction, row: Omit<AclRecord, 'kind'>): Promise<void> {
  await tx.run(
    `INSERT INTO acl (account_id, mailbox_id, grantee_id, rights) VALUES (?, ?, ?, ?)
     ON CONFLICT (account_id, mailbox_id, grantee_id) DO UPDATE SET rights = excluded.rights`,
    row.accountId,
    row.mailboxId,
    row.granteeId,
    row.rights,
  )
  await shareRow(tx, row)
}

async function revoke(tx: Transaction, accountId: AccountId, mailboxId: MailboxId, granteeId: AccountId): Promise<void> {
  await tx.run('DELETE FROM acl WHERE account_id = ? AND mailbox_id = ? AND grantee_id = ?', accountId, mailboxId, granteeId)
  await tx.run('DELETE FROM shared_mailbox WHERE account_id = ? AND owner_id = ? AND mailbox_id = ?', granteeId, accountId, mailboxId)
  await forgetPrivateMetadata(tx, { accountId, mailboxId, userId: granteeId })
}

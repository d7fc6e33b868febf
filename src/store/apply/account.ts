import type { Transaction } from '../../database/database.ts'
import type { AccountId, EmailId, MailboxId, ModSeq } from '../../mail/ids.ts'
import { forgetText } from '../fulltext/tables.ts'
import type { AccountState, Batch } from './batch.ts'

/** Every account's inbox: made with the account, never deleted; renaming it moves its messages away. */
export const inboxId = 1 as MailboxId

/** Makes the account's counters and its INBOX if this is the first that is heard of it. */
export async function ensureAccount(tx: Transaction, accountId: AccountId, atMs: number): Promise<void> {
  const uidValidity = Math.floor(atMs / 1000)
  const made = await tx.run(
    `INSERT INTO account_state (account_id, mod_seq, next_mailbox_id, next_email_id, last_uid_validity, used_bytes, messages)
     VALUES (?, 1, 2, 1, ?, 0, 0) ON CONFLICT DO NOTHING`,
    accountId,
    uidValidity,
  )
  if (made === 0) return
  await insertMailbox(tx, { accountId, mailboxId: inboxId, name: 'INBOX', specialUse: null, uidValidity, modSeq: 1 as ModSeq })
}

export async function insertMailbox(
  tx: Transaction,
  row: { accountId: AccountId; mailboxId: MailboxId; name: string; specialUse: string | null; uidValidity: number; modSeq: ModSeq },
): Promise<void> {
  await tx.run(
    `INSERT INTO mailbox (account_id, mailbox_id, name, special_use, uid_validity, uid_next, recent_from, messages, unseen, size_bytes, highest_mod_seq)
     VALUES (?, ?, ?, ?, ?, 1, 1, 0, 0, 0, ?)`,
    row.accountId,
    row.mailboxId,
    row.name,
    row.specialUse,
    row.uidValidity,
    row.modSeq,
  )
  // Of the others the client says so itself (RFC 9051 6.3.4 has CREATE subscribe to nothing).
  if (row.name === 'INBOX') await tx.run('INSERT INTO subscription (account_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING', row.accountId, row.name)
}

/** Takes the account's next modSeq, counting what the change adds to or takes from the account. Undefined: no such account. */
export async function nextModSeq(tx: Transaction, accountId: AccountId, bytes = 0, messages = 0): Promise<AccountState | undefined> {
  return tx.get<AccountState>(
    `UPDATE account_state SET mod_seq = mod_seq + 1, used_bytes = used_bytes + ?, messages = messages + ?
     WHERE account_id = ? RETURNING mod_seq, used_bytes, messages`,
    bytes,
    messages,
    accountId,
  )
}

/** The same, for one new email of `bytes`. */
export async function nextEmail(tx: Transaction, accountId: AccountId, bytes: number): Promise<(AccountState & { readonly email_id: EmailId }) | undefined> {
  return tx.get(
    `UPDATE account_state SET mod_seq = mod_seq + 1, next_email_id = next_email_id + 1, used_bytes = used_bytes + ?, messages = messages + 1
     WHERE account_id = ? RETURNING mod_seq, used_bytes, messages, next_email_id - 1 AS email_id`,
    bytes,
    accountId,
  )
}

/** What changed in a mailbox, for its counters. */
export interface MailboxDelta {
  readonly messages: number
  readonly unseen: number
  readonly bytes: number
}

export async function countMailbox(tx: Transaction, accountId: AccountId, mailboxId: MailboxId, modSeq: ModSeq, delta: MailboxDelta): Promise<void> {
  await tx.run(
    `UPDATE mailbox SET messages = messages + ?, unseen = unseen + ?, size_bytes = size_bytes + ?, highest_mod_seq = ?
     WHERE account_id = ? AND mailbox_id = ?`,
    delta.messages,
    delta.unseen,
    delta.bytes,
    modSeq,
    accountId,
    mailboxId,
  )
}

/** Takes `count` UIDs; undefined: no such mailbox. */
export async function takeUids(
  tx: Transaction,
  accountId: AccountId,
  mailboxId: MailboxId,
  count: number,
): Promise<{ readonly first: number; readonly uidValidity: number } | undefined> {
  return tx.get(
    'UPDATE mailbox SET uid_next = uid_next + ? WHERE account_id = ? AND mailbox_id = ? RETURNING uid_next - ? AS first, uid_validity AS "uidValidity"',
    count,
    accountId,
    mailboxId,
    count,
  )
}

/** What sessions that look away will have missed (see schema.ts). */
export async function noteChange(
  tx: Transaction,
  accountId: AccountId,
  mailboxId: MailboxId,
  modSeq: ModSeq,
  kind: 'flags' | 'expunge',
  uids: string,
): Promise<void> {
  await tx.run(`INSERT INTO change (account_id, mailbox_id, mod_seq, kind, uids) VALUES (?, ?, ?, ?, ?)`, accountId, mailboxId, modSeq, kind, uids)
}

/** One reference to an email less; the last one takes it along. */
export async function dropEmail(batch: Batch, accountId: AccountId, emailId: EmailId): Promise<void> {
  const email = await batch.tx.get<{ refs: number; segment: number; octets_length: number }>(
    'UPDATE email SET refs = refs - 1 WHERE account_id = ? AND email_id = ? RETURNING refs, segment, octets_length',
    accountId,
    emailId,
  )
  if (email === undefined || email.refs > 0) return
  batch.removed(email.segment, email.octets_length)
  await batch.tx.run('DELETE FROM email WHERE account_id = ? AND email_id = ?', accountId, emailId)
  await forgetText(batch.tx, accountId, emailId)
}

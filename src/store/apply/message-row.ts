import type { Transaction } from '../../database/database.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../../mail/ids.ts'
import type { Flags } from '../mailbox.ts'
import type { OrderColumns } from '../order-columns.ts'

/** What copies of a message have in common, and their own. */
export interface MessageRow {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly uid: Uid
  readonly emailId: number
  readonly flags: Flags
  readonly modSeq: ModSeq
  readonly savedAtMs: number
  /** Names as they are in the table, so that a row of another mailbox will do. */
  readonly same: OrderColumns & { readonly internal_date_ms: number; readonly size_bytes: number }
}

/** Columns of `MessageRow.same`. */
export const sameColumns = 'internal_date_ms, size_bytes, sent, id_hash, subject_hash, reference_hashes'

export async function insertMessage(tx: Transaction, { accountId, mailboxId, uid, emailId, flags, modSeq, savedAtMs, same }: MessageRow): Promise<void> {
  await tx.run(
    `INSERT INTO message (account_id, mailbox_id, uid, email_id, system, keywords, mod_seq, saved_at_ms, ${sameColumns})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    accountId,
    mailboxId,
    uid,
    emailId,
    flags.system,
    flags.keywords,
    modSeq,
    savedAtMs,
    same.internal_date_ms,
    same.size_bytes,
    same.sent,
    same.id_hash,
    same.subject_hash,
    same.reference_hashes,
  )
}

import type { Location } from '../../content/content.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, Uid } from '../../mail/ids.ts'
import type { Summary } from '../../message/summary.ts'
import { keepEnvelope } from '../kept-envelope.ts'
import { type Flags, systemFlags } from '../mailbox.ts'
import { orderColumns } from '../order-columns.ts'
import { formatSlices, shownLength, type Slice } from '../slices.ts'
import { nextEmail } from './account.ts'
import type { Batch } from './batch.ts'
import { insertMessage } from './message-row.ts'

export interface NewMessage {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly location: Location
  readonly prefixStart: number
  readonly prefixLength: number
  readonly octetsStart: number
  /** As received. */
  readonly octetsLength: number
  /** Undefined: they are shown as received. */
  readonly slices?: readonly Slice[] | undefined
  readonly flags: Flags
  readonly internalDateMs: number
  readonly savedAtMs: number
  readonly summary: Pick<Summary, 'envelope' | 'bodyStructure' | 'parts' | 'order'>
}

/** Rows of one new message; undefined: the mailbox is gone. */
export async function addMessage(
  batch: Batch,
  message: NewMessage,
): Promise<{ readonly uid: Uid; readonly emailId: EmailId; readonly uidValidity: number; readonly modSeq: ModSeq } | undefined> {
  const { tx } = batch
  const { accountId, mailboxId, flags, location, summary, slices } = message
  const sizeBytes = message.prefixLength + shownLength(slices, message.octetsLength)
  const state = await nextEmail(tx, accountId, sizeBytes)
  if (state === undefined) return undefined
  const mailbox = await tx.get<{ uid: Uid; uidValidity: number }>(
    `UPDATE mailbox SET uid_next = uid_next + 1, messages = messages + 1, unseen = unseen + ?, size_bytes = size_bytes + ?, highest_mod_seq = ?
     WHERE account_id = ? AND mailbox_id = ? RETURNING uid_next - 1 AS uid, uid_validity AS "uidValidity"`,
    (flags.system & systemFlags['\\Seen']) === 0 ? 1 : 0,
    sizeBytes,
    state.mod_seq,
    accountId,
    mailboxId,
  )
  if (mailbox === undefined) {
    await tx.run('UPDATE account_state SET used_bytes = used_bytes - ?, messages = messages - 1 WHERE account_id = ?', sizeBytes, accountId)
    return undefined
  }
  await tx.run(
    `INSERT INTO email (account_id, email_id, segment, record_offset, prefix_start, prefix_length, octets_start, octets_length, slices, refs, envelope, body_structure, parts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    accountId,
    state.email_id,
    location.segment,
    location.offset,
    message.prefixStart,
    message.prefixLength,
    message.octetsStart,
    message.octetsLength,
    formatSlices(slices),
    keepEnvelope(summary.envelope),
    summary.bodyStructure,
    summary.parts,
  )
  await insertMessage(tx, {
    accountId,
    mailboxId,
    uid: mailbox.uid,
    emailId: state.email_id,
    flags,
    modSeq: state.mod_seq,
    savedAtMs: message.savedAtMs,
    same: { internal_date_ms: message.internalDateMs, size_bytes: sizeBytes, ...orderColumns(message.internalDateMs, summary.order) },
  })
  batch.added(location.segment, message.octetsLength)
  batch.note(state, accountId, mailboxId)
  return { uid: mailbox.uid, emailId: state.email_id, uidValidity: mailbox.uidValidity, modSeq: state.mod_seq }
}

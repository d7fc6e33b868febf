import type { AccountId, EmailId, ModSeq, Uid } from '../../mail/ids.ts'
import { dropFlags } from '../flag-pages.ts'
import type { Flags } from '../mailbox.ts'
import { systemFlags } from '../mailbox.ts'
import type { CopyRecord } from '../record.ts'
import type { Copied } from '../store.ts'
import { formatUidRanges, uidRanges } from '../uid-ranges.ts'
import { countMailbox, dropEmail, nextModSeq, noteChange, takeUids } from './account.ts'
import type { AccountState, Batch } from './batch.ts'
import { type Source, keptFlags, savedAt, sourcesOf, uidsOf } from './copy-move.ts'
import { insertMessage } from './message-row.ts'

const emailColumns =
  'segment, record_offset, prefix_start, prefix_length, octets_start, octets_length, slices, envelope, body_structure, parts, origin_account_id, origin_email_id'

interface EmailRow {
  readonly segment: number
  readonly record_offset: number
  readonly prefix_start: number
  readonly prefix_length: number
  readonly octets_start: number
  readonly octets_length: number
  readonly slices: string | null
  readonly envelope: Uint8Array
  readonly body_structure: Uint8Array
  readonly parts: Uint8Array
  readonly origin_account_id: number | null
  readonly origin_email_id: number | null
}

/**
 * COPY and MOVE into a mailbox of another account: all of them or none. The octets stay where they are; the target gets rows of its
 * own that point there. Both accounts are changed by the one record; that a rebuild never has one of them without the other is
 * seen to by `Turnstile`. Undefined: a mailbox is gone.
 */
export async function applyTransfer(batch: Batch, record: CopyRecord & { readonly toAccountId: AccountId }): Promise<Copied | undefined> {
  const { tx } = batch
  const { accountId, from, to, toAccountId } = record
  const sources = await sourcesOf(tx, record)
  const bytes = sources.reduce((sum, source) => sum + source.size_bytes, 0)
  const source = await tx.get<{ highest_mod_seq: ModSeq }>('SELECT highest_mod_seq FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, from)
  if (source === undefined) return undefined
  const taken = await takeUids(tx, toAccountId, to, sources.length)
  const emails = new Map<EmailId, Source[]>()
  for (const each of sources) emails.set(each.email_id, [...(emails.get(each.email_id) ?? []), each])
  const state = taken && (await takeEmails(batch, toAccountId, { emails: emails.size, messages: sources.length, bytes }))
  if (taken === undefined || state === undefined) return undefined
  const newIds = new Map<EmailId, number>()
  for (const [emailId, shown] of emails) {
    const newId = state.first_email_id + newIds.size
    newIds.set(emailId, newId)
    await copyEmail(batch, { accountId, emailId }, { accountId: toAccountId, emailId: newId }, shown.length)
  }
  let unseen = 0
  for (const [index, message] of sources.entries()) {
    const flags: Flags = keptFlags(message, record.only)
    if ((flags.system & systemFlags['\\Seen']) === 0) unseen++
    await insertMessage(tx, {
      accountId: toAccountId,
      mailboxId: to,
      uid: (taken.first + index) as Uid,
      emailId: newIds.get(message.email_id) ?? 0,
      flags,
      modSeq: state.mod_seq,
      savedAtMs: savedAt(record, message),
      same: message,
    })
  }
  await countMailbox(tx, toAccountId, to, state.mod_seq, { messages: sources.length, unseen, bytes })
  batch.note(state, toAccountId, to)
  const modSeq = record.kind === 'move' && sources.length > 0 ? await removeSources(batch, record, sources, bytes) : source.highest_mod_seq
  return {
    uidValidity: taken.uidValidity,
    from: uidsOf(sources),
    to: sources.map((_, index) => (taken.first + index) as Uid),
    modSeq,
  }
}

async function takeEmails(
  { tx }: Batch,
  accountId: AccountId,
  { emails, messages, bytes }: { readonly emails: number; readonly messages: number; readonly bytes: number },
): Promise<(AccountState & { readonly first_email_id: number }) | undefined> {
  return tx.get(
    `UPDATE account_state SET mod_seq = mod_seq + 1, next_email_id = next_email_id + ?, used_bytes = used_bytes + ?, messages = messages + ?
     WHERE account_id = ? RETURNING mod_seq, used_bytes, messages, next_email_id - ? AS first_email_id`,
    emails,
    bytes,
    messages,
    accountId,
    emails,
  )
}

async function copyEmail(
  batch: Batch,
  from: { readonly accountId: AccountId; readonly emailId: EmailId },
  to: { readonly accountId: AccountId; readonly emailId: number },
  refs: number,
): Promise<void> {
  const row = await batch.tx.get<EmailRow>(`SELECT ${emailColumns} FROM email WHERE account_id = ? AND email_id = ?`, from.accountId, from.emailId)
  if (row === undefined) throw new Error(`account ${from.accountId} has no email ${from.emailId}`)
  await batch.tx.run(
    `INSERT INTO email (account_id, email_id, refs, ${emailColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    to.accountId,
    to.emailId,
    refs,
    row.segment,
    row.record_offset,
    row.prefix_start,
    row.prefix_length,
    row.octets_start,
    row.octets_length,
    row.slices,
    row.envelope,
    row.body_structure,
    row.parts,
    row.origin_account_id ?? from.accountId,
    row.origin_email_id ?? from.emailId,
  )
  batch.added(row.segment, row.octets_length)
}

async function removeSources(batch: Batch, { accountId, from }: CopyRecord, sources: readonly Source[], bytes: number): Promise<ModSeq> {
  const { tx } = batch
  for (const { uid, email_id: emailId } of sources) {
    await tx.run('DELETE FROM message WHERE account_id = ? AND mailbox_id = ? AND uid = ?', accountId, from, uid)
    await dropEmail(batch, accountId, emailId)
  }
  await dropFlags(tx, { accountId, mailboxId: from }, uidsOf(sources))
  const state = await nextModSeq(tx, accountId, -bytes, -sources.length)
  if (state === undefined) throw new Error(`account ${accountId} has no state`)
  const unseen = sources.filter((source) => (source.system & systemFlags['\\Seen']) === 0).length
  await countMailbox(tx, accountId, from, state.mod_seq, { messages: -sources.length, unseen: -unseen, bytes: -bytes })
  await noteChange(tx, accountId, from, state.mod_seq, 'expunge', formatUidRanges(uidRanges(uidsOf(sources))))
  batch.note(state, accountId, from)
  return state.mod_seq
}

import type { Transaction } from '../../database/database.ts'
import type { AccountId, MailboxId, ModSeq } from '../../mail/ids.ts'
import { fulltextTables } from '../fulltext/tables.ts'
import { learnedTables } from '../learned.ts'
import { loggedTables } from '../schema.ts'
import type { MailboxRecord, RemoveAccountRecord } from '../record.ts'
import type { StoreRefusal } from '../store.ts'
import { allUids } from '../uid-ranges.ts'
import { ensureAccount, inboxId, insertMailbox, nextModSeq } from './account.ts'
import { inheritAcl, revokeAll, revokeAllOfAccount } from './acl.ts'
import { applyCopy } from './copy-move.ts'
import type { AccountState, Batch } from './batch.ts'
import { applyExpunge } from './expunge.ts'
import { copyInboxMetadata } from './metadata.ts'

/** More would make LIST a burden; others' limits lie between 5,000 and 10,000. */
const maxMailboxes = 10_000
/** Stands for the list of mailboxes in notices. */
const mailboxList = 0 as MailboxId

export type MailboxOutcome = { readonly done: { readonly mailboxId: MailboxId; readonly modSeq: ModSeq } } | { readonly refused: StoreRefusal }

export async function applyMailbox(batch: Batch, record: MailboxRecord): Promise<MailboxOutcome> {
  switch (record.kind) {
    case 'create':
      return applyCreate(batch, record)
    case 'rename':
      return applyRename(batch, record)
    case 'delete':
      return applyDelete(batch, record)
    case 'subscribe':
      return applySubscribe(batch, record)
  }
}

async function applyCreate(batch: Batch, record: MailboxRecord & { kind: 'create' }): Promise<MailboxOutcome> {
  const { tx } = batch
  const { accountId, atMs, name } = record
  await ensureAccount(tx, accountId, atMs)
  if ((await mailboxNamed(tx, accountId, name)) !== undefined) return { refused: 'mailbox-exists' }
  const count = await tx.get<{ n: number }>('SELECT COUNT(*) AS n FROM mailbox WHERE account_id = ?', accountId)
  if ((count?.n ?? 0) >= maxMailboxes) return { refused: 'too-many' }
  for (const parent of parents(name)) {
    if ((await mailboxNamed(tx, accountId, parent)) === undefined) await newMailbox(tx, accountId, atMs, parent, null)
  }
  const made = await newMailbox(tx, accountId, atMs, name, record.specialUse ?? null)
  batch.note(made.state, accountId, mailboxList)
  return { done: { mailboxId: made.mailboxId, modSeq: made.state.mod_seq } }
}

async function newMailbox(
  tx: Transaction,
  accountId: AccountId,
  atMs: number,
  name: string,
  specialUse: string | null,
): Promise<{ readonly mailboxId: MailboxId; readonly state: AccountState }> {
  // RFC 9051 2.3.1.1: a mailbox made again under an old name has a greater UIDVALIDITY than that one had.
  const seconds = Math.floor(atMs / 1000)
  const state = await tx.get<AccountState & { mailbox_id: MailboxId; uid_validity: number }>(
    `UPDATE account_state SET mod_seq = mod_seq + 1, next_mailbox_id = next_mailbox_id + 1,
       last_uid_validity = CASE WHEN last_uid_validity >= ? THEN last_uid_validity + 1 ELSE ? END
     WHERE account_id = ?
     RETURNING mod_seq, used_bytes, messages, next_mailbox_id - 1 AS mailbox_id, last_uid_validity AS uid_validity`,
    seconds,
    seconds,
    accountId,
  )
  if (state === undefined) throw new Error(`account ${accountId} has no state`)
  await insertMailbox(tx, { accountId, mailboxId: state.mailbox_id, name, specialUse, uidValidity: state.uid_validity, modSeq: state.mod_seq })
  const above = parents(name).at(-1)
  const parentId = above === undefined ? undefined : await mailboxNamed(tx, accountId, above)
  if (parentId !== undefined) await inheritAcl(tx, accountId, parentId, state.mailbox_id)
  return { mailboxId: state.mailbox_id, state }
}

async function applyRename(batch: Batch, record: MailboxRecord & { kind: 'rename' }): Promise<MailboxOutcome> {
  const { tx } = batch
  const { accountId, atMs, name, to } = record
  const mailbox = await mailboxNamed(tx, accountId, name)
  if (mailbox === undefined) return { refused: 'no-such-mailbox' }
  if ((await mailboxNamed(tx, accountId, to)) !== undefined) return { refused: 'mailbox-exists' }
  if (mailbox === inboxId) {
    const made = await applyCreate(batch, { kind: 'create', atMs, accountId, name: to, specialUse: undefined })
    if ('refused' in made) return made
    await applyCopy(batch, { kind: 'move', atMs, accountId, from: inboxId, to: made.done.mailboxId, uids: allUids })
    await copyInboxMetadata(tx, accountId, made.done.mailboxId)
    return made
  }
  if (to.startsWith(`${name}/`)) return { refused: 'name-invalid' }
  for (const parent of parents(to)) {
    if ((await mailboxNamed(tx, accountId, parent)) === undefined) await newMailbox(tx, accountId, atMs, parent, null)
  }
  const state = await nextModSeq(tx, accountId)
  if (state === undefined) return { refused: 'no-such-mailbox' }
  await renameRows(tx, accountId, name, to)
  batch.note(state, accountId, mailboxList)
  return { done: { mailboxId: mailbox, modSeq: state.mod_seq } }
}

/** Gives mailboxes and subscriptions their new names, those below included. */
async function renameRows(tx: Transaction, accountId: AccountId, name: string, to: string): Promise<void> {
  // Names compare bytewise on both engines, so all names below "a/" lie between "a/" and "a0" ("0" follows "/").
  const [old, ...ofOld] = ['account_id = ? AND (name = ? OR (name >= ? AND name < ?))', accountId, name, `${name}/`, `${name}0`] as const
  const [fresh, ...asFresh] = ['CAST(? AS TEXT) || substr(name, ?)', to, [...name].length + 1] as const
  // A name can be subscribed to before there is such a mailbox (RFC 9051 6.3.7): then the old name's subscription has nowhere to go.
  await tx.run(
    `DELETE FROM subscription WHERE ${old} AND ${fresh} IN (SELECT other.name FROM subscription other WHERE other.account_id = ?)`,
    ...ofOld,
    ...asFresh,
    accountId,
  )
  for (const table of ['mailbox', 'subscription']) await tx.run(`UPDATE ${table} SET name = ${fresh} WHERE ${old}`, ...asFresh, ...ofOld)
}

async function applyDelete(batch: Batch, record: MailboxRecord & { kind: 'delete' }): Promise<MailboxOutcome> {
  const { tx } = batch
  const { accountId, name } = record
  const mailboxId = await mailboxNamed(tx, accountId, name)
  if (mailboxId === undefined) return { refused: 'no-such-mailbox' }
  if (mailboxId === inboxId) return { refused: 'cannot-change-inbox' }
  const child = await tx.get('SELECT mailbox_id FROM mailbox WHERE account_id = ? AND name >= ? AND name < ? LIMIT 1', accountId, `${name}/`, `${name}0`)
  if (child !== undefined) return { refused: 'has-children' }
  await applyExpunge(batch, { kind: 'expunge', accountId, mailboxId, uids: allUids, deletedOnly: false })
  const state = await nextModSeq(tx, accountId)
  if (state === undefined) return { refused: 'no-such-mailbox' }
  await revokeAll(tx, accountId, mailboxId)
  for (const table of ['metadata', 'mailbox', 'change']) await tx.run(`DELETE FROM ${table} WHERE account_id = ? AND mailbox_id = ?`, accountId, mailboxId)
  batch.note(state, accountId, mailboxId)
  batch.note(state, accountId, mailboxList)
  return { done: { mailboxId, modSeq: state.mod_seq } }
}

async function applySubscribe(batch: Batch, record: MailboxRecord & { kind: 'subscribe' }): Promise<MailboxOutcome> {
  const { tx } = batch
  const { accountId, name } = record
  if (record.subscribed) await tx.run('INSERT INTO subscription (account_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING', accountId, name)
  else await tx.run('DELETE FROM subscription WHERE account_id = ? AND name = ?', accountId, name)
  const state = await nextModSeq(tx, accountId)
  if (state === undefined) return { refused: 'no-such-mailbox' }
  batch.note(state, accountId, mailboxList)
  return { done: { mailboxId: mailboxList, modSeq: state.mod_seq } }
}

export async function applyRemoveAccount(batch: Batch, record: RemoveAccountRecord): Promise<void> {
  const { tx } = batch
  const { accountId } = record
  const emails = await tx.all<{ segment: number; bytes: number }>(
    'SELECT segment, SUM(octets_length) AS bytes FROM email WHERE account_id = ? GROUP BY segment',
    accountId,
  )
  for (const { segment, bytes } of emails) batch.removed(segment, bytes)
  await revokeAllOfAccount(tx, accountId)
  // The text index last: who adds to it at this moment holds the account's row, and is waited for.
  for (const table of [...loggedTables, ...learnedTables, ...fulltextTables]) {
    await tx.run(`DELETE FROM ${table} WHERE account_id = ?`, accountId)
  }
}

async function mailboxNamed(tx: Transaction, accountId: AccountId, name: string): Promise<MailboxId | undefined> {
  const row = await tx.get<{ mailbox_id: MailboxId }>('SELECT mailbox_id FROM mailbox WHERE account_id = ? AND name = ?', accountId, name)
  return row?.mailbox_id
}

/** "a/b/c" → "a", "a/b". */
function parents(name: string): string[] {
  const levels = name.split('/')
  return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join('/'))
}

import type { Transaction } from '../../database/database.ts'
import type { ModSeq, Uid } from '../../mail/ids.ts'
import { type Flags, systemFlags } from '../mailbox.ts'
import type { FlagsRecord } from '../record.ts'
import type { Flagged } from '../store.ts'
import { formatUidRanges, uidRanges } from '../uid-ranges.ts'
import { countMailbox, nextModSeq, noteChange } from './account.ts'
import type { AccountState, Batch } from './batch.ts'

/** Most keywords that a message keeps; more are not added. Servers in use allow 26 (Courier) to a few hundred. */
const maxKeywords = 64

/**
 * STORE. Works on sets of messages that have the same flags, not on single ones: a statement for each combination that there
 * is in a range. All three modes are idempotent, so a set that was changed first is not changed again as part of a later one.
 * Messages that have the flags already keep their modSeq. Undefined: no such mailbox.
 */
export async function applyFlags(batch: Batch, record: FlagsRecord): Promise<Flagged | undefined> {
  const { tx } = batch
  const { accountId, mailboxId } = record
  const unchangedSince = record.unchangedSince ?? Number.MAX_SAFE_INTEGER
  const mailbox = await tx.get<{ highest_mod_seq: ModSeq }>('SELECT highest_mod_seq FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, mailboxId)
  if (mailbox === undefined) return undefined
  let state: AccountState | undefined
  let unseen = 0
  const modified: Uid[] = []
  for (const [first, last] of record.uids) {
    // Before anything is changed here: what this command changes is newer than that, too.
    if (record.unchangedSince !== undefined) modified.push(...(await changedAfter(tx, record, first, last)))
    const sets = await tx.all<Flags & { n: number }>(
      `SELECT system, keywords, COUNT(*) AS n FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? AND mod_seq <= ? GROUP BY system, keywords`,
      accountId,
      mailboxId,
      first,
      last,
      unchangedSince,
    )
    for (const set of sets) {
      const next = changedFlags(set, record)
      if (next.system === set.system && next.keywords === set.keywords) continue
      state ??= await nextModSeq(tx, accountId)
      if (state === undefined) return undefined
      unseen += set.n * (isUnseen(next) - isUnseen(set))
      await tx.run(
        `UPDATE message SET system = ?, keywords = ?, mod_seq = ?
         WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? AND mod_seq <= ? AND system = ? AND keywords = ?`,
        next.system,
        next.keywords,
        state.mod_seq,
        accountId,
        mailboxId,
        first,
        last,
        unchangedSince,
        set.system,
        set.keywords,
      )
    }
  }
  if (state === undefined) return { modSeq: mailbox.highest_mod_seq, modified: uidRanges(modified) }
  await countMailbox(tx, accountId, mailboxId, state.mod_seq, { messages: 0, unseen, bytes: 0 })
  await noteChange(tx, accountId, mailboxId, state.mod_seq, 'flags', formatUidRanges(record.uids))
  batch.note(state, accountId, mailboxId)
  return { modSeq: state.mod_seq, modified: uidRanges(modified) }
}

async function changedAfter(tx: Transaction, { accountId, mailboxId, unchangedSince }: FlagsRecord, first: number, last: number): Promise<readonly Uid[]> {
  const rows = await tx.all<{ uid: Uid }>(
    'SELECT uid FROM message WHERE account_id = ? AND mailbox_id = ? AND uid BETWEEN ? AND ? AND mod_seq > ? ORDER BY uid',
    accountId,
    mailboxId,
    first,
    last,
    unchangedSince ?? 0,
  )
  return rows.map(({ uid }) => uid)
}

const isUnseen = (flags: Flags) => ((flags.system & systemFlags['\\Seen']) === 0 ? 1 : 0)

/** The flags that a message has after STORE. */
function changedFlags(old: Flags, { mode, flags, only }: FlagsRecord): Flags {
  switch (mode) {
    case 'replace':
      if (only === undefined) return flags
      return { system: (old.system & ~only.system) | (flags.system & only.system), keywords: only.keywords ? flags.keywords : old.keywords }
    case 'add':
      return { system: old.system | flags.system, keywords: flags.keywords === '' ? old.keywords : addKeywords(old.keywords, flags.keywords) }
    case 'remove':
      return { system: old.system & ~flags.system, keywords: flags.keywords === '' ? old.keywords : removeKeywords(old.keywords, flags.keywords) }
  }
}

const words = (keywords: string) => (keywords === '' ? [] : keywords.split(' '))

/** Keywords compare without case (RFC 9051 2.3.2); the first spelling stays. */
function addKeywords(old: string, more: string): string {
  const kept = new Map(words(old).map((word) => [word.toLowerCase(), word]))
  for (const word of words(more)) if (kept.size < maxKeywords && !kept.has(word.toLowerCase())) kept.set(word.toLowerCase(), word)
  return [...kept.values()].sort().join(' ')
}

function removeKeywords(old: string, fewer: string): string {
  const gone = new Set(words(fewer.toLowerCase()))
  return words(old)
    .filter((word) => !gone.has(word.toLowerCase()))
    .join(' ')
}

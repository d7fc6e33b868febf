import type { ModSeq, Uid } from '../../mail/ids.ts'
import { changeFlags, setModSeqs } from '../change-flags.ts'
import { byPage, keepPage, wholePage } from '../flag-pages.ts'
import type { FlagsRecord } from '../record.ts'
import type { Flagged } from '../store.ts'
import { formatUidRanges, uidRanges } from '../uid-ranges.ts'
import { countMailbox, nextModSeq, noteChange } from './account.ts'
import type { AccountState, Batch } from './batch.ts'

/** STORE. Messages that have the flags already keep their modSeq. Undefined: no such mailbox. */
export async function applyFlags(batch: Batch, record: FlagsRecord): Promise<Flagged | undefined> {
  const { tx } = batch
  const { accountId, mailboxId } = record
  const mailbox = await tx.get<{ highest_mod_seq: ModSeq; uid_next: Uid }>(
    'SELECT highest_mod_seq, uid_next FROM mailbox WHERE account_id = ? AND mailbox_id = ?',
    accountId,
    mailboxId,
  )
  if (mailbox === undefined) return undefined
  const { highest_mod_seq: since, uid_next: uidNext } = mailbox
  let state: AccountState | undefined
  let unseen = 0
  const modified: Uid[] = []
  for (const [firstUid, uids] of byPage(record.uids, uidNext - 1)) {
    const page = await wholePage(tx, record, firstUid, uidNext)
    const changed = changeFlags(page, { ...record, uids })
    modified.push(...changed.modified)
    if (changed.places.length === 0) continue
    state ??= await nextModSeq(tx, accountId)
    if (state === undefined) return undefined
    setModSeqs(page, changed.places, state.mod_seq)
    unseen += changed.unseen
    await keepPage(tx, record, firstUid, uidNext, page)
  }
  const left = uidRanges(modified)
  if (state === undefined) return { modSeq: since, since, modified: left }
  await countMailbox(tx, accountId, mailboxId, state.mod_seq, { messages: 0, unseen, bytes: 0 })
  await noteChange(tx, accountId, mailboxId, state.mod_seq, 'flags', formatUidRanges(record.uids))
  batch.note(state, accountId, mailboxId)
  return { modSeq: state.mod_seq, since, modified: left }
}

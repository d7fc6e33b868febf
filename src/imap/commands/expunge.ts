import { inMailbox, type ImapCommand } from '../command.ts'
import { type Completion, Refused } from '../outcome.ts'
import { parseSequenceSet } from '../parse/sequence-set.ts'
import { storeRefusal } from '../refusal.ts'
import { mustHave } from '../rights.ts'
import { selection } from '../selection.ts'
import type { Session } from '../session.ts'
import { storeRanges } from '../store-ranges.ts'

/** EXPUNGE (RFC 9051 6.4.3; RFC 7162 3.2.7). */
export const expunge: ImapCommand = {
  name: 'EXPUNGE',
  states: inMailbox,
  async run(session, args) {
    args.end()
    return await removeDeleted(session, session.mustBeSelected().tracker.all(), 'EXPUNGE')
  },
}

/** UID EXPUNGE (RFC 4315). */
export const uidExpunge: ImapCommand = {
  name: 'UID EXPUNGE',
  states: inMailbox,
  async run(session, args) {
    args.space()
    const set = parseSequenceSet(args)
    args.end()
    return await removeDeleted(session, selection(session, set, true).uids, 'UID EXPUNGE')
  },
}

/** Only messages that the session knows of: another one may have come, marked \Deleted, a moment ago. */
async function removeDeleted(session: Session, uids: Uint32Array, name: string): Promise<Completion> {
  const { accountId, mailboxId, tracker, rights } = session.mustBeSelected()
  if (tracker.readOnly) throw new Refused('READ-ONLY', 'the mailbox was opened with EXAMINE')
  mustHave(rights, 'e')
  if (uids.length > 0) {
    const outcome = await session.store.expunge(accountId, mailboxId, storeRanges(tracker, uids), { deletedOnly: true })
    if (outcome.done === undefined) throw storeRefusal(outcome.refused)
    await session.notify?.own.removed({ accountId, mailboxId }, outcome.done.uids)
    await tracker.live.reach(outcome.done.modSeq)
    if (outcome.done.uids.length > 0 && session.enabled.has('QRESYNC')) {
      await session.tell({ expunges: true, withUid: false })
      return { code: `HIGHESTMODSEQ ${tracker.toldModSeq}`, text: `${name} completed` }
    }
  }
  return { text: `${name} completed` }
}

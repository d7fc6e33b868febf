import { inMailbox, type ImapCommand } from '../command.ts'
import { type Completion, Refused } from '../outcome.ts'
import { parseStoreFlags } from '../parse/flags.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSequenceSet } from '../parse/sequence-set.ts'
import { storeRefusal } from '../refusal.ts'
import { selection, throwIfSomeGone } from '../selection.ts'
import type { Session } from '../session.ts'
import { storeRanges } from '../store-ranges.ts'
import { FetchLines } from '../write/fetch-lines.ts'

/** STORE (RFC 9051 6.4.6). */
export const store: ImapCommand = { name: 'STORE', states: inMailbox, keepsNumbers: true, run: (session, args) => storeFlags(session, args, false) }

export const uidStore: ImapCommand = { name: 'UID STORE', states: inMailbox, run: (session, args) => storeFlags(session, args, true) }

async function storeFlags(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const set = parseSequenceSet(args)
  args.space()
  const mode = args.maybe('+') ? 'add' : args.maybe('-') ? 'remove' : 'replace'
  const item = args.name('FLAGS or FLAGS.SILENT')
  if (item !== 'FLAGS' && item !== 'FLAGS.SILENT') throw args.fail('FLAGS or FLAGS.SILENT')
  args.space()
  const flags = parseStoreFlags(args)
  args.end()
  const { accountId, mailboxId, tracker } = session.mustBeSelected()
  if (tracker.readOnly) throw new Refused('READ-ONLY', 'the mailbox was opened with EXAMINE')
  const chosen = selection(session, set, byUid)
  if (chosen.uids.length > 0) {
    const outcome = await session.store.setFlags(accountId, mailboxId, storeRanges(tracker, chosen.uids), mode, flags)
    if (outcome.done === undefined) throw storeRefusal(outcome.refused)
    const { modSeq } = outcome.done
    await tracker.live.reach(modSeq)
    if (item === 'FLAGS.SILENT') for (const uid of chosen.uids) tracker.told(uid, modSeq)
    else await new FetchLines(session, tracker).write(chosen.uids, { uid: byUid, flags: true })
  }
  throwIfSomeGone(chosen)
  return { text: `${byUid ? 'UID ' : ''}STORE completed` }
}

import { inMailbox, type ImapCommand } from '../command.ts'
import { type Completion, Refused } from '../outcome.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSequenceSet } from '../parse/sequence-set.ts'
import { targetRefusal } from '../refusal.ts'
import { resolveTarget } from '../resolve.ts'
import { mustHave, settable } from '../rights.ts'
import { selection, throwIfSomeGone } from '../selection.ts'
import type { Session } from '../session.ts'
import { storeRanges } from '../store-ranges.ts'
import type { Copied } from '../../store/store.ts'
import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'

/** COPY (RFC 9051 6.4.7): all of them or none. */
export const copy: ImapCommand = { name: 'COPY', states: inMailbox, run: (session, args) => copyOrMove(session, args, { move: false, byUid: false }) }

export const uidCopy: ImapCommand = { name: 'UID COPY', states: inMailbox, run: (session, args) => copyOrMove(session, args, { move: false, byUid: true }) }

/** MOVE (RFC 6851; with QRESYNC it ends like EXPUNGE). Its COPYUID comes before the EXPUNGEs, so that the client can follow each message. */
export const move: ImapCommand = { name: 'MOVE', states: inMailbox, run: (session, args) => copyOrMove(session, args, { move: true, byUid: false }) }

export const uidMove: ImapCommand = { name: 'UID MOVE', states: inMailbox, run: (session, args) => copyOrMove(session, args, { move: true, byUid: true }) }

async function copyOrMove(session: Session, args: Scanner, { move: moves, byUid }: { readonly move: boolean; readonly byUid: boolean }): Promise<Completion> {
  args.space()
  const set = parseSequenceSet(args)
  args.space()
  const name = parseMailboxName(args, session.utf8)
  args.end()
  const { accountId, mailboxId, tracker, rights } = session.mustBeSelected()
  if (moves && tracker.readOnly) throw new Refused('READ-ONLY', 'the mailbox was opened with EXAMINE')
  const chosen = selection(session, set, byUid)
  const target = await resolveTarget(session, name)
  if (target === undefined) throw targetRefusal('no-such-mailbox')
  mustHave(target.rights, 'i')
  if (moves) mustHave(rights, 't', 'e')
  const text = `${byUid ? 'UID ' : ''}${moves ? 'MOVE' : 'COPY'} completed`
  // All or none: with one gone, nothing is copied, and the client learns which by the EXPUNGEs that go with the answer.
  throwIfSomeGone(chosen)
  if (chosen.uids.length === 0) return { text }
  const ranges = storeRanges(tracker, chosen.uids)
  const outcome = await session.store.transfer({
    move: moves,
    from: { accountId, mailboxId },
    uids: ranges,
    to: { accountId: target.accountId, mailboxId: target.mailboxId },
    only: settable(target.rights),
  })
  if (outcome.done === undefined) throw targetRefusal(outcome.refused)
  await session.notify?.own.added({ accountId: target.accountId, mailboxId: target.mailboxId }, outcome.done.to)
  if (moves) await session.notify?.own.removed({ accountId, mailboxId }, outcome.done.from)
  const code = copyUid(outcome.done)
  if (moves && code !== undefined) session.out.text(`* OK [${code}] moved\r\n`)
  const isSame = target.accountId === accountId && target.mailboxId === mailboxId
  if (moves || isSame) await tracker.live.reach(outcome.done.modSeq)
  if (moves && code !== undefined && session.enabled.has('QRESYNC')) {
    await session.tell({ expunges: true, withUid: false })
    return { code: `HIGHESTMODSEQ ${tracker.toldModSeq}`, text }
  }
  return moves || code === undefined ? { text } : { code, text }
}

/** RFC 4315 3; nothing where all of them were gone. */
function copyUid({ uidValidity, from, to }: Copied): string | undefined {
  return from.length === 0 ? undefined : `COPYUID ${uidValidity} ${formatUidRanges(uidRanges(from))} ${formatUidRanges(uidRanges(to))}`
}

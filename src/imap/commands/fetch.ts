import { inMailbox, type ImapCommand } from '../command.ts'
import { type Completion } from '../outcome.ts'
import { parseFetchItems, type FetchItem } from '../parse/fetch.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSequenceSet } from '../parse/sequence-set.ts'
import { storeRefusal } from '../refusal.ts'
import { selection, throwIfSomeGone } from '../selection.ts'
import type { Session } from '../session.ts'
import { storeRanges } from '../store-ranges.ts'
import { systemFlags } from '../../store/mailbox.ts'
import type { Tracker } from '../view/tracker.ts'
import { FetchAnswers } from '../write/fetch-answers.ts'
import { FetchLines } from '../write/fetch-lines.ts'

/** FETCH (RFC 9051 6.4.5). */
export const fetch: ImapCommand = { name: 'FETCH', states: inMailbox, keepsNumbers: true, run: (session, args) => fetchMessages(session, args, false) }

/** UID FETCH (RFC 9051 6.4.9): every answer names the UID. */
export const uidFetch: ImapCommand = { name: 'UID FETCH', states: inMailbox, run: (session, args) => fetchMessages(session, args, true) }

async function fetchMessages(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const set = parseSequenceSet(args)
  args.space()
  const asked = parseFetchItems(args)
  args.end()
  const { tracker } = session.mustBeSelected()
  // A client that polls with UID FETCH n:* gets what has come; EXISTS has to be told first.
  if (byUid) await tracker.tell(session.out, { expunges: false, withUid: true })
  const chosen = selection(session, set, byUid)
  const items: readonly FetchItem[] = byUid && !asked.some(({ kind }) => kind === 'uid') ? [{ kind: 'uid' }, ...asked] : asked
  const markedSeen = items.some((item) => item.kind === 'section' && item.seen) ? await markSeen(session, tracker, chosen.uids) : undefined
  const written = await answer(session, tracker, chosen.uids, { items, markedSeen })
  if (!byUid) throwIfSomeGone({ ...chosen, someGone: chosen.someGone || written < chosen.uids.length })
  return { text: `${byUid ? 'UID ' : ''}FETCH completed` }
}

/** Number of messages answered; the others have gone meanwhile. */
async function answer(
  session: Session,
  tracker: Tracker,
  uids: Uint32Array,
  { items, markedSeen }: { readonly items: readonly FetchItem[]; readonly markedSeen: ReadonlySet<number> | undefined },
): Promise<number> {
  const [first, second] = items
  if (items.length === 1 && first?.kind === 'uid') return await new FetchLines(session, tracker).write(uids, { uid: true, flags: false })
  if (items.length === 1 && first?.kind === 'flags') return await new FetchLines(session, tracker).write(uids, { uid: false, flags: true })
  if (items.length === 2 && items.every(({ kind }) => kind === 'uid' || kind === 'flags') && second !== undefined) {
    return await new FetchLines(session, tracker).write(uids, { uid: true, flags: true })
  }
  return await new FetchAnswers(session, tracker, { items, markedSeen }).write(uids)
}

/** Sets \Seen where it is missing, before the answers, which then show it. Those that got it. */
async function markSeen(session: Session, tracker: Tracker, uids: Uint32Array): Promise<ReadonlySet<number> | undefined> {
  if (tracker.readOnly) return undefined
  const { live } = tracker
  const seen = systemFlags['\\Seen']
  const unseen = uids.filter((uid) => {
    const index = live.indexOf(uid)
    return index >= 0 && ((live.system[index] ?? 0) & seen) === 0
  })
  if (unseen.length === 0) return undefined
  const outcome = await session.store.setFlags(live.accountId, live.mailboxId, storeRanges(tracker, unseen), 'add', { system: seen, keywords: '' })
  if (outcome.done === undefined) throw storeRefusal(outcome.refused)
  await live.reach(outcome.done.modSeq)
  return new Set(unseen)
}

import type { ModSeq } from '../../mail/ids.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import { BadCommand, Refused, type Completion } from '../outcome.ts'
import { parseFetchItems, type FetchItem } from '../parse/fetch.ts'
import { parseFetchModifiers } from '../parse/mod-seq.ts'
import { partOf } from '../parse/partial.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSequenceSet } from '../parse/sequence-set.ts'
import { storeRefusal } from '../refusal.ts'
import { selection, throwIfSomeGone } from '../selection.ts'
import type { Session } from '../session.ts'
import { storeRanges } from '../store-ranges.ts'
import { systemFlags } from '../../store/mailbox.ts'
import type { Selection, Tracker } from '../view/tracker.ts'
import { tellVanished } from '../resync.ts'
import { FetchAnswers } from '../write/fetch-answers.ts'
import { FetchLines } from '../write/fetch-lines.ts'
import { FetchList, isList } from '../write/fetch-list.ts'

/** FETCH (RFC 9051 6.4.5; RFC 7162 3.1.4, 3.2.6). */
export const fetch: ImapCommand = { name: 'FETCH', states: inMailbox, keepsNumbers: true, run: (session, args) => fetchMessages(session, args, false) }

/** UID FETCH (RFC 9051 6.4.9; RFC 9394 3.3): every answer names the UID. */
export const uidFetch: ImapCommand = { name: 'UID FETCH', states: inMailbox, run: (session, args) => fetchMessages(session, args, true) }

async function fetchMessages(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const set = parseSequenceSet(args)
  args.space()
  const asked = parseFetchItems(args)
  const { changedSince, vanished, partial } = parseFetchModifiers(args)
  args.end()
  if (vanished && !(byUid && session.enabled.has('QRESYNC'))) throw new BadCommand('VANISHED is for UID FETCH, after ENABLE QRESYNC')
  if (partial !== undefined && !byUid) throw new BadCommand('PARTIAL is for UID FETCH')
  const { tracker } = session.mustBeSelected()
  const items = implied(asked, { byUid, changedSince })
  if (items.some(({ kind }) => kind === 'mod-seq')) session.enableCondstore()
  // A client that polls with UID FETCH n:* gets what has come; EXISTS has to be told first. VANISHED (EARLIER) speaks of nothing that has a number.
  if (byUid) await session.tell({ expunges: vanished, withUid: true })
  if (vanished && changedSince !== undefined) await tellVanished(session, set, { since: changedSince, past: 0 })
  const all = changed(tracker, selection(session, set, byUid), changedSince)
  const chosen = partial === undefined ? all : { ...all, uids: partOf(all.uids, partial) }
  const markedSeen = items.some((item) => (item.kind === 'section' || item.kind === 'binary') && item.seen)
    ? await markSeen(session, tracker, chosen.uids)
    : undefined
  const written = await answer(session, tracker, chosen.uids, { items, markedSeen })
  if (!byUid) throwIfSomeGone({ ...chosen, someGone: chosen.someGone || written < chosen.uids.length })
  return { text: `${byUid ? 'UID ' : ''}FETCH completed` }
}

/** UID FETCH names the UID, CHANGEDSINCE has the modSeq in every answer (RFC 7162 3.1.4.1). */
function implied(
  asked: readonly FetchItem[],
  { byUid, changedSince }: { readonly byUid: boolean; readonly changedSince: ModSeq | undefined },
): readonly FetchItem[] {
  const has = (item: FetchItem['kind']): boolean => asked.some(({ kind }) => kind === item)
  const items = [...asked]
  if (byUid && !has('uid')) items.unshift({ kind: 'uid' })
  if (changedSince !== undefined && !has('mod-seq')) items.push({ kind: 'mod-seq' })
  return items
}

function changed({ live }: Tracker, chosen: Selection, since: ModSeq | undefined): Selection {
  return since === undefined ? chosen : { ...chosen, uids: live.changedSince(chosen.uids, since) }
}

/** Number of messages answered; the others have gone meanwhile. */
async function answer(
  session: Session,
  tracker: Tracker,
  uids: Uint32Array,
  { items, markedSeen }: { readonly items: readonly FetchItem[]; readonly markedSeen: ReadonlySet<number> | undefined },
): Promise<number> {
  if (items.every(({ kind }) => kind === 'uid' || kind === 'flags' || kind === 'mod-seq')) {
    const has = (item: FetchItem['kind']): boolean => items.some(({ kind }) => kind === item)
    return await new FetchLines(session, tracker).write(uids, { uid: has('uid'), flags: has('flags'), modSeq: has('mod-seq') })
  }
  if (isList(items)) return await new FetchList(session, tracker, items).write(uids)
  const answers = new FetchAnswers(session, tracker, { items, markedSeen })
  const written = await answers.write(uids)
  if (answers.undecodable > 0) throw new Refused('UNKNOWN-CTE', 'a part has an encoding that is not known here')
  return written
}

/** Sets \Seen where it is missing, before the answers, which then show it. Those that got it. */
async function markSeen(session: Session, tracker: Tracker, uids: Uint32Array): Promise<ReadonlySet<number> | undefined> {
  // Who may not mark it as seen reads it all the same (RFC 4314 4).
  if (tracker.readOnly || !session.mustBeSelected().rights.includes('s')) return undefined
  const { live } = tracker
  const seen = systemFlags['\\Seen']
  const unseen = uids.filter((uid) => {
    const index = live.indexOf(uid)
    return index >= 0 && ((live.system[index] ?? 0) & seen) === 0
  })
  if (unseen.length === 0) return undefined
  const change = { uids: storeRanges(tracker, unseen), mode: 'add', flags: { system: seen, keywords: '' } } as const
  const outcome = await session.store.setFlags(live.accountId, live.mailboxId, change.uids, change.mode, change.flags)
  if (outcome.done === undefined) throw storeRefusal(outcome.refused)
  await live.reachFlags(change, outcome.done)
  return new Set(unseen)
}

import { inMailbox, type ImapCommand } from '../command.ts'
import type { Completion } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSearch, type SearchKey, type SearchReturn } from '../parse/search.ts'
import { asksForModSeq } from '../search/matcher.ts'
import { search as searchMessages } from '../search/search.ts'
import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'
import { writeEsearch, writeNumbers } from '../write/esearch.ts'

/** SEARCH (RFC 9051 6.4.4; RFC 4731 ESEARCH, RFC 5182 SEARCHRES, RFC 5032 WITHIN, RFC 7162 3.1.5 MODSEQ). */
export const search: ImapCommand = { name: 'SEARCH', states: inMailbox, keepsNumbers: true, run: (session, args) => run(session, args, false) }

export const uidSearch: ImapCommand = { name: 'UID SEARCH', states: inMailbox, run: (session, args) => run(session, args, true) }

/** IMAP4rev2 knows no SEARCH response (RFC 9051 6.4.4). */
const allNumbers: SearchReturn = { min: false, max: false, all: true, count: false, save: false }

async function run(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const { returns: asked, key } = parseSearch(args, session.enabled.has('UTF8=ACCEPT'))
  const returns = asked ?? (session.rev2 ? allNumbers : undefined)
  const { tracker } = session.mustBeSelected()
  if (byUid) await session.tell({ expunges: false, withUid: true })
  const uids = await saving(session, returns, () => searchMessages(session, tracker, key))
  await answer(session, { name: 'SEARCH', returns, key, uids, byUid })
  return { text: `${byUid ? 'UID ' : ''}SEARCH completed` }
}

/** What SEARCH and SORT have found: UIDs in the order in which they are told. */
export interface Found {
  readonly name: 'SEARCH' | 'SORT'
  readonly returns: SearchReturn | undefined
  readonly key: SearchKey
  readonly uids: readonly number[]
  readonly byUid: boolean
}

export async function answer(session: Session, { name, returns, key, uids, byUid }: Found): Promise<void> {
  const { tracker } = session.mustBeSelected()
  // Messages that went while others were read have no number to tell.
  const numbers = byUid ? uids : uids.map((uid) => tracker.seqOf(uid)).filter((seq) => seq > 0)
  const modSeqOf = asksForModSeq(key) ? (some: readonly number[]) => highestModSeq(tracker, some, byUid) : undefined
  if (modSeqOf !== undefined) session.enableCondstore()
  if (returns === undefined) await writeNumbers(session, name, numbers, modSeqOf?.(numbers))
  else {
    writeEsearch(session, { returns, numbers, byUid, modSeq: modSeqOf?.(chosenBy(returns, numbers)) })
    // `$` is a set (RFC 5182 2.1), however its messages were sorted.
    if (returns.save) session.saved = chosenBy(returns, uids).toSorted((a, b) => a - b)
  }
}

/** Of these messages; undefined: there are none. */
function highestModSeq(tracker: Tracker, numbers: readonly number[], byUid: boolean): number | undefined {
  const { live } = tracker
  let highest: number | undefined
  for (const number of numbers) highest = Math.max(highest ?? 0, live.modSeqs[live.indexOf(byUid ? number : tracker.uidAt(number))] ?? 0)
  return highest
}

/** A search that fails leaves an empty result (RFC 5182 2.1). */
export async function saving<T>(session: Session, returns: SearchReturn | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (returns?.save === true) session.saved = []
    throw error
  }
}

/** With MIN or MAX alone only those are meant: they are what is kept (RFC 5182 2.4), and whose modSeq is told (RFC 4731 3.2). */
function chosenBy({ min, max, all, count }: SearchReturn, found: readonly number[]): readonly number[] {
  if (all || count || (!min && !max)) return found
  const kept = [...(min ? found.slice(0, 1) : []), ...(max ? found.slice(-1) : [])]
  return [...new Set(kept)]
}

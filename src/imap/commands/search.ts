import type { Score } from '../../fulltext/sought.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import { BadCommand, type Completion } from '../outcome.ts'
import { partOf } from '../parse/partial.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSearch, type SearchKey, type SearchReturn } from '../parse/search.ts'
import type { SortKey } from '../parse/sort.ts'
import { Contexts, type Seen, seenNow } from '../search/contexts.ts'
import { asksForModSeq, asksFuzzily } from '../search/matcher.ts'
import { search as searchMessages } from '../search/search.ts'
import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'
import { correlator, writeEsearch, writeNumbers } from '../write/esearch.ts'
import { inProgress } from '../write/in-progress.ts'

/** SEARCH (RFC 9051 6.4.4; RFC 4731 ESEARCH, RFC 5182 SEARCHRES, RFC 5032 WITHIN, RFC 7162 3.1.5 MODSEQ, RFC 5267 CONTEXT, RFC 6203 FUZZY, RFC 9394 PARTIAL). */
export const search: ImapCommand = { name: 'SEARCH', states: inMailbox, keepsNumbers: true, run: (session, args) => run(session, args, false) }

export const uidSearch: ImapCommand = { name: 'UID SEARCH', states: inMailbox, run: (session, args) => run(session, args, true) }

/** IMAP4rev2 knows no SEARCH response (RFC 9051 6.4.4). */
export const allNumbers: SearchReturn = { min: false, max: false, all: true, count: false, save: false }

async function run(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const { returns: asked, key } = parseSearch(args, session.enabled.has('UTF8=ACCEPT'))
  const returns = asked ?? (session.rev2 ? allNumbers : undefined)
  const { tracker } = session.mustBeSelected()
  if (byUid) await session.tell({ expunges: false, withUid: true })
  const seen = startUpdating(session, returns)
  const scores = relevancies(key, returns?.relevancy === true)
  const uids = await saving(session, returns, () => searchMessages(session, tracker, key, { progress: inProgress(session), ...(scores && { scores }) }))
  await answer(session, { name: 'SEARCH', tracker, correlator: correlator(session.tag), returns, key, uids, byUid, seen, scores })
  return { text: `${byUid ? 'UID ' : ''}SEARCH completed` }
}

/** What SEARCH and SORT have found: UIDs in the order in which they are told. */
export interface Found {
  readonly name: 'SEARCH' | 'SORT'
  readonly tracker: Tracker
  readonly correlator: string
  readonly returns: SearchReturn | undefined
  readonly key: SearchKey
  readonly sortKeys?: readonly SortKey[]
  readonly uids: readonly number[]
  readonly byUid: boolean
  /** As of before the search; undefined: its result is not to be kept up to date. */
  readonly seen: Seen | undefined
  /** By UID; undefined: nobody asked for it. */
  readonly scores: ReadonlyMap<number, Score> | undefined
}

/** Where it is noted how well each message was found; undefined: nobody asks for it. Without FUZZY nobody may (RFC 6203 4). */
export function relevancies(key: SearchKey, isAskedFor: boolean): Map<number, Score> | undefined {
  if (!isAskedFor) return undefined
  if (!asksFuzzily(key)) throw new BadCommand('RELEVANCY needs a FUZZY key')
  return new Map()
}

/** Before a search: from when on it is to be kept up to date; undefined: nobody asked for that. */
export function startUpdating(session: Session, returns: SearchReturn | undefined): Seen | undefined {
  if (returns?.update === undefined) return undefined
  if (session.contexts?.has(session.tag) === true) throw new BadCommand('another result of that tag is kept up to date')
  return seenNow(session.mustBeSelected().tracker)
}

export async function answer(session: Session, found: Found): Promise<void> {
  const { name, tracker, returns, key, uids, byUid, seen, scores } = found
  // Messages that went while others were read have no number to tell.
  const told = byUid ? uids : uids.filter((uid) => tracker.seqOf(uid) > 0)
  const numbers = byUid ? told : told.map((uid) => tracker.seqOf(uid))
  const modSeqOf = asksForModSeq(key) ? (some: readonly number[]) => highestModSeq(tracker, some, byUid) : undefined
  if (modSeqOf !== undefined) session.enableCondstore()
  if (returns === undefined) await writeNumbers(session, name, numbers, modSeqOf?.(numbers))
  else {
    writeEsearch(session, {
      correlator: found.correlator,
      returns,
      numbers,
      byUid,
      modSeq: modSeqOf?.(chosenBy(returns, numbers)),
      scores: told.map((uid) => scores?.get(uid) ?? 0),
    })
    // `$` is a set (RFC 5182 2.1), however its messages were sorted.
    if (returns.save) session.saved = chosenBy(returns, uids).toSorted((a, b) => a - b)
  }
  if (seen === undefined) return
  session.contexts ??= new Contexts(session, tracker)
  const { tag } = session
  const refused = session.contexts.begin({
    tag,
    correlator: found.correlator,
    byUid,
    key,
    sortKeys: found.sortKeys,
    items: returns?.update ?? [],
    uids: Uint32Array.from(told),
    seen,
  })
  if (refused !== undefined) refuseUpdates(session, refused)
}

/** RFC 5267 4.3.1: the search itself goes on. */
export function refuseUpdates({ out, tag }: Session, why: string): void {
  out.text(`* NO [NOUPDATE "${tag}"] ${why}\r\n`)
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

/** With MIN, MAX or PARTIAL alone only those are meant: they are what is kept (RFC 5182 2.4, RFC 9394 3.2), and whose modSeq is told (RFC 4731 3.2). */
function chosenBy({ min, max, all, count, partial }: SearchReturn, found: readonly number[]): readonly number[] {
  if (all || count || (!min && !max && partial === undefined)) return found
  const kept = [...(min ? found.slice(0, 1) : []), ...(max ? found.slice(-1) : []), ...(partial === undefined ? [] : partOf(found, partial))]
  return [...new Set(kept)]
}

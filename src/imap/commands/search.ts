import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import type { Completion } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSearch, type SearchReturn } from '../parse/search.ts'
import { asksForModSeq } from '../search/matcher.ts'
import { search as searchMessages } from '../search/search.ts'
import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'

/** Numbers of an answer that are written before the connection is asked whether it takes more. */
const numbersInOneGo = 2_000

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
  let uids: number[]
  try {
    uids = await searchMessages(session, tracker, key)
  } catch (error) {
    // A search that fails leaves an empty result (RFC 5182 2.1).
    if (returns?.save === true) session.saved = []
    throw error
  }
  // Messages that went while others were read have no number to tell.
  const numbers = byUid ? uids : uids.map((uid) => tracker.seqOf(uid)).filter((seq) => seq > 0)
  const modSeqOf = asksForModSeq(key) ? (some: readonly number[]) => highestModSeq(tracker, some, byUid) : undefined
  if (modSeqOf !== undefined) session.enableCondstore()
  if (returns === undefined) await writeSearch(session, numbers, modSeqOf?.(numbers))
  else {
    writeEsearch(session, { returns, numbers, byUid, modSeq: modSeqOf?.(chosenBy(returns, numbers)) })
    if (returns.save) session.saved = chosenBy(returns, uids)
  }
  return { text: `${byUid ? 'UID ' : ''}SEARCH completed` }
}

/** Of these messages; undefined: there are none. */
function highestModSeq(tracker: Tracker, numbers: readonly number[], byUid: boolean): number | undefined {
  const { live } = tracker
  let highest: number | undefined
  for (const number of numbers) highest = Math.max(highest ?? 0, live.modSeqs[live.indexOf(byUid ? number : tracker.uidAt(number))] ?? 0)
  return highest
}

async function writeSearch(session: Session, numbers: readonly number[], modSeq: number | undefined): Promise<void> {
  session.out.text('* SEARCH')
  for (let from = 0; from < numbers.length; from += numbersInOneGo) {
    session.out.text(` ${numbers.slice(from, from + numbersInOneGo).join(' ')}`)
    await session.out.flow()
  }
  session.out.text(modSeq === undefined ? '\r\n' : ` (MODSEQ ${modSeq})\r\n`)
}

function writeEsearch(
  session: Session,
  {
    returns,
    numbers,
    byUid,
    modSeq,
  }: { readonly returns: SearchReturn; readonly numbers: readonly number[]; readonly byUid: boolean; readonly modSeq: number | undefined },
): void {
  if (!returns.min && !returns.max && !returns.all && !returns.count) return
  let text = `* ESEARCH (TAG "${session.tag}")${byUid ? ' UID' : ''}`
  if (numbers.length > 0) {
    if (returns.min) text += ` MIN ${numbers[0]}`
    if (returns.max) text += ` MAX ${numbers.at(-1)}`
    if (returns.all) text += ` ALL ${formatUidRanges(uidRanges(numbers))}`
  }
  if (returns.count) text += ` COUNT ${numbers.length}`
  if (modSeq !== undefined) text += ` MODSEQ ${modSeq}`
  session.out.text(`${text}\r\n`)
}

/** With MIN or MAX alone only those are meant: they are what is kept (RFC 5182 2.4), and whose modSeq is told (RFC 4731 3.2). */
function chosenBy({ min, max, all, count }: SearchReturn, found: readonly number[]): readonly number[] {
  if (all || count || (!min && !max)) return found
  const kept = [...(min ? found.slice(0, 1) : []), ...(max ? found.slice(-1) : [])]
  return [...new Set(kept)]
}

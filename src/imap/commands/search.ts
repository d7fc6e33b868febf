import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import type { Completion } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSearch, type SearchReturn } from '../parse/search.ts'
import { search as searchMessages } from '../search/search.ts'
import type { Session } from '../session.ts'

/** Numbers of an answer that are written before the connection is asked whether it takes more. */
const numbersInOneGo = 2_000

/** SEARCH (RFC 9051 6.4.4; RFC 4731 ESEARCH, RFC 5182 SEARCHRES, RFC 5032 WITHIN). */
export const search: ImapCommand = { name: 'SEARCH', states: inMailbox, keepsNumbers: true, run: (session, args) => run(session, args, false) }

export const uidSearch: ImapCommand = { name: 'UID SEARCH', states: inMailbox, run: (session, args) => run(session, args, true) }

async function run(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const { returns, key } = parseSearch(args)
  const { tracker } = session.mustBeSelected()
  if (byUid) await tracker.tell(session.out, { expunges: false, withUid: true })
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
  if (returns === undefined) await writeSearch(session, numbers)
  else {
    writeEsearch(session, { returns, numbers, byUid })
    if (returns.save) session.saved = savedBy(returns, uids)
  }
  return { text: `${byUid ? 'UID ' : ''}SEARCH completed` }
}

async function writeSearch(session: Session, numbers: readonly number[]): Promise<void> {
  session.out.text('* SEARCH')
  for (let from = 0; from < numbers.length; from += numbersInOneGo) {
    session.out.text(` ${numbers.slice(from, from + numbersInOneGo).join(' ')}`)
    await session.out.flow()
  }
  session.out.text('\r\n')
}

function writeEsearch(
  session: Session,
  { returns, numbers, byUid }: { readonly returns: SearchReturn; readonly numbers: readonly number[]; readonly byUid: boolean },
): void {
  if (!returns.min && !returns.max && !returns.all && !returns.count) return
  let text = `* ESEARCH (TAG "${session.tag}")${byUid ? ' UID' : ''}`
  if (numbers.length > 0) {
    if (returns.min) text += ` MIN ${numbers[0]}`
    if (returns.max) text += ` MAX ${numbers.at(-1)}`
    if (returns.all) text += ` ALL ${formatUidRanges(uidRanges(numbers))}`
  }
  if (returns.count) text += ` COUNT ${numbers.length}`
  session.out.text(`${text}\r\n`)
}

/** With MIN or MAX alone only those are kept (RFC 5182 2.4). */
function savedBy({ min, max, all, count }: SearchReturn, uids: readonly number[]): readonly number[] {
  if (all || count || (!min && !max)) return uids
  const kept = [...(min ? uids.slice(0, 1) : []), ...(max ? uids.slice(-1) : [])]
  return [...new Set(kept)]
}

import type { Score } from '../../fulltext/sought.ts'
import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'
import { partOf } from '../parse/partial.ts'
import type { SearchReturn } from '../parse/search.ts'
import type { Session } from '../session.ts'
import { mailboxName } from './strings.ts'

/** Numbers of an answer that are written before the connection is asked whether it takes more. */
const numbersInOneGo = 2_000

/** `* SEARCH 1 2 3`, `* SORT 3 1 2`, with the highest modSeq where it was asked for (RFC 7162 3.1.5). */
export async function writeNumbers(session: Session, name: 'SEARCH' | 'SORT', numbers: readonly number[], modSeq: number | undefined): Promise<void> {
  session.out.text(`* ${name}`)
  for (let from = 0; from < numbers.length; from += numbersInOneGo) {
    session.out.text(` ${numbers.slice(from, from + numbersInOneGo).join(' ')}`)
    await session.out.flow()
  }
  session.out.text(modSeq === undefined ? '\r\n' : ` (MODSEQ ${modSeq})\r\n`)
}

/** Whose answer an ESEARCH response is, and of which mailbox, where several were searched (RFC 7377 2.1). */
export function correlator(tag: string, of?: { readonly name: string; readonly uidValidity: number; readonly utf8: boolean }): string {
  return of === undefined ? `TAG "${tag}"` : `TAG "${tag}" MAILBOX ${mailboxName(of.name, of.utf8)} UIDVALIDITY ${of.uidValidity}`
}

/** What an ESEARCH response begins with. */
export function esearchHead({ correlator: of, byUid }: Pick<Esearch, 'correlator' | 'byUid'>): string {
  return `* ESEARCH (${of})${byUid ? ' UID' : ''}`
}

/** Numbers in their order, as a sequence-set. */
export function numberSet(numbers: Iterable<number>): string {
  return formatUidRanges(uidRanges(numbers))
}

/** What was found, as RETURN asks for it. */
export interface Esearch {
  readonly correlator: string
  readonly returns: SearchReturn
  readonly numbers: readonly number[]
  readonly byUid: boolean
  readonly modSeq: number | undefined
  /** How well each of the numbers was found (RFC 6203 4). */
  readonly scores: readonly Score[]
}

/** `* ESEARCH` (RFC 4731; RFC 5267 for sorted numbers, whose MIN is the first and MAX the last; RFC 9394 3.1 for PARTIAL). */
export function writeEsearch(session: Session, esearch: Esearch): void {
  const { returns, numbers, modSeq, scores } = esearch
  const { min, max, all, count, save, partial, update, relevancy } = returns
  if (save && !min && !max && !all && !count && partial === undefined && update === undefined && relevancy === undefined) return
  let text = esearchHead(esearch)
  if (numbers.length > 0) {
    if (min) text += ` MIN ${numbers[0]}`
    if (max) text += ` MAX ${numbers.at(-1)}`
    if (all) text += ` ALL ${numberSet(numbers)}`
  }
  if (partial !== undefined) text += ` PARTIAL (${partial.join(':')} ${numberSet(partOf(numbers, partial)) || 'NIL'})`
  if (relevancy !== undefined) text += ` RELEVANCY (${(partial === undefined ? scores : partOf(scores, partial)).join(' ')})`
  if (count) text += ` COUNT ${numbers.length}`
  if (modSeq !== undefined) text += ` MODSEQ ${modSeq}`
  session.out.utf8(`${text}\r\n`)
}

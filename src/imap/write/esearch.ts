import { formatUidRanges, uidRanges } from '../../store/uid-ranges.ts'
import type { SearchReturn } from '../parse/search.ts'
import type { Session } from '../session.ts'

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

/** `* ESEARCH` (RFC 4731; RFC 5267 for sorted numbers, whose MIN is the first and MAX the last). */
export function writeEsearch(
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

import type { MessageTexts } from '../../store/columns.ts'
import { holds, longestForV8 } from '../../fulltext/holds.ts'
import { type Score, scoreIn, type Sought } from '../../fulltext/sought.ts'
import type { Pauses } from './pauses.ts'
import { lowerBound } from '../../base/lower-bound.ts'

/** The text of the message in this row of a page. */
export function textAt({ text, starts }: MessageTexts, row: number): string {
  return text.slice(starts[row], row + 1 < starts.length ? (starts[row + 1] as number) - 1 : undefined)
}

/** Tells how well each message of a page holds a text, if it does. With pauses: forms of words take longer than texts. */
export async function scoreEach(page: MessageTexts, sought: Sought, tell: (uid: number, score: Score) => void, pauses: Pauses): Promise<void> {
  for (let row = 0; row < page.uids.length; row++) {
    const score = scoreIn(textAt(page, row), sought)
    if (score > 0) tell(page.uids[row] as number, score)
    await pauses.due()
  }
}

/** Tells the UIDs of the messages of a page that hold this (folded) text; '' asks for the field itself. */
export function findIn(page: MessageTexts, wanted: string, tell: (uid: number) => void): void {
  const { text, starts, uids } = page
  if (wanted === '') {
    for (let row = 0; row < uids.length; row++) if (textAt(page, row) !== '') tell(uids[row] as number)
    return
  }
  // NUL stands between texts and in none, so nothing is found across two.
  if (wanted.length > longestForV8) {
    for (let row = 0; row < uids.length; row++) if (holds(textAt(page, row), wanted)) tell(uids[row] as number)
    return
  }
  for (let at = text.indexOf(wanted); at >= 0; ) {
    const row = lowerBound(starts, starts.length, at + 1) - 1
    tell(uids[row] as number)
    const next = starts[row + 1]
    if (next === undefined) return
    at = text.indexOf(wanted, next)
  }
}

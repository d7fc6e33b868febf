import type { ColumnPage } from '../../store/columns.ts'
import type { Pauses } from './pauses.ts'

/**
 * Goes through pages of a column beside ascending UIDs, and gives the place of each UID together with the page's row for it. What was
 * removed meanwhile has none.
 */
export async function gather<Page extends ColumnPage>(
  pages: AsyncIterable<Page>,
  uids: Uint32Array,
  take: (place: number, page: Page, row: number) => void,
  pauses: Pauses,
): Promise<void> {
  let place = 0
  for await (const page of pages) {
    for (let row = 0; row < page.uids.length && place < uids.length; ) {
      const uid = page.uids[row] as number
      const wanted = uids[place] as number
      if (uid === wanted) take(place, page, row)
      if (uid <= wanted) row++
      if (uid >= wanted) place++
    }
    await pauses.due()
  }
}

import type { Label } from './ledger.ts'

/** How often a whole collection is taught: what was unsure at first is seen again with what came after it. */
export const passes = 2

/**
 * The order in which a collection is best taught: both kinds evenly mixed, and none of them by its source or date. One folder after the other
 * would teach that everything is like the last. The same collection has the same order each time.
 */
export function mixed<T extends { readonly label: Label }>(collection: readonly T[]): T[] {
  const placed = (['ham', 'spam'] as const).flatMap((label) => {
    const same = shuffled(collection.filter((one) => one.label === label))
    return same.map((one, index) => ({ one, place: (index + 0.5) / same.length }))
  })
  return placed.sort((a, b) => a.place - b.place).map(({ one }) => one)
}

/** Fisher and Yates, by a generator that begins the same each time (Numerical Recipes' linear congruential one). */
function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items]
  let state = 1
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (last + 1))
    const moved = result[last] as T
    result[last] = result[other] as T
    result[other] = moved
  }
  return result
}

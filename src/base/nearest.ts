/**
 * The name that was probably meant: least edits (a swap of neighbours counts as one), at most a third of the word's length.
 * Undefined: nothing is near. Meant for short lists of known names; cost is words × length².
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase().slice(0, maxWordLength)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.ceil(wanted.length / 3)) + 1
  for (const name of known) {
    const distance = edits(wanted, name.toLowerCase())
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** Characters that are compared; a longer word is not a misspelt name. */
const maxWordLength = 64

/** Optimal string alignment distance, three rows of the table at a time. */
function edits(a: string, b: string): number {
  let twoAbove: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, (twoAbove[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    twoAbove = above
    above = row
  }
  return above[b.length] ?? 0
}

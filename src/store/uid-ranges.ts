/** Ascending ranges of UIDs that do not touch, both ends included: [[1, 4], [9, 9]]. */
export type UidRanges = readonly (readonly [first: number, last: number])[]

/** "1:4,9", the form of RFC 9051 `uid-set`, in which the index keeps them. */
export function formatUidRanges(ranges: UidRanges): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',')
}

/** Reads what `formatUidRanges` wrote. */
export function parseUidRanges(text: string): UidRanges {
  if (text === '') return []
  return text.split(',').map((range) => {
    const colon = range.indexOf(':')
    return colon < 0 ? [Number(range), Number(range)] : [Number(range.slice(0, colon)), Number(range.slice(colon + 1))]
  })
}

/** Ranges of ascending UIDs, or of other ascending numbers. */
export function uidRanges(uids: Iterable<number>): UidRanges {
  const ranges: [number, number][] = []
  let last: [number, number] | undefined
  for (const uid of uids) {
    if (last !== undefined && uid === last[1] + 1) last[1] = uid
    else ranges.push((last = [uid, uid]))
  }
  return ranges
}

/** Any ranges put in order and joined where they touch. */
export function joinUidRanges(ranges: UidRanges): UidRanges {
  const joined: [number, number][] = []
  for (const [first, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last !== undefined && first <= last[1] + 1) last[1] = Math.max(last[1], end)
    else joined.push([first, end])
  }
  return joined
}

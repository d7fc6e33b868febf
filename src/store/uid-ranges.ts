/** Ascending ranges of UIDs that do not touch, both ends included: [[1, 4], [9, 9]]. */
export type UidRanges = readonly (readonly [first: number, last: number])[]

/** A UID has 32 bits (RFC 9051 2.3.1.1). */
export const maxUid = 0xffff_ffff

export const allUids: UidRanges = [[1, maxUid]]

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

/** Whether a UID is in one of them. */
export function isWithin(uid: number, ranges: UidRanges): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle]?.[1] ?? 0) < uid) low = middle + 1
    else high = middle
  }
  return (ranges[low]?.[0] ?? Infinity) <= uid
}

/** UIDs that are in both. */
export function* commonUidRanges(a: UidRanges, b: UidRanges): Iterable<readonly [first: number, last: number]> {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] ?? [0, 0], b[j] ?? [0, 0]]
    const first = Math.max(one[0], other[0])
    const last = Math.min(one[1], other[1])
    if (first <= last) yield [first, last]
    if (one[1] < other[1]) i++
    else j++
  }
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

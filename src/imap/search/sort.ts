import type { Score } from '../../fulltext/sought.ts'
import type { SortKey } from '../parse/sort.ts'
import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'
import { gather } from './gather.ts'
import { mergeSort } from './merge-sort.ts'
import { Pauses } from './pauses.ts'
import { textAt } from './texts.ts'

type Compare = (a: number, b: number) => number

/** UIDs, in the order of the keys; where none of them decides, in the order of the mailbox (RFC 5256 3). */
export async function sort(
  session: Session,
  tracker: Tracker,
  keys: readonly SortKey[],
  uids: Uint32Array,
  scores: ReadonlyMap<number, Score> = new Map(),
): Promise<number[]> {
  const pauses = new Pauses()
  const compares: Compare[] = []
  for (const key of keys) {
    const compare = key.of === 'relevancy' ? byScore(uids, scores) : await comparing(session, tracker, { ...key, of: key.of }, uids, pauses)
    compares.push(key.reverse ? (a, b) => compare(b, a) : compare)
  }
  const [first, second] = compares
  const order = await mergeSort(uids.length, first === undefined || second !== undefined ? oneByOne(compares) : first, pauses)
  return Array.from(order, (place) => uids[place] as number)
}

function oneByOne(compares: readonly Compare[]): Compare {
  return (a, b) => {
    for (const compare of compares) {
      const result = compare(a, b)
      if (result !== 0) return result
    }
    return 0
  }
}

/** The highest first (RFC 6203 6). */
function byScore(uids: Uint32Array, scores: ReadonlyMap<number, Score>): Compare {
  const values = Uint8Array.from(uids, (uid) => scores.get(uid) ?? 0)
  return (a, b) => (values[b] as number) - (values[a] as number)
}

async function comparing(
  session: Session,
  tracker: Tracker,
  key: SortKey & { readonly of: Exclude<SortKey['of'], 'relevancy'> },
  uids: Uint32Array,
  pauses: Pauses,
): Promise<Compare> {
  const { columns } = session.views
  if (key.of === 'arrival' || key.of === 'date' || key.of === 'size') {
    const { of } = key
    const values = new Float64Array(uids.length)
    await gather(
      columns.dates(tracker, uids),
      uids,
      (place, { internalDateMs, sentS, sizeBytes }, row) => {
        // INTERNALDATE has no more than seconds, as far as anybody is told.
        values[place] = of === 'size' ? (sizeBytes[row] ?? 0) : of === 'date' ? (sentS[row] ?? 0) : Math.floor((internalDateMs[row] ?? 0) / 1000)
      },
      pauses,
    )
    return (a, b) => (values[a] as number) - (values[b] as number)
  }
  const texts = Array.from<string>({ length: uids.length }).fill('')
  await gather(
    columns.texts(key.of, tracker, uids),
    uids,
    (place, page, row) => {
      texts[place] = textAt(page, row)
    },
    pauses,
  )
  return (a, b) => {
    const one = texts[a] as string
    const other = texts[b] as string
    return one === other ? 0 : one < other ? -1 : 1
  }
}

import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'
import { gather } from './gather.ts'
import { linkReferences, stepsInOneGo, type ThreadInput } from './link-references.ts'
import { type Forest, mergeSubjects, rootsInOrder } from './merge-subjects.ts'
import { mergeSort } from './merge-sort.ts'
import { Pauses } from './pauses.ts'

/** RFC 5256 3; REFS is REFERENCES without regard to subjects, the thread with the newest message last (draft-ietf-morg-inthread). */
const algorithms = ['ORDEREDSUBJECT', 'REFERENCES', 'REFS'] as const
export type ThreadAlgorithm = (typeof algorithms)[number]

export function isThreadAlgorithm(name: string): name is ThreadAlgorithm {
  return algorithms.some((algorithm) => algorithm === name)
}

/** Threads in their order. Nodes are messages by their place among those that were asked for, or, from `count` on, dummies. */
export interface Threads {
  readonly count: number
  readonly roots: readonly number[]
  /** The first child of each node, and the next sibling of each message; -1: there is none. */
  readonly firstChild: Int32Array
  readonly nextSibling: Int32Array
}

const none = -1

export async function thread(session: Session, tracker: Tracker, algorithm: ThreadAlgorithm, uids: Uint32Array): Promise<Threads> {
  const pauses = new Pauses()
  const input = await inputOf(session, tracker, uids, pauses)
  return await threadsOf(algorithm, input, pauses)
}

/** The threads of these messages, whatever they are read from. */
export async function threadsOf(algorithm: ThreadAlgorithm, input: ThreadInput, pauses: Pauses): Promise<Threads> {
  const forest = algorithm === 'ORDEREDSUBJECT' ? byOrderedSubject(input) : await byReferences(input, pauses)
  if (algorithm === 'REFERENCES') await mergeSubjects(input, forest, pauses)
  const roots = await rootsInOrder(input, forest, pauses)
  const { firstChild, nextSibling } = await siblings(input, forest, pauses)
  const { count } = input
  if (algorithm !== 'REFS') return { count, roots: roots.map(({ root }) => root), firstChild, nextSibling }
  return { count, roots: await byNewest(input, forest, pauses), firstChild, nextSibling }
}

async function byReferences(input: ThreadInput, pauses: Pauses): Promise<Forest> {
  const parents = await linkReferences(input, pauses)
  let nodes = input.count
  for (const parent of parents) if (parent >= nodes) nodes = parent + 1
  return { parents, nodes }
}

/** The first of each subject, by date, has the others as its children (RFC 5256 3, ORDEREDSUBJECT). */
function byOrderedSubject({ count, subjectHash, order }: ThreadInput): Forest {
  const parents = new Int32Array(count).fill(none)
  const firsts = new Map<number, number>()
  for (const message of order) {
    const subject = Math.floor((subjectHash[message] as number) / 2)
    const first = firsts.get(subject)
    if (first === undefined) firsts.set(subject, message)
    else parents[message] = first
  }
  return { parents, nodes: count }
}

/** Children in the order of their dates (step 6): messages are gone through from the last to the first, each put before its siblings. */
async function siblings({ count, order }: ThreadInput, { parents, nodes }: Forest, pauses: Pauses): Promise<Pick<Threads, 'firstChild' | 'nextSibling'>> {
  const firstChild = new Int32Array(nodes).fill(none)
  const nextSibling = new Int32Array(count).fill(none)
  for (let place = count - 1; place >= 0; place--) {
    if (place % stepsInOneGo === 0) await pauses.due()
    const message = order[place] as number
    const parent = parents[message] as number
    if (parent === none) continue
    nextSibling[message] = firstChild[parent] as number
    firstChild[parent] = message
  }
  return { firstChild, nextSibling }
}

/** Roots by the newest message below each. */
async function byNewest({ count, order }: ThreadInput, { parents, nodes }: Forest, pauses: Pauses): Promise<number[]> {
  /** Some node above; the root itself. */
  const above = Int32Array.from({ length: nodes }, (_, node) => (node < count && parents[node] !== none ? (parents[node] as number) : node))
  const newestFirst: number[] = []
  const seen = new Set<number>()
  for (let place = count - 1; place >= 0; place--) {
    if (place % stepsInOneGo === 0) await pauses.due()
    const message = order[place] as number
    let root = message
    while (above[root] !== root) root = above[root] as number
    for (let step = message; step !== root; ) {
      const next = above[step] as number
      above[step] = root
      step = next
    }
    if (seen.has(root)) continue
    seen.add(root)
    newestFirst.push(root)
  }
  return newestFirst.reverse()
}

async function inputOf(session: Session, tracker: Tracker, uids: Uint32Array, pauses: Pauses): Promise<ThreadInput> {
  const { columns } = session.views
  const count = uids.length
  const sentS = new Float64Array(count)
  await gather(
    columns.dates(tracker, uids),
    uids,
    (place, page, row) => {
      sentS[place] = page.sentS[row] as number
    },
    pauses,
  )
  const idHash = new Float64Array(count)
  const subjectHash = new Float64Array(count)
  const references: Float64Array[] = Array.from({ length: count }, () => nothing)
  await gather(
    columns.threads(tracker, uids),
    uids,
    (place, page, row) => {
      idHash[place] = page.idHash[row] as number
      subjectHash[place] = page.subjectHash[row] as number
      const start = row === 0 ? 0 : (page.referencesEnd[row - 1] as number)
      const end = page.referencesEnd[row] as number
      if (end > start) references[place] = page.references.subarray(start, end)
    },
    pauses,
  )
  return { count, idHash, subjectHash, references, order: await orderBy(sentS, pauses) }
}

const nothing = new Float64Array(0)

/** Places of these values in ascending order. */
export function orderBy(values: Float64Array, pauses: Pauses): Promise<Uint32Array> {
  return mergeSort(values.length, (a, b) => (values[a] as number) - (values[b] as number), pauses)
}

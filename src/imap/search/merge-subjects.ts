import { stepsInOneGo, type ThreadInput } from './link-references.ts'
import type { Pauses } from './pauses.ts'

/** Messages by what they hang under: see `linkReferences`, whose parents this has to begin with. Changed in place. */
export interface Forest {
  readonly parents: Int32Array
  /** Dummies are numbered below this. */
  nodes: number
}

const none = -1

/**
 * Roots in the order of their dates (step 4 of REFERENCES): that of a dummy is its first child's. Each with the message that it is, or
 * that stands for it.
 */
export async function rootsInOrder(
  { count, order }: ThreadInput,
  { parents }: Forest,
  pauses: Pauses,
): Promise<readonly { readonly root: number; readonly first: number }[]> {
  const roots: { root: number; first: number }[] = []
  const seen = new Set<number>()
  for (let place = 0; place < count; place++) {
    if (place % stepsInOneGo === 0) await pauses.due()
    const message = order[place] as number
    const parent = parents[message] as number
    if (parent === none) roots.push({ root: message, first: message })
    else if (parent >= count && !seen.has(parent)) {
      seen.add(parent)
      roots.push({ root: parent, first: message })
    }
  }
  return roots
}

/** Step 5 of REFERENCES (RFC 5256 3): threads about the same thing become one. */
export async function mergeSubjects(input: ThreadInput, forest: Forest, pauses: Pauses): Promise<void> {
  const { count, subjectHash } = input
  const { parents } = forest
  const isDummy = (root: number) => root >= count
  const roots = await rootsInOrder(input, forest, pauses)
  /** 5.B: for each subject the root that the others are to go to. */
  const table = new Map<number, { root: number; isReply: boolean }>()
  for (const [index, { root, first }] of roots.entries()) {
    if (index % stepsInOneGo === 0) await pauses.due()
    const { subject, isReply } = subjectOf(subjectHash[first] as number)
    if (subject === 0) continue
    const chosen = table.get(subject)
    if (chosen === undefined || (!isDummy(chosen.root) && (isDummy(root) || (chosen.isReply && !isReply)))) table.set(subject, { root, isReply })
  }
  /** Dummies whose children have gone to another. */
  const gone = new Map<number, number>()
  for (const [index, { root, first }] of roots.entries()) {
    if (index % stepsInOneGo === 0) await pauses.due()
    const { subject, isReply } = subjectOf(subjectHash[first] as number)
    const chosen = table.get(subject)
    if (subject === 0 || chosen === undefined || chosen.root === root) continue
    if (isDummy(root) && isDummy(chosen.root)) gone.set(root, chosen.root)
    else if (isDummy(chosen.root) || (isReply && !chosen.isReply)) parents[root] = chosen.root
    else {
      const dummy = forest.nodes++
      parents[root] = dummy
      parents[chosen.root] = dummy
      chosen.root = dummy
    }
  }
  for (let message = 0; message < count; message++) {
    if (message % stepsInOneGo === 0) await pauses.due()
    parents[message] = gone.get(parents[message] as number) ?? (parents[message] as number)
  }
}

function subjectOf(hash: number): { readonly subject: number; readonly isReply: boolean } {
  return { subject: Math.floor(hash / 2), isReply: hash % 2 === 1 }
}

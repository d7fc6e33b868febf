import type { Pauses } from './pauses.ts'

/** What threading goes by, one entry for each message, in the order of the mailbox. Hashes are those of `MessageThreads`. */
export interface ThreadInput {
  readonly count: number
  readonly idHash: Float64Array
  readonly subjectHash: Float64Array
  readonly references: readonly Float64Array[]
  /** The messages, sorted by sent date, then by the order of the mailbox. */
  readonly order: Uint32Array
}

/** Loops between looks at the clock. */
export const stepsInOneGo = 500

/**
 * Steps 1 to 3 of REFERENCES (RFC 5256 3): for each message its parent, a message (below `count`), or a dummy that stands for several
 * (from `count` on), or -1: it is a root.
 *
 * A link to a message that comes later is not made: step 1(B) breaks it when that message's own turn comes. So no link is ever broken, and
 * whether one would close a loop is asked of a union-find, in next to no time however deep a thread is.
 */
export async function linkReferences(input: ThreadInput, pauses: Pauses): Promise<Int32Array> {
  const nodes = new Nodes(input)
  for (let message = 0; message < input.count; message++) {
    if (message % stepsInOneGo === 0) await pauses.due()
    nodes.link(message, input.references[message] as Float64Array)
  }
  await pauses.due()
  return nodes.parentsOfMessages()
}

const none = -1

class Nodes {
  readonly #count: number
  readonly #byId = new Map<number, number>()
  readonly #parents: number[]
  /** Union-find: some node above, or the root itself. */
  readonly #above: number[]

  constructor({ count, idHash }: ThreadInput) {
    this.#count = count
    this.#parents = Array.from<number>({ length: count }).fill(none)
    this.#above = Array.from({ length: count }, (_, index) => index)
    for (let message = 0; message < count; message++) {
      const id = idHash[message] as number
      // Of several messages with one id the first has it (step 1).
      if (id !== 0 && !this.#byId.has(id)) this.#byId.set(id, message)
    }
  }

  link(message: number, references: Float64Array): void {
    let previous = none
    for (const reference of references) {
      const node = this.#nodeOf(reference)
      const hasHadItsTurn = node < message || node >= this.#count
      if (previous !== none && hasHadItsTurn && this.#parents[node] === none) this.#linkTo(previous, node)
      previous = node
    }
    if (previous !== none) this.#linkTo(previous, message)
  }

  /** Parents with dummies left out (step 3). */
  parentsOfMessages(): Int32Array {
    const parents = new Int32Array(this.#count).fill(none)
    const childrenOf = new Map<number, number>()
    for (let message = 0; message < this.#count; message++) {
      const parent = this.#nearest(this.#parents[message] as number)
      parents[message] = parent
      if (parent >= this.#count) childrenOf.set(parent, (childrenOf.get(parent) ?? 0) + 1)
    }
    // A dummy that stands for one message only is not needed.
    for (let message = 0; message < this.#count; message++) if (childrenOf.get(parents[message] as number) === 1) parents[message] = none
    return parents
  }

  /** The node itself if it is a message, else the next message above it, else the highest dummy. Shortens the way for whoever asks next. */
  #nearest(node: number): number {
    let at = node
    while (at >= this.#count && this.#parents[at] !== none) at = this.#parents[at] as number
    for (let step = node; step >= this.#count && step !== at; ) {
      const next = this.#parents[step] as number
      this.#parents[step] = at
      step = next
    }
    return at
  }

  #nodeOf(id: number): number {
    let node = this.#byId.get(id)
    if (node === undefined) {
      node = this.#parents.push(none) - 1
      this.#above.push(node)
      this.#byId.set(id, node)
    }
    return node
  }

  /** Unless that closed a loop: `child` is a root, so it would if it were the root of `parent`'s thread. */
  #linkTo(parent: number, child: number): void {
    if (this.#rootOf(parent) === child) return
    this.#parents[child] = parent
    this.#above[child] = parent
  }

  #rootOf(node: number): number {
    let root = node
    while (this.#above[root] !== root) root = this.#above[root] as number
    for (let step = node; step !== root; ) {
      const next = this.#above[step] as number
      this.#above[step] = root
      step = next
    }
    return root
  }
}

/** Names a message: two words of a hash of its octets. */
export interface Digest {
  readonly high: number
  readonly low: number
}

export type Label = 'ham' | 'spam'

/** What a message has taught: how far the weights of its features were moved, for each part of the evidence. */
export interface Lesson {
  readonly label: Label
  readonly steps: readonly number[]
}

/** Steps that one lesson may have: one for each part of the evidence. */
const mostSteps = 4
/** Two words of the digest, the label, then the steps. */
const entryWords = 3 + mostSteps
export const ledgerEntryOctets = 4 * entryWords
/** Places looked at for one digest: when none is free, the first of them is used again. */
const probes = 8

/**
 * What each message has taught, so that just that can be taken back. Bounded: of a message whose place was used again, the lesson stays
 * learned but cannot be taken back.
 */
export class Ledger {
  readonly #words: Int32Array
  readonly #steps: Float32Array
  readonly #entries: number

  /** `entries` is a power of two. */
  constructor(buffer: ArrayBufferLike, offset: number, entries: number) {
    this.#words = new Int32Array(buffer, offset, entries * entryWords)
    this.#steps = new Float32Array(buffer, offset, entries * entryWords)
    this.#entries = entries
  }

  /** undefined: it has taught nothing, or nobody remembers. */
  find(digest: Digest): Lesson | undefined {
    const at = this.#search(digest)
    if (at === undefined) return undefined
    return { label: this.#words[at + 2] === 1 ? 'spam' : 'ham', steps: [...this.#steps.subarray(at + 3, at + entryWords)] }
  }

  keep(digest: Digest, { label, steps }: Lesson): void {
    const at = this.#search(digest) ?? this.#search({ high: 0, low: 0 }, digest) ?? this.#place(digest, 0)
    this.#words[at] = digest.high
    this.#words[at + 1] = digest.low
    this.#words[at + 2] = label === 'spam' ? 1 : 0
    for (let index = 0; index < mostSteps; index += 1) this.#steps[at + 3 + index] = steps[index] ?? 0
  }

  remove(digest: Digest): void {
    const at = this.#search(digest)
    if (at !== undefined) this.#words.fill(0, at, at + entryWords)
  }

  /** Looks for `wanted` where `near` belongs. */
  #search(wanted: Digest, near: Digest = wanted): number | undefined {
    for (let probe = 0; probe < probes; probe += 1) {
      const at = this.#place(near, probe)
      if (this.#words[at] === wanted.high && this.#words[at + 1] === wanted.low) return at
    }
    return undefined
  }

  #place(digest: Digest, probe: number): number {
    return ((digest.low + probe) & (this.#entries - 1)) * entryWords
  }
}

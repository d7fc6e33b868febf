import { type Label, Ledger, ledgerEntryOctets } from './ledger.ts'

/** Whose model: what is taught for all, or one mailbox's own, which corrects it for that mailbox alone. */
export type ModelKind = 'installation' | 'mailbox'

/** Weights and lessons of each kind: 16 MB and 1.8 MB; 512 kB and 224 kB (TARGETS: at most 32 MB and 1 MB). */
const sizes = {
  installation: { weights: 1 << 22, lessons: 1 << 16 },
  mailbox: { weights: 1 << 17, lessons: 1 << 13 },
} as const

/** The head: 16 words. */
const headOctets = 64
const magic = 0x4d_53_48_50
const version = 1
const headWord = { magic: 0, version: 1, kind: 2, ham: 3, spam: 4, leaning: 5 } as const
/** The head holds integers. */
const leaningUnit = 1_000_000

/**
 * What was learned: a weight for each feature (its place is a hash, so that no text is kept) and the lessons that can be taken back. All of it
 * lies in one buffer, which threads may share: one teaches, the others judge by what they see.
 */
export class Model {
  readonly kind: ModelKind
  readonly buffer: ArrayBufferLike
  readonly weights: Float32Array
  readonly ledger: Ledger
  readonly #head: Int32Array

  /** A model that was taught nothing. */
  static create(kind: ModelKind, shared = false): Model {
    const { weights, lessons } = sizes[kind]
    const octets = headOctets + 4 * weights + ledgerEntryOctets * lessons
    const buffer = shared ? new SharedArrayBuffer(octets) : new ArrayBuffer(octets)
    new Int32Array(buffer, 0, 3).set([magic, version, kind === 'installation' ? 0 : 1])
    return new Model(buffer)
  }

  /** The model in a buffer that `create` made, in this thread or another. */
  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer
    this.#head = new Int32Array(buffer, 0, headOctets / 4)
    if (this.#head[headWord.magic] !== magic || this.#head[headWord.version] !== version) throw new Error('this buffer holds no model')
    this.kind = this.#head[headWord.kind] === 0 ? 'installation' : 'mailbox'
    const { weights, lessons } = sizes[this.kind]
    this.weights = new Float32Array(buffer, headOctets, weights)
    this.ledger = new Ledger(buffer, headOctets + 4 * weights, lessons)
  }

  /** How many messages have taught it and are not forgotten. */
  taught(label: Label): number {
    return this.#head[headWord[label]] ?? 0
  }

  /** -1 … 1: whether the latest lessons were all ham, or all spam. */
  get leaning(): number {
    return (this.#head[headWord.leaning] ?? 0) / leaningUnit
  }

  set leaning(leaning: number) {
    this.#head[headWord.leaning] = Math.round(leaning * leaningUnit)
  }

  count(label: Label, change: 1 | -1): void {
    this.#head[headWord[label]] = Math.max(0, this.taught(label) + change)
  }
}

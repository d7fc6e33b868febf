/** Slots of the table; a part of the evidence has at most half as many features. */
const slots = 1 << 14

/** Gathers hashes, each once. One is used again and again: nothing is allocated but the result. */
export class FeatureSet {
  readonly #keys = new Int32Array(slots)
  readonly #rounds = new Int32Array(slots)
  readonly #found = new Int32Array(slots / 2)
  #round = 0
  #count = 0

  begin(): void {
    this.#round = (this.#round + 1) | 0
    this.#count = 0
  }

  add(feature: number): void {
    // Finalizer of MurmurHash3: what goes in is often a plain sum.
    let hash = feature ^ (feature >>> 16)
    hash = Math.imul(hash, 0x85_eb_ca_6b)
    hash ^= hash >>> 13
    hash = Math.imul(hash, 0xc2_b2_ae_35)
    hash ^= hash >>> 16
    let at = hash & (slots - 1)
    while (this.#rounds[at] === this.#round) {
      if (this.#keys[at] === hash) return
      at = (at + 1) & (slots - 1)
    }
    if (this.#count >= slots / 2) return
    this.#rounds[at] = this.#round
    this.#keys[at] = hash
    this.#found[this.#count++] = hash
  }

  take(): Int32Array {
    return this.#found.slice(0, this.#count)
  }
}

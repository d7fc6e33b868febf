/** Sessions that may be open at once, of all destinations. One without work makes room for one with. */
export class Slots {
  readonly #most: () => number
  #taken = 0
  readonly #waiting = new Set<() => boolean>()
  /** Of sessions without work, what ends them; the one that rests longest first. */
  readonly #resting = new Set<() => void>()

  constructor(most: () => number) {
    this.#most = most
  }

  /** Somebody waits for a slot. */
  get wanted(): boolean {
    return this.#waiting.size > 0
  }

  /** False: none is free. `wake` is called when one is, and says whether it took it. */
  take(wake: () => boolean): boolean {
    if (this.#taken >= this.#most()) {
      const [longest] = this.#resting
      // Ends it, and gives its slot back, before it returns.
      longest?.()
    }
    if (this.#taken >= this.#most()) {
      this.#waiting.add(wake)
      return false
    }
    this.#waiting.delete(wake)
    this.#taken += 1
    return true
  }

  give(): void {
    this.#taken -= 1
    for (const wake of this.#waiting) {
      // The limit may be lower than it was; who is woken for nothing would wait again, and be woken again.
      if (this.#taken >= this.#most()) return
      this.#waiting.delete(wake)
      if (wake()) return
    }
  }

  /** A session without work: `end` is called when its slot is needed. Returns what takes it back to work. */
  rest(end: () => void): () => void {
    this.#resting.add(end)
    return () => this.#resting.delete(end)
  }
}

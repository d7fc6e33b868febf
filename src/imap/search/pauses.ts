/** With what is done between two looks at the clock it stays below 5 ms. */
const longestMs = 4

/** Lets the other connections have their turn in the middle of a long computation. */
export class Pauses {
  #sinceMs = performance.now()

  /** Await it wherever a computation can stop for a moment; undefined: not yet. */
  due(): Promise<void> | undefined {
    return performance.now() - this.#sinceMs < longestMs ? undefined : this.#pause()
  }

  async #pause(): Promise<void> {
    await new Promise(setImmediate)
    this.#sinceMs = performance.now()
  }
}

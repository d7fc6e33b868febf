/** So many wait at once that a turn would come too late to be of use. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting'
}

/** Lets a few run at a time; the others wait in order. */
export class Turns {
  readonly #atOnce: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce
    this.#maxWaiting = maxWaiting
  }

  /** Nothing runs and nobody waits. */
  get idle(): boolean {
    return this.#running === 0
  }

  /** @throws TooManyWaiting at once, without running */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1
    else if (this.#waiting.length >= this.#maxWaiting) throw new TooManyWaiting(`${this.#maxWaiting} wait already`)
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The next one takes over this turn: the number of those that run stays the same.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

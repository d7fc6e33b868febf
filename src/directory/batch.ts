interface Waiting<Key, Value> {
  readonly key: Key
  readonly resolve: (value: Value) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Collects what is asked for in one turn of the event loop, and while the last answer is under way, into one question. Under load
 * batches grow by themselves, so a question costs less the more there are.
 */
export class Batch<Key, Value> {
  readonly #max: number
  readonly #ask: (keys: readonly Key[]) => Promise<readonly Value[]>
  #waiting: Waiting<Key, Value>[] = []
  #asking = false

  /** `ask`: answers in the order of the keys. */
  constructor(max: number, ask: (keys: readonly Key[]) => Promise<readonly Value[]>) {
    this.#max = max
    this.#ask = ask
  }

  add(key: Key): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      if (!this.#asking) {
        this.#asking = true
        setImmediate(() => void this.#work())
      }
    })
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#one(this.#waiting.splice(0, this.#max))
    this.#asking = false
  }

  async #one(batch: readonly Waiting<Key, Value>[]): Promise<void> {
    try {
      const values = await this.#ask(batch.map((waiting) => waiting.key))
      for (const [index, waiting] of batch.entries()) waiting.resolve(values[index] as Value)
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
  }
}

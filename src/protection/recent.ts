/**
 * A map that forgets what was not used for long, past `maxEntries`. Two generations instead of an order of use: what is used moves to
 * the young one; when that is half of all, the old one is dropped. Moving each entry to the end of a Map costs ten times as much.
 */
export class Recent<Value> {
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()
  readonly #maxEntries: number
  readonly #keep: ((value: Value) => boolean) | undefined

  /** `keep`: what must not be forgotten (few; bounded by something else). */
  constructor(maxEntries: number, keep?: (value: Value) => boolean) {
    this.#maxEntries = maxEntries
    this.#keep = keep
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.set(key, old)
    return old
  }

  set(key: string, value: Value): void {
    if (this.#young.size * 2 >= this.#maxEntries) this.#age()
    this.#young.set(key, value)
    this.#old.delete(key)
  }

  #age(): void {
    const dropped = this.#old
    this.#old = this.#young
    this.#young = new Map()
    const keep = this.#keep
    if (keep === undefined) return
    for (const [key, value] of dropped) if (keep(value)) this.#young.set(key, value)
  }
}

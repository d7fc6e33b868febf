/** Something that is used up by events and recovers evenly with time (a leaky bucket). Starts empty. */
export class Bucket {
  #level = 0
  #atMs = 0

  /** Counts `amount` and returns the level then. `limit` events flow off in `windowMs`, so that is the rate that can be held for ever. */
  add(nowMs: number, limit: number, windowMs: number, amount = 1): number {
    this.#level = this.level(nowMs, limit, windowMs) + amount
    this.#atMs = nowMs
    return this.#level
  }

  level(nowMs: number, limit: number, windowMs: number): number {
    // A clock that was set back must not fill the bucket
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    return Math.max(0, this.#level - (elapsedMs * limit) / windowMs)
  }
}

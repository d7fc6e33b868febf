/**
 * \Recent for one session (RFC 3501 2.3.2): UIDs as ascending [from, before) pairs. The session that claimed last has an open
 * end: where its claim ends is where the next one begins.
 */
export class RecentRanges {
  readonly #ranges: [from: number, before: number][] = []

  /** Everything from here on, until somebody else claims. */
  openFrom(from: number): void {
    const last = this.#ranges.at(-1)
    if (last !== undefined && last[1] >= from) last[1] = Infinity
    else this.#ranges.push([from, Infinity])
  }

  closeAt(before: number): void {
    const last = this.#ranges.at(-1)
    if (last === undefined || last[1] <= before) return
    if (last[0] >= before) this.#ranges.pop()
    else last[1] = before
  }

  has(uid: number): boolean {
    for (const [from, before] of this.#ranges) if (uid >= from && uid < before) return true
    return false
  }

  /** How many of the UIDs are in it. `rank` says how many of them are below a number. */
  count(rank: (uid: number) => number): number {
    return this.#ranges.reduce((sum, [from, before]) => sum + rank(before) - rank(from), 0)
  }
}

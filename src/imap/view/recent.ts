/** \Recent for one session (RFC 3501 2.3.2): UIDs as ascending [from, before) pairs. */
export class RecentRanges {
  readonly #ranges: [from: number, before: number][] = []

  /** `before` is not in it. Each call comes after those for lower UIDs. */
  add(from: number, before: number): void {
    if (from >= before) return
    const last = this.#ranges.at(-1)
    if (last !== undefined && last[1] >= from) last[1] = Math.max(last[1], before)
    else this.#ranges.push([from, before])
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

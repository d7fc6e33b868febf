/**
 * The boundaries of all multiparts that are open, and which of them a line begins with. "It is sufficient that the boundary appear in its
 * entirety following the CRLF" (RFC 2046 5.1.1), so the longest boundary that is a prefix of the line wins; of equal ones the
 * innermost. Kept sorted: a look-up costs a few comparisons, even in a message made of a hundred multiparts and lines that nearly match.
 */
export class Boundaries<Owner> {
  readonly #sorted: Entry<Owner>[] = []
  #longest = 0

  /** Octets of the longest boundary; 0 = there is none. */
  get longest(): number {
    return this.#longest
  }

  open(boundary: Buffer, owner: Owner): void {
    const { index, equal } = this.#place(boundary, 0, boundary.length)
    if (equal) this.#sorted[index]?.owners.push(owner)
    else this.#sorted.splice(index + 1, 0, { boundary, owners: [owner], prefix: undefined })
    this.#relink()
  }

  /** `owner` must be the innermost of those that have this boundary. */
  close(boundary: Buffer): void {
    const { index, equal } = this.#place(boundary, 0, boundary.length)
    const entry = this.#sorted[index]
    if (!equal || entry === undefined) return
    entry.owners.pop()
    if (entry.owners.length === 0) this.#sorted.splice(index, 1)
    this.#relink()
  }

  /** The multipart whose boundary stands at `octets[start]`; only octets below `end` are looked at. */
  find(octets: Buffer, start: number, end: number): { readonly owner: Owner; readonly length: number } | undefined {
    const { index, common } = this.#place(octets, start, Math.min(end, start + this.#longest))
    let entry = this.#sorted[index]
    while (entry !== undefined && entry.boundary.length > common) entry = entry.prefix
    const owner = entry?.owners.at(-1)
    return entry === undefined || owner === undefined ? undefined : { owner, length: entry.boundary.length }
  }

  /** The last entry that is not greater than the octets, and how many octets it has in common with them. */
  #place(octets: Buffer, start: number, end: number): { readonly index: number; readonly common: number; readonly equal: boolean } {
    let low = 0
    let high = this.#sorted.length
    let common = 0
    let equal = false
    while (low < high) {
      const middle = (low + high) >>> 1
      const boundary = this.#sorted[middle]?.boundary
      if (boundary === undefined) break
      const same = commonPrefix(boundary, octets, start, end)
      const greater = same < boundary.length && (start + same >= end || (boundary[same] ?? 0) > (octets[start + same] ?? 0))
      if (greater) high = middle
      else {
        low = middle + 1
        common = same
        equal = same === boundary.length && start + same === end
      }
    }
    return { index: low - 1, common, equal }
  }

  /** For each entry the longest other one that it begins with: in sorted order that is the nearest such one before it. */
  #relink(): void {
    const chain: Entry<Owner>[] = []
    this.#longest = 0
    for (const entry of this.#sorted) {
      while (chain.length > 0 && !beginsWith(entry.boundary, chain.at(-1)?.boundary)) chain.pop()
      entry.prefix = chain.at(-1)
      chain.push(entry)
      this.#longest = Math.max(this.#longest, entry.boundary.length)
    }
  }
}

interface Entry<Owner> {
  readonly boundary: Buffer
  /** Outermost first. */
  readonly owners: Owner[]
  prefix: Entry<Owner> | undefined
}

function commonPrefix(boundary: Buffer, octets: Buffer, start: number, end: number): number {
  const most = Math.min(boundary.length, end - start)
  let same = 0
  while (same < most && boundary[same] === octets[start + same]) same += 1
  return same
}

function beginsWith(boundary: Buffer, prefix: Buffer | undefined): boolean {
  return prefix !== undefined && prefix.length < boundary.length && commonPrefix(prefix, boundary, 0, boundary.length) === prefix.length
}

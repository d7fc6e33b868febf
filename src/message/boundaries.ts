/**
 * The boundaries of all multiparts that are open, and which of them a line begins with. "It is sufficient that the boundary appear in its
 * entirety following the CRLF" (RFC 2046 5.1.1), so the longest boundary that is a prefix of the line wins; of equal ones the
 * innermost. Kept sorted: a look-up costs a few comparisons, even in a message made of a hundred multiparts and lines that nearly match.
 */
export class Boundaries<Owner> {
  readonly #sorted: Entry<Owner>[] = []
  #longest = 0
  /** How many octets the entry that `#place` found has in common with what was looked for. A field, since a look-up has to be quick. */
  #common = 0
  /** For each of the first octets of a line: 1 where some boundary has this octet there, or ends before it. */
  #beginnings: Uint8Array | undefined

  /** Octets of the longest boundary; 0 = there is none. */
  get longest(): number {
    return this.#longest
  }

  /** Cheap: false where no boundary can begin at `octets[start]`. */
  mayBegin(octets: Buffer, start: number): boolean {
    const beginnings = this.#beginnings
    if (beginnings === undefined) return false
    for (let index = 0; index < compared; index += 1) if (beginnings[index * 256 + (octets[start + index] ?? 0)] === 0) return false
    return true
  }

  open(boundary: Buffer, owner: Owner): void {
    const index = this.#place(boundary, 0, boundary.length)
    const entry = this.#sorted[index]
    if (entry !== undefined && this.#common === boundary.length && entry.boundary.length === boundary.length) entry.owners.push(owner)
    else this.#sorted.splice(index + 1, 0, { boundary, owners: [owner], prefix: undefined })
    this.#relink()
  }

  /** Ends the innermost that has this boundary. */
  close(boundary: Buffer): void {
    const index = this.#place(boundary, 0, boundary.length)
    const entry = this.#sorted[index]
    if (entry === undefined || !entry.boundary.equals(boundary)) return
    entry.owners.pop()
    if (entry.owners.length === 0) this.#sorted.splice(index, 1)
    this.#relink()
  }

  /** The multipart whose boundary stands at `octets[start]`; only octets below `end` are looked at. */
  find(octets: Buffer, start: number, end: number): { readonly owner: Owner; readonly length: number } | undefined {
    let entry = this.#sorted[this.#place(octets, start, Math.min(end, start + this.#longest))]
    while (entry !== undefined && entry.boundary.length > this.#common) entry = entry.prefix
    const owner = entry?.owners.at(-1)
    return entry === undefined || owner === undefined ? undefined : { owner, length: entry.boundary.length }
  }

  /** The index of the last entry that is not greater than the octets; sets `#common`. */
  #place(octets: Buffer, start: number, end: number): number {
    let low = 0
    let high = this.#sorted.length
    this.#common = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      const boundary = this.#sorted[middle]?.boundary
      if (boundary === undefined) break
      const same = commonPrefix(boundary, octets, start, end)
      if (same < boundary.length && (start + same >= end || (boundary[same] ?? 0) > (octets[start + same] ?? 0))) high = middle
      else {
        low = middle + 1
        this.#common = same
      }
    }
    return low - 1
  }

  /** For each entry the longest other one that it begins with: in sorted order that is the nearest such one before it. */
  #relink(): void {
    const chain: Entry<Owner>[] = []
    this.#longest = 0
    const beginnings = (this.#beginnings ??= new Uint8Array(compared * 256)).fill(0)
    for (const entry of this.#sorted) {
      while (chain.length > 0 && !beginsWith(entry.boundary, chain.at(-1)?.boundary)) chain.pop()
      entry.prefix = chain.at(-1)
      chain.push(entry)
      for (let index = 0; index < compared; index += 1) {
        const octet = entry.boundary[index]
        if (octet === undefined) beginnings.fill(1, index * 256, (index + 1) * 256)
        else beginnings[index * 256 + octet] = 1
      }
      this.#longest = Math.max(this.#longest, entry.boundary.length)
    }
  }
}

/** Octets that `mayBegin` looks at. */
const compared = 4

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

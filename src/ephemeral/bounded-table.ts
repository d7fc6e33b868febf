/**
 * A bounded map from a 64-bit hash to a few numbers, in typed arrays: 33 octets an entry when full. Pure: the caller brings
 * the hash and the time. Every operation takes constant time, growing included, since it grows by chunks (of slots) and
 * shards (of the index).
 *
 * Which entry goes when it is full: one that has expired; else the unconfirmed one that came first; else the confirmed one
 * that expires soonest (to ten minutes). Unconfirmed entries form one list by arrival, confirmed ones a list per ten minutes.
 */

/** Longest life of an entry, in seconds: the ring of lists goes round once in 455 days. */
const maxLifeSeconds = 400 * 24 * 3600

export interface TableEntry {
  /** Seconds since 1970. */
  firstSeen: number
  expires: number
  /** 0 … 255. */
  confirmations: number
}

const noSlot = 0xffffffff

const chunkBits = 14
const chunkSlots = 1 << chunkBits
const chunkMask = chunkSlots - 1
/** Fields of a slot. */
const [fieldLow, fieldHigh, fieldFirst, fieldExpires, fieldPrevious, fieldNext, fields] = [0, 1, 2, 3, 4, 5, 6] as const

const shards = 256
const firstShardSlots = 16

const bucketSeconds = 600
const buckets = 1 << 16
/** The list of unconfirmed entries follows those of the buckets. */
const arrivals = buckets

export class BoundedTable {
  readonly maxEntries: number
  size = 0
  readonly #chunks: Uint32Array[] = []
  readonly #confirmations: Uint8Array[] = []
  /** Slots that have ever been in use; free ones among them are chained by `fieldNext`. */
  #slots = 0
  #free = noSlot
  readonly #index: Uint32Array[] = Array.from({ length: shards }, () => new Uint32Array(firstShardSlots).fill(noSlot))
  readonly #inShard = new Uint32Array(shards)
  readonly #first = new Uint32Array(buckets + 1).fill(noSlot)
  readonly #last = new Uint32Array(buckets + 1).fill(noSlot)
  /** One bit for each bucket with entries. */
  readonly #used = new Uint32Array(buckets / 32)
  /** No confirmed entry lies in an earlier bucket (counted from 1970). */
  #earliest = Number.MAX_SAFE_INTEGER

  constructor(maxEntries: number) {
    this.maxEntries = maxEntries
  }

  /** Whether or not it has expired. */
  get(low: number, high: number): TableEntry | undefined {
    const slot = this.#find(low, high)
    return slot === noSlot ? undefined : this.#entry(slot)
  }

  put(low: number, high: number, entry: TableEntry, now: number): void {
    const expires = Math.min(entry.expires, now + maxLifeSeconds)
    const known = this.#find(low, high)
    if (expires <= now) {
      if (known !== noSlot) this.#remove(known)
      return
    }
    if (known !== noSlot) {
      const list = this.#listOf(known)
      this.#write(known, entry.firstSeen, expires, entry.confirmations)
      if (this.#listOf(known) !== list) {
        this.#unlink(known, list)
        this.#link(known)
      }
      return
    }
    this.#makeRoom(now)
    if (this.maxEntries === 0) return
    const slot = this.#allocate()
    const chunk = this.#chunk(slot)
    const at = (slot & chunkMask) * fields
    chunk[at + fieldLow] = low
    chunk[at + fieldHigh] = high
    this.#write(slot, entry.firstSeen, expires, entry.confirmations)
    this.#link(slot)
    this.#insert(slot, low, high)
    this.size++
  }

  delete(low: number, high: number): boolean {
    const slot = this.#find(low, high)
    if (slot === noSlot) return false
    this.#remove(slot)
    return true
  }

  /** All slots are below this number. For reading the whole table bit by bit. */
  get slots(): number {
    return this.#slots
  }

  /** Writes hash, times and confirmations of a slot into five numbers from `at`; false: the slot is free. */
  copySlot(slot: number, into: Uint32Array, at: number): boolean {
    const chunk = this.#chunk(slot)
    const from = (slot & chunkMask) * fields
    if (chunk[from + fieldExpires] === 0) return false
    for (let field = fieldLow; field <= fieldExpires; field++) into[at + field] = chunk[from + field] ?? 0
    into[at + 4] = this.#confirmations[slot >>> chunkBits]?.[slot & chunkMask] ?? 0
    return true
  }

  /** Brings the unconfirmed entries into the order in which they were first seen. Once, after loading: it takes time. */
  sortArrivals(): void {
    const order: number[] = []
    for (let slot = this.#first[arrivals] ?? noSlot; slot !== noSlot; slot = this.#field(slot, fieldNext)) order.push(slot)
    const keys = Float64Array.from(order, (slot, index) => this.#field(slot, fieldFirst) * 2 ** 21 + index).sort()
    this.#first[arrivals] = noSlot
    this.#last[arrivals] = noSlot
    for (const key of keys) {
      const slot = order[key % 2 ** 21]
      if (slot !== undefined) this.#link(slot)
    }
  }

  /** Two expired entries go with each new one, so that the table shrinks as fast as it is used; then one more if it is full. */
  #makeRoom(now: number): void {
    for (let count = 0; count < 2; count++) if (!this.#removeExpired(now)) break
    if (this.size < this.maxEntries) return
    const unconfirmed = this.#first[arrivals] ?? noSlot
    const victim = unconfirmed === noSlot ? this.#soonest() : unconfirmed
    if (victim !== noSlot) this.#remove(victim)
  }

  #removeExpired(now: number): boolean {
    const candidate = this.#soonest()
    const confirmed = candidate !== noSlot && this.#field(candidate, fieldExpires) <= now
    const victim = confirmed ? candidate : (this.#first[arrivals] ?? noSlot)
    if (victim === noSlot || this.#field(victim, fieldExpires) > now) return false
    this.#remove(victim)
    return true
  }

  /** The first of the earliest bucket with entries. */
  #soonest(): number {
    if (this.#earliest === Number.MAX_SAFE_INTEGER) return noSlot
    const from = this.#earliest & (buckets - 1)
    const found = this.#nextUsed(from)
    if (found === undefined) {
      this.#earliest = Number.MAX_SAFE_INTEGER
      return noSlot
    }
    this.#earliest += (found - from + buckets) & (buckets - 1)
    return this.#first[found] ?? noSlot
  }

  /** The first used bucket from `from` on, round the ring. */
  #nextUsed(from: number): number | undefined {
    const words = this.#used.length
    let word = from >>> 5
    let bits = ((this.#used[word] ?? 0) & (0xffffffff << (from & 31))) >>> 0
    for (let count = 0; count <= words; count++) {
      if (bits !== 0) return word * 32 + (31 - Math.clz32(bits & -bits))
      word = (word + 1) % words
      bits = this.#used[word] ?? 0
    }
    return undefined
  }

  #remove(slot: number): void {
    this.#unlink(slot, this.#listOf(slot))
    this.#takeOut(slot)
    this.#setField(slot, fieldExpires, 0)
    this.#setField(slot, fieldNext, this.#free)
    this.#free = slot
    this.size--
  }

  #allocate(): number {
    const slot = this.#free
    if (slot !== noSlot) {
      this.#free = this.#field(slot, fieldNext)
      return slot
    }
    if ((this.#slots & chunkMask) === 0) {
      this.#chunks.push(new Uint32Array(chunkSlots * fields))
      this.#confirmations.push(new Uint8Array(chunkSlots))
    }
    return this.#slots++
  }

  #write(slot: number, firstSeen: number, expires: number, confirmations: number): void {
    this.#setField(slot, fieldFirst, firstSeen)
    this.#setField(slot, fieldExpires, expires)
    const chunk = this.#confirmations[slot >>> chunkBits]
    if (chunk !== undefined) chunk[slot & chunkMask] = Math.min(255, confirmations)
  }

  #entry(slot: number): TableEntry {
    return {
      firstSeen: this.#field(slot, fieldFirst),
      expires: this.#field(slot, fieldExpires),
      confirmations: this.#confirmations[slot >>> chunkBits]?.[slot & chunkMask] ?? 0,
    }
  }

  // The lists.

  #listOf(slot: number): number {
    const confirmed = (this.#confirmations[slot >>> chunkBits]?.[slot & chunkMask] ?? 0) > 0
    return confirmed ? Math.floor(this.#field(slot, fieldExpires) / bucketSeconds) & (buckets - 1) : arrivals
  }

  #link(slot: number): void {
    const list = this.#listOf(slot)
    const last = this.#last[list] ?? noSlot
    this.#setField(slot, fieldPrevious, last)
    this.#setField(slot, fieldNext, noSlot)
    if (last === noSlot) this.#first[list] = slot
    else this.#setField(last, fieldNext, slot)
    this.#last[list] = slot
    if (list === arrivals) return
    this.#used[list >>> 5] = (this.#used[list >>> 5] ?? 0) | (1 << (list & 31))
    this.#earliest = Math.min(this.#earliest, Math.floor(this.#field(slot, fieldExpires) / bucketSeconds))
  }

  #unlink(slot: number, list: number): void {
    const previous = this.#field(slot, fieldPrevious)
    const next = this.#field(slot, fieldNext)
    if (previous === noSlot) this.#first[list] = next
    else this.#setField(previous, fieldNext, next)
    if (next === noSlot) this.#last[list] = previous
    else this.#setField(next, fieldPrevious, previous)
    if (list !== arrivals && this.#first[list] === noSlot) this.#used[list >>> 5] = (this.#used[list >>> 5] ?? 0) & ~(1 << (list & 31))
  }

  // The index: open addressing with linear probing in each shard.

  #find(low: number, high: number): number {
    const index = this.#index[high & (shards - 1)]
    if (index === undefined) return noSlot
    const mask = index.length - 1
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const slot = index[at] ?? noSlot
      if (slot === noSlot) return noSlot
      const chunk = this.#chunk(slot)
      const from = (slot & chunkMask) * fields
      if (chunk[from + fieldLow] === low && chunk[from + fieldHigh] === high) return slot
    }
  }

  #insert(slot: number, low: number, high: number): void {
    const shard = high & (shards - 1)
    let index = this.#index[shard] ?? new Uint32Array(0)
    const count = (this.#inShard[shard] ?? 0) + 1
    this.#inShard[shard] = count
    if (count * 3 > index.length * 2) {
      const old = index
      index = new Uint32Array(old.length * 2).fill(noSlot)
      for (const one of old) if (one !== noSlot) place(index, one, this.#field(one, fieldLow))
      this.#index[shard] = index
    }
    place(index, slot, low)
  }

  /** Closes the gap, so that no probe ends too early. */
  #takeOut(slot: number): void {
    const shard = this.#field(slot, fieldHigh) & (shards - 1)
    const index = this.#index[shard]
    if (index === undefined) return
    this.#inShard[shard] = (this.#inShard[shard] ?? 1) - 1
    const mask = index.length - 1
    let gap = this.#field(slot, fieldLow) & mask
    while (index[gap] !== slot) gap = (gap + 1) & mask
    for (let at = (gap + 1) & mask; ; at = (at + 1) & mask) {
      const other = index[at] ?? noSlot
      if (other === noSlot) break
      const home = this.#field(other, fieldLow) & mask
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      index[gap] = other
      gap = at
    }
    index[gap] = noSlot
  }

  #chunk(slot: number): Uint32Array {
    const chunk = this.#chunks[slot >>> chunkBits]
    if (chunk === undefined) throw new RangeError(`slot ${slot} does not exist`)
    return chunk
  }

  #field(slot: number, field: number): number {
    return this.#chunk(slot)[(slot & chunkMask) * fields + field] ?? 0
  }

  #setField(slot: number, field: number, value: number): void {
    this.#chunk(slot)[(slot & chunkMask) * fields + field] = value
  }
}

function place(index: Uint32Array, slot: number, low: number): void {
  const mask = index.length - 1
  let at = low & mask
  while (index[at] !== noSlot) at = (at + 1) & mask
  index[at] = slot
}

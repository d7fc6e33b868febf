import { gramNumbers } from './grams.ts'
import { OctetWriter } from '../base/octet-writer.ts'

/**
 * Which of a block's messages have a gram. A message is a *column*, a number from 0; a block is cut into shards by the gram's lowest bits, so that
 * a search reads as many shards as it has grams, and no more.
 *
 *     shard = entry…
 *     entry = gram-distance length columns         gram-distance: from the shard's gram before, in shards (the first: from 0)
 *
 * Numbers are varints. `columns` are `length` octets: a bitmap of all columns where that is no longer, which the length tells, else
 * ascending columns, each as its distance from the one before.
 */
export const shardsOfBlock = 64

export function shardOf(gram: number): number {
  return gram % shardsOfBlock
}

/** The shards of messages whose grams these are, ascending, one list a column. */
export function makeShards(lists: readonly Uint16Array[]): readonly Uint8Array[] {
  const counts = new Uint32Array(gramNumbers + 1)
  for (const list of lists) for (const gram of list) counts[gram + 1] = (counts[gram + 1] ?? 0) + 1
  for (let gram = 0; gram < gramNumbers; gram++) counts[gram + 1] = (counts[gram + 1] ?? 0) + (counts[gram] ?? 0)
  const ends = counts.slice(0, gramNumbers)
  const columns = new Uint16Array(counts[gramNumbers] ?? 0)
  for (const [column, list] of lists.entries()) {
    for (const gram of list) {
      const end = ends[gram] ?? 0
      columns[end] = column
      ends[gram] = end + 1
    }
  }
  return Array.from({ length: shardsOfBlock }, (_, shard) => {
    const writer = new ShardWriter(lists.length)
    for (let gram = shard; gram < gramNumbers; gram += shardsOfBlock) writer.entry(gram, columns.subarray(counts[gram], counts[gram + 1]))
    return writer.octets()
  })
}

/** The same shard, its columns under new numbers, ascending like the old ones; -1: it goes. */
export function renumberShard(shard: Uint8Array, columns: number, numbers: ArrayLike<number>): Uint8Array {
  let count = 0
  for (let column = 0; column < columns; column++) if ((numbers[column] ?? -1) >= 0) count++
  const writer = new ShardWriter(count)
  for (const { gram, octets } of entries(shard)) {
    const kept: number[] = []
    eachColumn(octets, columns, (column) => {
      const number = numbers[column] ?? -1
      if (number >= 0) kept.push(number)
    })
    writer.entry(gram, kept)
  }
  return writer.octets()
}

/** Takes from `columns` (one octet each, 1: still wanted) those that have not this gram. */
export function keepWith(columns: Uint8Array, shard: Uint8Array | undefined, gram: number): void {
  const has = new Uint8Array(columns.length)
  const octets = shard === undefined ? undefined : findEntry(shard, gram)
  if (octets !== undefined) eachColumn(octets, columns.length, (column) => (has[column] = 1))
  for (let column = 0; column < columns.length; column++) columns[column] = (columns[column] ?? 0) & (has[column] ?? 0)
}

class ShardWriter {
  readonly #columns: number
  readonly #entries = new OctetWriter(8192)
  readonly #list = new OctetWriter()
  #last = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  entry(gram: number, columns: ArrayLike<number>): void {
    if (columns.length === 0) return
    const place = Math.floor(gram / shardsOfBlock)
    this.#entries.number(place - this.#last)
    this.#last = place
    const octets = this.#octetsOf(columns)
    this.#entries.number(octets.length)
    this.#entries.add(octets)
  }

  octets(): Uint8Array {
    return this.#entries.octets()
  }

  #octetsOf(columns: ArrayLike<number>): Uint8Array {
    const bitmapBytes = Math.ceil(this.#columns / 8)
    this.#list.clear()
    let last = 0
    for (let at = 0; at < columns.length && this.#list.length < bitmapBytes; at++) {
      const column = columns[at] ?? 0
      this.#list.number(column - last)
      last = column
    }
    if (this.#list.length < bitmapBytes) return this.#list.octets()
    const bitmap = new Uint8Array(bitmapBytes)
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] ?? 0
      bitmap[column >>> 3] = (bitmap[column >>> 3] ?? 0) | (1 << (column & 7))
    }
    return bitmap
  }
}

function* entries(shard: Uint8Array): Generator<{ readonly gram: number; readonly octets: Uint8Array }> {
  // All of them have the shard's number as their lowest bits, which the caller knows and nobody needs here: grams keep their distances.
  let place = 0
  let at = 0
  while (at < shard.length) {
    const distance = readNumber(shard, at)
    const length = readNumber(shard, distance.end)
    place += distance.value
    at = length.end + length.value
    yield { gram: place * shardsOfBlock, octets: shard.subarray(length.end, at) }
  }
}

/** `entries`, for one gram, and without an object for each that is passed over. */
function findEntry(shard: Uint8Array, gram: number): Uint8Array | undefined {
  const wanted = Math.floor(gram / shardsOfBlock)
  let place = 0
  let at = 0
  while (at < shard.length) {
    let octet = shard[at++] ?? 0
    let distance = octet & 127
    for (let shift = 7; octet >= 128 && shift < 28; shift += 7) distance |= ((octet = shard[at++] ?? 0) & 127) << shift
    octet = shard[at++] ?? 0
    let length = octet & 127
    for (let shift = 7; octet >= 128 && shift < 28; shift += 7) length |= ((octet = shard[at++] ?? 0) & 127) << shift
    place += distance
    if (place === wanted) return shard.subarray(at, at + length)
    if (place > wanted) return undefined
    at += length
  }
  return undefined
}

function readNumber(octets: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  let at = start
  for (let factor = 1; at < octets.length; factor *= 128) {
    const octet = octets[at++] ?? 0
    value += (octet & 127) * factor
    if (octet < 128) break
  }
  return { value, end: at }
}

function eachColumn(octets: Uint8Array, columns: number, found: (column: number) => void): void {
  if (octets.length === Math.ceil(columns / 8)) {
    for (let column = 0; column < columns; column++) if (((octets[column >>> 3] ?? 0) & (1 << (column & 7))) !== 0) found(column)
    return
  }
  let column = 0
  for (let at = 0; at < octets.length; ) {
    let octet = octets[at++] ?? 0
    let distance = octet & 127
    for (let shift = 7; octet >= 128 && shift < 28; shift += 7) distance |= ((octet = octets[at++] ?? 0) & 127) << shift
    column += distance
    found(column)
  }
}

import { lowerBound } from '../base/lower-bound.ts'
import type { ModSeq, Uid } from '../mail/ids.ts'
import type { FlagColumns } from './change-flags.ts'
import type { Flags } from './mailbox.ts'

/**
 * UIDs from one page to the next. A page is read and written whole: it is small enough that one message's flags cost no more than a row,
 * and large enough that those of ten thousand cost ten rows.
 */
export const pageUids = 1024

/** The first UID of the page that a UID is in. */
export function pageOf(uid: number): number {
  return uid - (uid % pageUids)
}

/** Flags of the messages of a page, as they are now. */
export class FlagPage implements FlagColumns {
  readonly count: number
  readonly uids: Uint32Array
  readonly system: Uint8Array
  readonly keywords: Uint32Array
  readonly keywordSets: string[]
  readonly modSeqs: Float64Array

  constructor(count: number, keywordSets: string[] = []) {
    this.count = count
    this.uids = new Uint32Array(count)
    this.system = new Uint8Array(count)
    this.keywords = new Uint32Array(count)
    this.modSeqs = new Float64Array(count)
    this.keywordSets = keywordSets
  }

  static ofRows(rows: readonly (Flags & { readonly uid: Uid; readonly modSeq: ModSeq })[]): FlagPage {
    const page = new FlagPage(rows.length)
    const sets = new Map<string, number>()
    for (const [at, row] of rows.entries()) {
      let set = sets.get(row.keywords)
      if (set === undefined) sets.set(row.keywords, (set = page.keywordSets.push(row.keywords) - 1))
      page.uids[at] = row.uid
      page.system[at] = row.system
      page.keywords[at] = set
      page.modSeqs[at] = row.modSeq
    }
    return page
  }

  /** One after another, ascending. */
  static join(pages: readonly FlagPage[]): FlagPage {
    const [only] = pages
    if (only !== undefined && pages.length === 1) return only
    const joined = new FlagPage(pages.reduce((sum, { count }) => sum + count, 0))
    const sets = new Map<string, number>()
    let at = 0
    for (const page of pages) {
      const places = page.keywordSets.map((keywords) => {
        let set = sets.get(keywords)
        if (set === undefined) sets.set(keywords, (set = joined.keywordSets.push(keywords) - 1))
        return set
      })
      joined.uids.set(page.uids, at)
      joined.system.set(page.system, at)
      joined.modSeqs.set(page.modSeqs, at)
      for (let i = 0; i < page.count; i++) joined.keywords[at + i] = places[page.keywords[i] ?? 0] ?? 0
      at += page.count
    }
    return joined
  }

  intern(keywords: string): number {
    const found = this.keywordSets.indexOf(keywords)
    return found >= 0 ? found : this.keywordSets.push(keywords) - 1
  }

  /** The place of a UID; -1: not there. */
  placeOf(uid: number): number {
    const at = lowerBound(this.uids, this.count, uid)
    return this.uids[at] === uid ? at : -1
  }

  keywordsAt(place: number): string {
    return this.keywordSets[this.keywords[place] ?? 0] ?? ''
  }

  /** The messages at some places, ascending. */
  pick(places: readonly number[]): FlagPage {
    const picked = new FlagPage(places.length, this.keywordSets)
    for (const [at, place] of places.entries()) {
      picked.uids[at] = this.uids[place] ?? 0
      picked.system[at] = this.system[place] ?? 0
      picked.keywords[at] = this.keywords[place] ?? 0
      picked.modSeqs[at] = this.modSeqs[place] ?? 0
    }
    return picked
  }

  /** Places of the messages from UID `first` to `last` of which something is true. */
  places(first: number, last: number, isWanted: (place: number) => boolean = () => true): number[] {
    const found: number[] = []
    for (let at = lowerBound(this.uids, this.count, first); at < this.count && (this.uids[at] ?? 0) <= last; at++) if (isWanted(at)) found.push(at)
    return found
  }
}

/** A column: octets of each number (0: they are all the same), the least of them, and by how much each is more. */
const columnHeadBytes = 1 + 8
const countBytes = 4
const setsEnd = '\n'

/**
 * As the index keeps a page: how many messages, then by column the UIDs without what grows by one from message to message, system flags, places
 * of sets of keywords, modSeqs; then the sets. What one command has set alike takes next to nothing.
 */
export function encodeFlagPage({ count, uids, system, keywords, keywordSets, modSeqs }: FlagPage): Uint8Array {
  const used = usedSets(keywords, keywordSets.length)
  const text = used.sets.map((set) => keywordSets[set] ?? '').join(setsEnd)
  const gaps = new Uint32Array(count)
  for (let place = 0; place < count; place++) gaps[place] = (uids[place] ?? 0) - place
  const octets = Buffer.allocUnsafe(countBytes + 4 * (columnHeadBytes + 8 * count) + Buffer.byteLength(text))
  let at = octets.writeUInt32LE(count)
  for (const column of [gaps, system, used.keywords, modSeqs]) at = writeColumn(octets, at, column)
  at += octets.write(text, at)
  return octets.subarray(0, at)
}

export function decodeFlagPage(octets: Uint8Array): FlagPage {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  const page = new FlagPage(buffer.readUInt32LE())
  let at = countBytes
  for (const column of [page.uids, page.system, page.keywords, page.modSeqs]) at = readColumn(buffer, at, column)
  for (let place = 0; place < page.count; place++) page.uids[place] = (page.uids[place] ?? 0) + place
  page.keywordSets.push(...buffer.toString('utf8', at).split(setsEnd))
  return page
}

/** Sets that no message has any more are left out. */
function usedSets(keywords: Uint32Array, setCount: number): { readonly keywords: Uint32Array; readonly sets: readonly number[] } {
  if (setCount === 1) return { keywords, sets: [0] }
  const sets: number[] = []
  const places = new Int32Array(setCount).fill(-1)
  const renumbered = new Uint32Array(keywords.length)
  for (let at = 0; at < keywords.length; at++) {
    const set = keywords[at] ?? 0
    if (places[set] === -1) places[set] = sets.push(set) - 1
    renumbered[at] = places[set] ?? 0
  }
  return { keywords: renumbered, sets }
}

/** A column of any type is copied to one of floating point: loops over one type of array take a third of the time. */
function writeColumn(target: Buffer, start: number, column: ArrayLike<number>): number {
  const values = new Float64Array(column)
  let least = values[0] ?? 0
  let most = least
  for (let place = 1; place < values.length; place++) {
    const value = values[place] ?? 0
    if (value < least) least = value
    if (value > most) most = value
  }
  const width = widthOf(most - least)
  let at = target.writeDoubleLE(least, target.writeUInt8(width, start))
  if (width === 0) return at
  for (let place = 0; place < values.length; place++) {
    // Octet by octet: Buffer's own methods take ten times as long.
    const value = (values[place] ?? 0) - least
    target[at++] = value
    if (width > 1) target[at++] = value >>> 8
    if (width > 2) {
      target[at++] = value >>> 16
      target[at++] = value >>> 24
    }
    if (width > 4) at = target.writeUInt32LE(Math.floor(value / 2 ** 32), at)
  }
  return at
}

function readColumn(source: Buffer, start: number, column: Uint32Array | Uint8Array | Float64Array): number {
  const width = source.readUInt8(start)
  const least = source.readDoubleLE(start + 1)
  let at = start + columnHeadBytes
  if (width === 0) {
    column.fill(least)
    return at
  }
  const values = new Float64Array(column.length)
  for (let place = 0; place < values.length; place++, at += width) values[place] = least + readNumber(source, at, width)
  column.set(values)
  return at
}

function readNumber(source: Buffer, at: number, width: number): number {
  let value = source[at] ?? 0
  if (width > 1) value += (source[at + 1] ?? 0) << 8
  if (width > 2) value += ((source[at + 2] ?? 0) << 16) + (source[at + 3] ?? 0) * 2 ** 24
  return width > 4 ? value + source.readUInt32LE(at + 4) * 2 ** 32 : value
}

function widthOf(most: number): 0 | 1 | 2 | 4 | 8 {
  if (most === 0) return 0
  if (most < 2 ** 8) return 1
  if (most < 2 ** 16) return 2
  return most < 2 ** 32 ? 4 : 8
}

import fs from 'node:fs'
import { crc32 } from 'node:zlib'
import { readAt, readAtNow, readOnce } from '../base/file.ts'
import { blockRange, tableBytes, unpackRange } from './blocks.ts'
import { ContentDamaged } from './content.ts'
import type { Location, RecordRange, ScanOptions, StoredRecord } from './content.ts'
import { decodeRecordHead, flagBlocks, isRecord, recordBytes, recordHeadBytes, segmentHeadBytes } from './frame.ts'
import type { RecordHead } from './frame.ts'
import { Handles } from './handles.ts'
import type { Handle } from './handles.ts'
import { gapBytes, ReadAhead } from './read-ahead.ts'
import type { ScannedRecord } from './scan.ts'
import { listSegments, segmentPath } from './segment-files.ts'
import { walk } from './walk.ts'

export interface ReaderOptions {
  readonly folder: string
  /**
   * Where durable records end, as far as is known: a record that begins before it is there for good. What lies past it is read as without
   * this: as the log of another, which may write on.
   */
  readonly durableEnd?: () => Location
  /** For a thread that may wait for the disk: reads are made at once, which is several times cheaper. Everything still resolves later. */
  readonly blocking?: boolean
}

/** Open segment files that wait for their next use. */
const maxOpenSegments = 64
/** Heads that are remembered, of messages that are read in several pieces. */
const maxHeads = 256
/** A read from a record's beginning also brings its head and, as a rule, its header. */
const headerGuessBytes = 512
/** Reads of at most this much are made together with the head, in one piece. */
const withHeadBytes = 256 * 1024
const verifyBytes = 1024 * 1024

/** Reads segment files; any number of readers may do so, in any thread, beside the one writer. */
export class SegmentReader {
  readonly #folder: string
  readonly #durableEnd: (() => Location) | undefined
  readonly #handles: Handles
  readonly #blocking: boolean
  readonly #ahead = new ReadAhead()
  readonly #heads = new Map<number, RecordHead>()
  /** What the latest scan read last: who scans, as a rule reads the octets of what he has just seen. */
  #scanned: { readonly segment: number; readonly base: number; readonly octets: Buffer } | undefined

  constructor({ folder, durableEnd, blocking }: ReaderOptions) {
    this.#folder = folder
    this.#durableEnd = durableEnd
    this.#blocking = blocking ?? false
    this.#handles = new Handles(folder, maxOpenSegments)
  }

  /** As `Content.read`. The result may be a view of a larger piece. */
  async read(location: Location, start: number, end: number): Promise<Uint8Array> {
    const handle = this.#handles.ready(location.segment) ?? (await this.#handles.open(location.segment))
    handle.users++
    try {
      const head = this.#heads.get(headKey(location))
      if (head !== undefined) return await this.#octets(handle, location, head, start, end)
      const first = this.#piece(handle, location.offset, this.#firstLength(location, recordHeadBytes + headerGuessBytes + (end <= withHeadBytes ? end : 0)))
      let window = first instanceof Promise ? await first : first
      const missing = headMissing(window)
      if (missing > window.length) {
        const more = this.#piece(handle, location.offset, missing)
        window = more instanceof Promise ? await more : more
      }
      const found = this.#checkedHead(window, handle, location)
      const octetsAt = recordHeadBytes + found.headerLength
      if ((found.flags & flagBlocks) !== 0 && octetsAt + found.storedLength <= window.length) {
        checkRange(found, start, end)
        return unpack(location, window.subarray(octetsAt, octetsAt + found.storedLength), found, start, end)
      }
      if ((found.flags & flagBlocks) === 0 && octetsAt + end <= window.length) {
        checkRange(found, start, end)
        return window.subarray(octetsAt + start, octetsAt + end)
      }
      return await this.#octets(handle, location, found, start, end)
    } finally {
      this.#handles.release(handle)
    }
  }

  /** As `Content.readTogether`: one read for all of them. */
  async readTogether(ranges: readonly RecordRange[], into: Buffer): Promise<readonly Uint8Array[]> {
    const [first] = ranges
    if (first === undefined) return []
    const { segment } = first.location
    const base = this.#stretch(first).from
    const room = Math.min(into.length, this.#durableUpTo(segment) - base)
    let length = 0
    let count = 0
    for (const range of ranges) {
      const { from, to, guessed } = this.#stretch(range)
      if (range.location.segment !== segment || from < base || from - base > length + gapBytes || to - guessed - base > room) break
      length = Math.max(length, Math.min(to - base, room))
      count++
    }
    const handle = count === 0 ? undefined : (this.#handles.ready(segment) ?? (await this.#handles.open(segment).catch(() => undefined)))
    if (handle === undefined) return []
    handle.users++
    try {
      const piece = { base, octets: into.subarray(0, await readAt(handle.fd, into, length, base)) }
      const found: Uint8Array[] = []
      for (const range of ranges.slice(0, count)) {
        const octets = this.#inPiece(piece, handle, range)
        if (octets === undefined) break
        found.push(octets)
      }
      return found
    } catch {
      // A fault of the disk: `read` meets it too.
      return []
    } finally {
      this.#handles.release(handle)
    }
  }

  /** As `Content.scan`. */
  async *scan(from?: Location, to?: Location, options: ScanOptions = {}): AsyncGenerator<StoredRecord, void, undefined> {
    const durableEnd = this.#durableEnd?.()
    const octetsUpToBytes = options.octetsUpToBytes ?? -1
    const steps = walk({
      folder: this.#folder,
      handles: this.#handles,
      from,
      to,
      octetsUpToBytes,
      durableEnd,
      decode: (record, segment) => storedRecord(record, segment, octetsUpToBytes),
    })
    const fixed = to !== undefined || durableEnd !== undefined
    try {
      let step = steps.next()
      while (step.done !== true) {
        if ('handle' in step.value) {
          const { handle, position, length } = step.value
          const octets = this.#blocking ? readAllNow(handle.fd, position, length) : await readAll(handle.fd, position, length)
          this.#scanned = fixed ? { segment: handle.segment, base: position, octets } : undefined
          step = steps.next(octets)
        } else {
          yield step.value
          step = steps.next()
        }
      }
    } finally {
      steps.return()
    }
  }

  /** As `Content.verify`. Reads in pieces, whatever the record's length. */
  async verify(location: Location): Promise<boolean> {
    const handle = await this.#handles.open(location.segment).catch(asMissing)
    if (handle === undefined) return false
    handle.users++
    try {
      const window = await readAll(handle.fd, location.offset, recordHeadBytes + headerGuessBytes)
      const whole = headMissing(window) > window.length ? await readAll(handle.fd, location.offset, headMissing(window)) : window
      const head = genuineHead(whole, handle, location.offset)
      if (head === undefined) return false
      const end = location.offset + recordBytes(head)
      let crc = 0
      for (let at = end - head.storedLength; at < end; at += verifyBytes) {
        const length = Math.min(verifyBytes, end - at)
        const octets = await readAll(handle.fd, at, length)
        if (octets.length < length) return false
        crc = crc32(octets, crc)
      }
      return crc === head.octetsCrc
    } finally {
      this.#handles.release(handle)
    }
  }

  /** As `Content.segments`. */
  async segments(): Promise<{ segment: number; sizeBytes: number }[]> {
    const found = []
    for (const segment of listSegments(this.#folder)) found.push({ segment, sizeBytes: (await fs.promises.stat(segmentPath(this.#folder, segment))).size })
    return found
  }

  /** The segment is about to be deleted. */
  forget(segment: number): void {
    this.#handles.forget(segment)
    this.#ahead.forget(segment)
    if (this.#scanned?.segment === segment) this.#scanned = undefined
    for (const key of this.#heads.keys()) if (Math.floor(key / 2 ** 32) === segment) this.#heads.delete(key)
  }

  async close(): Promise<void> {
    await this.#handles.close()
  }

  async #octets(handle: Handle, location: Location, head: RecordHead, start: number, end: number): Promise<Uint8Array> {
    checkRange(head, start, end)
    if ((head.flags & flagBlocks) === 0) return await this.#stored(handle, location, head, start, end)
    if (start === end) return new Uint8Array()
    const table = await this.#stored(handle, location, head, head.storedLength - tableBytes(head.octetsLength), head.storedLength)
    const range = blockRange(table, { octets: head.octetsLength, stored: head.storedLength }, start, end)
    if (range === undefined) throw new ContentDamaged('the blocks of this record do not fit', location)
    const stored = await this.#stored(handle, location, head, range.start, range.end)
    return orDamaged(location, () => unpackRange(stored, range, head.octetsLength, start, end))
  }

  /** Octets as stored. */
  async #stored(handle: Handle, location: Location, head: RecordHead, start: number, end: number): Promise<Buffer> {
    const piece = this.#piece(handle, location.offset + recordHeadBytes + head.headerLength + start, end - start)
    const octets = piece instanceof Promise ? await piece : piece
    if (octets.length < end - start) throw new ContentDamaged('the segment ends inside this record', location)
    return octets
  }

  /** Octets of a segment, fewer only where it ends. In the log of another's no more is read than was asked for: it may take back what follows. */
  #piece(handle: Handle, position: number, length: number): Buffer | Promise<Buffer> {
    const scanned = this.#scanned
    if (scanned?.segment === handle.segment && position >= scanned.base && position + length <= scanned.base + scanned.octets.length)
      return scanned.octets.subarray(position - scanned.base, position - scanned.base + length)
    if (this.#blocking) return readAllNow(handle.fd, position, length)
    const limit = this.#durableUpTo(handle.segment)
    const reading = { segment: handle.segment, position, length }
    if (position + length > limit) return readAll(handle.fd, position, length)
    return this.#ahead.now(reading) ?? this.#ahead.get(reading, limit, (at, count) => readAll(handle.fd, at, count))
  }

  /** What to read of a segment for a range: with the record's head, unless that is known. `guessed`: so much of it may not be needed. */
  #stretch({ location, start, end }: RecordRange): { readonly from: number; readonly to: number; readonly guessed: number } {
    const head = this.#heads.get(headKey(location))
    const octetsAt = location.offset + recordHeadBytes + (head?.headerLength ?? headerGuessBytes)
    if (head === undefined) return { from: location.offset, to: octetsAt + end, guessed: headerGuessBytes }
    return { from: octetsAt + start, to: octetsAt + end, guessed: 0 }
  }

  /** A range that lies in a piece of its segment; undefined: not as it is, or not all of it. */
  #inPiece({ base, octets }: { readonly base: number; readonly octets: Buffer }, handle: Handle, { location, start, end }: RecordRange): Buffer | undefined {
    let head = this.#heads.get(headKey(location))
    if (head === undefined && location.offset >= base) {
      head = genuineHead(octets.subarray(location.offset - base), handle, location.offset)
      if (head !== undefined && head.octetsLength > withHeadBytes) this.#remember(location, head)
    }
    if (head === undefined || (head.flags & flagBlocks) !== 0 || start < 0 || end < start || end > head.octetsLength) return undefined
    const octetsAt = location.offset + recordHeadBytes + head.headerLength - base
    return octetsAt + start >= 0 && octetsAt + end <= octets.length ? octets.subarray(octetsAt + start, octetsAt + end) : undefined
  }

  /** Where in a segment ends what is there for good; 0: nowhere, as far as is known. */
  #durableUpTo(segment: number): number {
    const durable = this.#durableEnd?.()
    if (durable === undefined || durable.segment < segment) return 0
    return durable.segment > segment ? Number.POSITIVE_INFINITY : durable.offset
  }

  /** How much is read with the head: no more than what is there for good, or what the scan has in memory. */
  #firstLength(location: Location, length: number): number {
    const scanned = this.#scanned
    const inScanned = scanned?.segment === location.segment ? scanned.base + scanned.octets.length - location.offset : 0
    if (inScanned > recordHeadBytes && scanned !== undefined && location.offset >= scanned.base) return Math.min(length, inScanned)
    const durable = this.#durableEnd?.()
    return durable?.segment === location.segment && location.offset < durable.offset ? Math.min(length, durable.offset - location.offset) : length
  }

  #checkedHead(window: Buffer, handle: Handle, location: Location): RecordHead {
    const head = genuineHead(window, handle, location.offset)
    if (head === undefined) throw new ContentDamaged(`no record begins at segment ${location.segment}, offset ${location.offset}`, location)
    if (head.octetsLength > withHeadBytes) this.#remember(location, head)
    return head
  }

  #remember(location: Location, head: RecordHead): void {
    if (this.#heads.size >= maxHeads) for (const oldest of this.#heads.keys()) if (this.#heads.delete(oldest)) break
    this.#heads.set(headKey(location), head)
  }
}

function asMissing(error: unknown): undefined {
  if (error instanceof ContentDamaged) return undefined
  throw error
}

function headKey(location: Location): number {
  return location.segment * 2 ** 32 + location.offset
}

/** How many octets the head and the header take together, as far as the window tells. */
function headMissing(window: Buffer): number {
  const head = window.length < recordHeadBytes ? undefined : decodeRecordHead(window, 0)
  return head === undefined ? 0 : recordHeadBytes + head.headerLength
}

function genuineHead(window: Buffer, handle: Handle, offset: number): RecordHead | undefined {
  if (offset < segmentHeadBytes || window.length < recordHeadBytes) return undefined
  const head = decodeRecordHead(window, 0)
  return head !== undefined && recordHeadBytes + head.headerLength <= window.length && isRecord(window, 0, head, handle.seed, offset) ? head : undefined
}

function checkRange(head: RecordHead, start: number, end: number): void {
  if (start < 0 || end < start || end > head.octetsLength) throw new RangeError(`octets ${start} to ${end} of a record with ${head.octetsLength}`)
}

function storedRecord(record: ScannedRecord, segment: number, octetsUpToBytes: number): StoredRecord {
  const { head, offset, header, stored } = record
  const location = { segment, offset }
  const common = { location, end: { segment, offset: offset + recordBytes(head) }, header, octetsLength: head.octetsLength }
  if (stored === undefined || head.octetsLength > octetsUpToBytes) return common
  return { ...common, octets: (head.flags & flagBlocks) === 0 ? stored : unpack(location, stored, head, 0, head.octetsLength) }
}

/** From all octets as stored. */
function unpack(location: Location, stored: Buffer, head: RecordHead, start: number, end: number): Uint8Array {
  if (start === end) return new Uint8Array()
  const lengths = { octets: head.octetsLength, stored: head.storedLength }
  const range = blockRange(stored.subarray(stored.length - tableBytes(head.octetsLength)), lengths, start, end)
  if (range === undefined) throw new ContentDamaged('the blocks of this record do not fit', location)
  return orDamaged(location, () => unpackRange(stored.subarray(range.start, range.end), range, head.octetsLength, start, end))
}

function orDamaged(location: Location, work: () => Uint8Array): Uint8Array {
  try {
    return work()
  } catch (error) {
    throw new ContentDamaged('the octets of this record cannot be decompressed', location, { cause: error })
  }
}

async function readAll(fd: number, position: number, length: number): Promise<Buffer> {
  const octets = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const count = await readOnce(fd, octets, done, length - done, position + done)
    if (count === 0) return octets.subarray(0, done)
    done += count
  }
  return octets
}

function readAllNow(fd: number, position: number, length: number): Buffer {
  const octets = Buffer.allocUnsafe(length)
  return octets.subarray(0, readAtNow(fd, octets, length, position))
}

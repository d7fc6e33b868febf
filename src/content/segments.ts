import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { crc32 } from 'node:zlib'
import { closeFile, dataSync, isNoRoom, openFile, truncateFile, writeAt } from '../base/file.ts'
import type { Log } from '../base/log.ts'
import { packOctets } from './blocks.ts'
import { ContentFailed, ContentFull } from './content.ts'
import type { Appended, Content, Location, NewRecord, RecordRange, ScanOptions, StoredRecord } from './content.ts'
import { encodeSegmentHead, flagBlocks, maxHeaderBytes, maxOctetsBytes, segmentHeadBytes } from './frame.ts'
import { answer, bytesOf, endOf, GroupCommit, hasFile } from './group-commit.ts'
import type { OpenSegment, Waiting } from './group-commit.ts'
import { inspectNewest } from './recover.ts'
import type { Found } from './recover.ts'
import { SegmentReader } from './segment-reader.ts'
import { listSegments, segmentPath, syncFolder, tornPath } from './segment-files.ts'
import { tornEnd } from './walk.ts'

export interface SegmentsOptions {
  readonly folder: string
  readonly log: Log
  /** A segment that has reached this size is followed by a new one; default 64 MB. */
  readonly segmentBytes?: number
  /** Store octets in zstd where that is shorter: about a third of the disk for 30 µs of CPU a message. Records of both kinds may be mixed; default false. */
  readonly compress?: boolean
}

const defaultSegmentBytes = 64 * 1024 * 1024
/** Shorter octets than this are not worth compressing. */
const leastCompressedBytes = 256
/** Most that one group commit writes; what waits beyond it goes into the next. */
const maxGroupBytes = 8 * 1024 * 1024

/**
 * The log in files of a folder (made where it is missing). One process may append at a time: the caller holds the lock.
 * Reads the newest segment whole before it resolves.
 */
export async function openSegments(options: SegmentsOptions): Promise<SegmentLog> {
  const { folder, log } = options
  await fs.promises.mkdir(folder, { recursive: true, mode: 0o700 })
  const found = inspectNewest(folder)
  const clean = found !== undefined && found.bad.length === 0 && found.seed !== undefined
  if (found !== undefined && !clean)
    log.warn('content log has an unreadable place', { segment: found.segment, offsets: found.bad, endsAt: found.end, sizeBytes: found.sizeBytes })
  if (found === undefined) return new SegmentLog(options, found, undefined)
  const fd = await openFile(segmentPath(folder, found.segment), 'r+')
  if (clean && found.end < found.sizeBytes) await truncateFile(fd, found.end)
  // What the last process wrote and did not live to sync is read as durable from now on.
  await dataSync(fd)
  if (clean && found.seed !== undefined)
    return new SegmentLog(options, found, { segment: found.segment, fd, seed: found.seed, end: found.end, zerosEnd: found.end })
  await closeFile(fd)
  return new SegmentLog(options, found, undefined)
}

/** Compresses octets in memory now, and files when they are copied. Never rejects. */
async function pack(waiting: Waiting): Promise<void> {
  if (hasFile(waiting)) {
    waiting.flags = flagBlocks
    return
  }
  const packed = await packOctets(
    waiting.stored.filter((piece): piece is Uint8Array => !('path' in piece)),
    waiting.octetsLength,
  ).catch(() => undefined)
  if (packed === undefined) return
  waiting.flags = flagBlocks
  waiting.stored = packed
  waiting.storedLength = packed.reduce((sum, piece) => sum + piece.length, 0)
}

/** `Content` on segment files. */
export class SegmentLog implements Content {
  readonly #folder: string
  readonly #log: Log
  readonly #segmentBytes: number
  readonly #compress: boolean
  readonly #reader: SegmentReader
  readonly #commit = new GroupCommit()
  /** The newest segment as this process found it. */
  readonly #found: Found | undefined
  /** Undefined: the next group begins a new segment. */
  #current: OpenSegment | undefined
  #end: Location
  #waiting: Waiting[] = []
  /** Those that are being compressed. */
  readonly #packing = new Map<Waiting, Promise<void>>()
  #running: Promise<void> | undefined
  #failed: ContentFailed | undefined
  #full = false

  constructor(options: SegmentsOptions, found: Found | undefined, current: OpenSegment | undefined) {
    this.#folder = options.folder
    this.#log = options.log
    this.#segmentBytes = options.segmentBytes ?? defaultSegmentBytes
    this.#compress = options.compress ?? false
    this.#found = found
    this.#current = current
    this.#end = { segment: found?.segment ?? 0, offset: found?.end ?? 0 }
    this.#reader = new SegmentReader({ folder: options.folder, durableEnd: () => this.#end })
  }

  append(record: NewRecord): Promise<Appended> {
    const failed = this.#failed
    if (failed !== undefined) return Promise.reject(failed)
    let octetsLength = 0
    for (const piece of record.octets) octetsLength += 'path' in piece ? piece.sizeBytes : piece.length
    if (record.header.length > maxHeaderBytes || octetsLength > maxOctetsBytes) return Promise.reject(new RangeError('record too long for the content log'))
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { header: record.header, octetsLength, stored: record.octets, storedLength: octetsLength, flags: 0, resolve, reject }
      if (this.#compress && octetsLength >= leastCompressedBytes) this.#packing.set(waiting, pack(waiting))
      this.#waiting.push(waiting)
      this.#running ??= this.#run()
    })
  }

  read(location: Location, start: number, end: number): Promise<Uint8Array> {
    return this.#reader.read(location, start, end)
  }

  readTogether(ranges: readonly RecordRange[], into: Buffer): Promise<readonly Uint8Array[]> {
    return this.#reader.readTogether(ranges, into)
  }

  scan(from?: Location, to?: Location, options?: ScanOptions): AsyncIterable<StoredRecord> {
    return this.#reader.scan(from, to, options)
  }

  /** Why nothing is accepted; `full` heals by itself. */
  trouble(): 'full' | 'failed' | undefined {
    return this.#failed !== undefined ? 'failed' : this.#full ? 'full' : undefined
  }

  end(): Location {
    return this.#end
  }

  segmentEnd(segment: number): number | undefined {
    if (segment === this.#end.segment) return this.#end.offset
    const sizeBytes = fs.statSync(segmentPath(this.#folder, segment), { throwIfNoEntry: false })?.size
    return sizeBytes === undefined ? undefined : Math.min(tornEnd(this.#folder, segment) ?? sizeBytes, sizeBytes)
  }

  async beginAfter(segment: number): Promise<void> {
    await this.#running
    await this.#beginSegment(segment)
  }

  verify(location: Location): Promise<boolean> {
    return this.#reader.verify(location)
  }

  async segments(): Promise<{ segment: number; sizeBytes: number }[]> {
    const found = await this.#reader.segments()
    return found.map((one) => (one.segment === this.#current?.segment ? { ...one, sizeBytes: this.#current.end } : one))
  }

  async drop(segment: number): Promise<void> {
    if (segment >= (listSegments(this.#folder).at(-1) ?? 0)) throw new RangeError(`segment ${segment} is the last one`)
    this.#reader.forget(segment)
    await fs.promises.rm(segmentPath(this.#folder, segment), { force: true })
    await fs.promises.rm(tornPath(this.#folder, segment), { force: true })
    await syncFolder(this.#folder)
  }

  async close(): Promise<void> {
    await this.#running
    this.#failed ??= new ContentFailed('the content log is closed')
    const current = this.#current
    this.#current = undefined
    if (current !== undefined) {
      // Zeros that stay are cut off by the next process.
      await truncateFile(current.fd, current.end).catch(() => undefined)
      await closeFile(current.fd)
    }
    await this.#reader.close()
  }

  /** Commits group after group, until nobody waits. Never rejects. */
  async #run(): Promise<void> {
    // Everybody whose record comes in this turn of the event loop goes with the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      try {
        if (this.#packing.size > 0) await this.#packed(group)
        await this.#commitGroup(group)
      } catch (error) {
        this.#reject(group, error)
      }
    }
    this.#running = undefined
  }

  #nextGroup(): readonly Waiting[] {
    const waiting = this.#waiting
    let bytes = 0
    let count = 0
    for (const one of waiting) {
      bytes += bytesOf(one)
      if (count > 0 && bytes > maxGroupBytes) break
      count++
    }
    this.#waiting = waiting.slice(count)
    return count === waiting.length ? waiting : waiting.slice(0, count)
  }

  async #packed(group: readonly Waiting[]): Promise<void> {
    for (const waiting of group) {
      await this.#packing.get(waiting)
      this.#packing.delete(waiting)
    }
  }

  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed
    const current = this.#current !== undefined && this.#current.end < this.#segmentBytes ? this.#current : await this.#beginSegment()
    const { segment, results, refused } = await this.#commit.commit(current, group)
    this.#current = segment
    this.#end = endOf(segment)
    this.#noteRoom(refused === 0)
    answer(segment.segment, group, results)
  }

  #noteRoom(room: boolean): void {
    if (room && this.#full) this.#log.info('content log has room again')
    if (!room && !this.#full) this.#log.error('content log has no room')
    this.#full = !room
  }

  /** A group that could not be tried at all. No room heals by itself; anything else is for good. */
  #reject(group: readonly Waiting[], error: unknown): void {
    const full = isNoRoom(error)
    if (full) this.#noteRoom(false)
    if (!full && this.#failed === undefined) {
      this.#failed = error instanceof ContentFailed ? error : new ContentFailed('the content log could not be written', { cause: error })
      this.#log.error('content log failed, nothing is accepted any more', { err: error })
    }
    const answer = full ? new ContentFull('no room for a new segment', { cause: error }) : (this.#failed ?? new ContentFailed('the content log failed'))
    for (const waiting of group) waiting.reject(answer)
  }

  /** A `.seg` file has its head and its name on disk before anything refers to it. */
  async #beginSegment(after = 0): Promise<OpenSegment> {
    const previous = this.#current
    if (previous !== undefined) {
      // A segment that is not the last has nothing behind its records.
      await truncateFile(previous.fd, previous.end)
      await dataSync(previous.fd)
    }
    await this.#noteTornEnd()
    const segment = Math.max(listSegments(this.#folder).at(-1) ?? 0, this.#end.segment, after) + 1
    const name = segmentPath(this.#folder, segment)
    const salt = randomBytes(12)
    const fd = await openFile(`${name}.new`, 'w+')
    try {
      await writeAt(fd, [encodeSegmentHead(segment, salt)], 0)
      await dataSync(fd)
      await fs.promises.rename(`${name}.new`, name)
      await syncFolder(this.#folder)
    } catch (error) {
      await closeFile(fd)
      if (isNoRoom(error)) await fs.promises.rm(`${name}.new`, { force: true })
      throw error
    }
    if (previous !== undefined) await closeFile(previous.fd)
    this.#current = { segment, fd, seed: crc32(salt), end: segmentHeadBytes, zerosEnd: segmentHeadBytes }
    this.#end = endOf(this.#current)
    return this.#current
  }

  /** The segment that this process found ends in something unreadable, and is now no longer the newest. */
  async #noteTornEnd(): Promise<void> {
    const found = this.#found
    // Without a bad place it was gone on with.
    if (found === undefined || found.bad.length === 0 || found.end >= found.sizeBytes || this.#end.segment !== found.segment) return
    const name = tornPath(this.#folder, found.segment)
    await fs.promises.writeFile(`${name}.new`, `${found.end}\n`, { flush: true, mode: 0o600 })
    await fs.promises.rename(`${name}.new`, name)
  }
}

import { crc32 } from 'node:zlib'
import { dataSync, isNoRoom, truncateFile, writeAt } from '../base/file.ts'
import { blockBytes, packBlock, packTable } from './blocks.ts'
import type { Appended, Location, Piece } from './content.ts'
import { ContentFailed, ContentFull } from './content.ts'
import { encodeRecordHead, flagBlocks, recordHeadBytes } from './frame.ts'
import { chunksOf, SpoolUnreadable } from './spool.ts'

/** The segment that is being written. */
export interface OpenSegment {
  readonly segment: number
  readonly fd: number
  readonly seed: number
  /** Where the next record goes; everything before it is durable. */
  readonly end: number
  /** From `end` to here the file has zeros. At most `end`: it has none. */
  readonly zerosEnd: number
}

/** A record that waits for its sync. */
export interface Waiting {
  readonly header: Uint8Array
  readonly octetsLength: number
  /** As they are to be stored; a file is compressed on the way, where `flags` say so. */
  stored: readonly Piece[]
  storedLength: number
  flags: number
  resolve(appended: Appended): void
  reject(error: Error): void
}

/** Pieces of at most this are copied together, so that a group is few writes; larger ones are written from where they are. */
const copyUpToBytes = 64 * 1024
/** Kept between groups; larger ones get a buffer of their own. */
const slabBytes = 1024 * 1024
/** What is written ahead of the records, once the last of it has been used. */
const zeros = new Uint8Array(256 * 1024)
/** Head, header and octets as stored. */
export function bytesOf(waiting: Waiting): number {
  return recordHeadBytes + waiting.header.length + waiting.storedLength
}

export function hasFile(waiting: Waiting): boolean {
  return waiting.stored.some((piece) => 'path' in piece)
}

type Result = { readonly from: number } | { readonly error: Error }

export interface Committed {
  /** The segment as the next group finds it. */
  readonly segment: OpenSegment
  /** For each record of the group. */
  readonly results: readonly Result[]
  /** How many of them found no room. */
  readonly refused: number
}

/** Writes one group of records and syncs it. One group at a time: the caller waits for the last before it gives the next. */
export class GroupCommit {
  readonly #slab = Buffer.allocUnsafeSlow(slabBytes)
  /** Spool files are copied through it: all the memory that a message of 100 MB costs. */
  #chunk: Buffer | undefined

  /**
   * Writes and syncs. What did not fit is cut off, and its answer is `ContentFull`; the others stand. Rejects with
   * `ContentFailed` when the file cannot be trusted any more.
   */
  async commit(segment: OpenSegment, group: readonly Waiting[]): Promise<Committed> {
    const results: Result[] = []
    const writer = new GroupWriter(segment, this.#slab, () => (this.#chunk ??= Buffer.allocUnsafeSlow(blockBytes)))
    try {
      for (const run of runs(group)) results.push(...(await writer.write(run)))
      if (writer.position > segment.end) {
        await writer.writeZeros()
        await dataSync(segment.fd)
      }
    } catch (error) {
      // Nobody has been told of these records: if it still can be, they go, so that they do not come twice when they are sent again.
      await truncateFile(segment.fd, segment.end).catch(() => undefined)
      throw new ContentFailed('the content log could not be written', { cause: error })
    }
    const { position: end, zerosEnd } = writer
    return {
      segment: { ...segment, end, zerosEnd },
      results,
      refused: results.filter((result) => 'error' in result && result.error instanceof ContentFull).length,
    }
  }
}

/** Tells each record what became of it. The log's end has been moved by then: who is told looks at it. */
export function answer(segment: number, group: readonly Waiting[], results: readonly Result[]): void {
  for (let index = 0; index < group.length; index++) {
    const waiting = group[index]
    const result = results[index]
    if (waiting === undefined || result === undefined) continue
    if ('error' in result) waiting.reject(result.error)
    else waiting.resolve({ location: { segment, offset: result.from }, end: { segment, offset: result.from + bytesOf(waiting) } })
  }
}

/** Neighbours that are in memory go together; each record with a file goes alone. */
function* runs(group: readonly Waiting[]): Generator<readonly Waiting[]> {
  if (!group.some(hasFile)) {
    yield group
    return
  }
  let run: Waiting[] = []
  for (const waiting of group) {
    if (!hasFile(waiting)) {
      run.push(waiting)
      continue
    }
    if (run.length > 0) yield run
    yield [waiting]
    run = []
  }
  if (run.length > 0) yield run
}

class GroupWriter {
  position: number
  zerosEnd: number
  readonly #segment: OpenSegment
  readonly #slab: Buffer
  readonly #chunk: () => Buffer
  /** The smallest record that found no room; what is as large is not tried again in this group. */
  #tooLarge = Number.POSITIVE_INFINITY

  constructor(segment: OpenSegment, slab: Buffer, chunk: () => Buffer) {
    this.#segment = segment
    this.#slab = slab
    this.#chunk = chunk
    this.position = segment.end
    this.zerosEnd = segment.zerosEnd
  }

  async write(run: readonly Waiting[]): Promise<Result[]> {
    const together = await this.#attempt(run)
    if (together !== undefined) return together
    if (run.length === 1) return [this.#full(run[0] === undefined ? 0 : bytesOf(run[0]))]
    const results: Result[] = []
    for (const waiting of run)
      results.push((bytesOf(waiting) < this.#tooLarge ? await this.#attempt([waiting]) : undefined)?.[0] ?? this.#full(bytesOf(waiting)))
    return results
  }

  /**
   * Behind the group, where it has used the zeros up. A sync of octets that overwrite others need not wait for a new size of the
   * file: it takes 0.6 of the time (README.md). A group larger than the zeros would gain nothing.
   */
  async writeZeros(): Promise<void> {
    if (this.position < this.zerosEnd || this.position - this.#segment.end > zeros.length) return
    try {
      await writeAt(this.#segment.fd, [zeros], this.position)
      this.zerosEnd = this.position + zeros.length
    } catch (error) {
      if (!isNoRoom(error)) throw error
      await this.#cutOff(this.position)
    }
  }

  /** Undefined: no room, and nothing of it remains. */
  async #attempt(run: readonly Waiting[]): Promise<Result[] | undefined> {
    const from = this.position
    const [first] = run
    try {
      if (first !== undefined && hasFile(first)) await this.#writeWithFiles(first, from)
      else await writeAt(this.#segment.fd, this.#encode(run), from)
    } catch (error) {
      if (!isNoRoom(error) && !(error instanceof SpoolUnreadable)) throw error
      await this.#cutOff(from)
      return error instanceof SpoolUnreadable ? [{ error }] : undefined
    }
    return run.map((waiting) => {
      const at = this.position
      this.position += bytesOf(waiting)
      return { from: at }
    })
  }

  async #cutOff(end: number): Promise<void> {
    await truncateFile(this.#segment.fd, end)
    this.zerosEnd = end
  }

  #full(bytes: number): Result {
    this.#tooLarge = Math.min(this.#tooLarge, bytes)
    return { error: new ContentFull('no room for the record') }
  }

  /** The run as buffers to be written in a row. */
  #encode(run: readonly Waiting[]): Uint8Array[] {
    const slab = this.#slabFor(run)
    const buffers: Uint8Array[] = []
    let offset = this.position
    let at = 0
    let flushed = 0
    for (const waiting of run) {
      const { header, stored } = waiting
      const headAt = at
      slab.set(header, at + recordHeadBytes)
      at += recordHeadBytes + header.length
      let crc = 0
      if (bytesOf(waiting) <= copyUpToBytes) {
        const octetsAt = at
        for (const piece of stored) {
          slab.set(inMemory(piece), at)
          at += inMemory(piece).length
        }
        crc = crc32(slab.subarray(octetsAt, at))
      } else {
        buffers.push(slab.subarray(flushed, at))
        flushed = at
        for (const piece of stored) {
          crc = crc32(inMemory(piece), crc)
          buffers.push(inMemory(piece))
        }
      }
      this.#head(slab, headAt, { waiting, octetsCrc: crc, offset })
      offset += bytesOf(waiting)
    }
    if (at > flushed) buffers.push(slab.subarray(flushed, at))
    return buffers
  }

  #slabFor(run: readonly Waiting[]): Buffer {
    let bytes = 0
    for (const waiting of run) bytes += bytesOf(waiting) <= copyUpToBytes ? bytesOf(waiting) : recordHeadBytes + waiting.header.length
    return bytes <= this.#slab.length ? this.#slab : Buffer.allocUnsafeSlow(bytes)
  }

  /** Octets first, as they are read; the head, which has their checksum, last. */
  async #writeWithFiles(waiting: Waiting, offset: number): Promise<void> {
    const { header } = waiting
    const start = offset + recordHeadBytes + header.length
    let at = start
    let crc = 0
    const write = async (octets: Uint8Array) => {
      crc = crc32(octets, crc)
      await writeAt(this.#segment.fd, [octets], at)
      at += octets.length
    }
    const lengths: number[] = []
    for await (const chunk of chunksOf(waiting.stored, this.#chunk())) {
      const block = (waiting.flags & flagBlocks) === 0 ? chunk : await packBlock(chunk)
      lengths.push(block.length)
      await write(block)
    }
    if ((waiting.flags & flagBlocks) !== 0) await write(packTable(lengths))
    waiting.storedLength = at - start
    const head = Buffer.allocUnsafe(recordHeadBytes + header.length)
    head.set(header, recordHeadBytes)
    this.#head(head, 0, { waiting, octetsCrc: crc, offset })
    await writeAt(this.#segment.fd, [head], offset)
  }

  #head(target: Buffer, at: number, { waiting, octetsCrc, offset }: { waiting: Waiting; octetsCrc: number; offset: number }): void {
    const { flags, header, octetsLength, storedLength } = waiting
    const head = { flags, headerLength: header.length, octetsLength, storedLength, octetsCrc, groupStart: this.#segment.end }
    encodeRecordHead(target, at, head, this.#segment.seed, offset)
  }
}

function inMemory(piece: Piece): Uint8Array {
  if ('path' in piece) throw new TypeError('a file among octets in memory')
  return piece
}

/** Where nothing has been written yet: the end of the segment's head. */
export function endOf(segment: OpenSegment): Location {
  return { segment: segment.segment, offset: segment.end }
}

import { crc32 } from 'node:zlib'
import type { Appended, Location, NewRecord, Piece } from './content.ts'
import { ContentFailed, ContentFull } from './content.ts'
import { encodeRecordHead, recordHeadBytes } from './frame.ts'
import { closeFile, dataSync, isNoRoom, openFile, readOnce, truncateFile, writeAt } from './segment-files.ts'

/** The segment that is being written. */
export interface OpenSegment {
  readonly segment: number
  readonly fd: number
  readonly seed: number
  /** Where the next record goes; everything before it is durable. */
  readonly end: number
}

/** A record that waits for its sync. */
export interface Waiting {
  readonly record: NewRecord
  readonly octetsLength: number
  /** Head, header and octets. */
  readonly bytes: number
  resolve(appended: Appended): void
  reject(error: Error): void
}

/** Pieces of at most this are copied together, so that a group is few writes; larger ones are written from where they are. */
const copyUpToBytes = 64 * 1024
/** Kept between groups; larger ones get a buffer of their own. */
const slabBytes = 1024 * 1024
/** Spool files are copied in pieces of this size: all the memory that a message of 100 MB costs. */
const fileChunkBytes = 256 * 1024

type Result = { readonly from: number } | { readonly error: Error }

export interface Committed {
  /** Where the next record goes. */
  readonly end: number
  /** For each record of the group. */
  readonly results: readonly Result[]
  /** How many of them found no room. */
  readonly refused: number
}

/** Writes one group of records and syncs it. One group at a time: the caller waits for the last before it gives the next. */
export class GroupCommit {
  readonly #slab = Buffer.allocUnsafeSlow(slabBytes)
  #chunk: Buffer | undefined

  /**
   * Writes and syncs. What did not fit is cut off, and its answer is `ContentFull`; the others stand. Rejects with
   * `ContentFailed` when the file cannot be trusted any more.
   */
  async commit(segment: OpenSegment, group: readonly Waiting[]): Promise<Committed> {
    const results: Result[] = []
    const writer = new GroupWriter(segment, this.#slab, () => (this.#chunk ??= Buffer.allocUnsafeSlow(fileChunkBytes)))
    try {
      for (const run of runs(group)) results.push(...(await writer.write(run)))
      if (writer.position > segment.end) await dataSync(segment.fd)
    } catch (error) {
      // Nobody has been told of these records: if it still can be, they go, so that they do not come twice when they are sent again.
      await truncateFile(segment.fd, segment.end).catch(() => undefined)
      throw new ContentFailed('the content log could not be written', { cause: error })
    }
    return { end: writer.position, results, refused: results.filter((result) => 'error' in result && result.error instanceof ContentFull).length }
  }
}

/** Tells each record what became of it. The log's end has been moved by then: who is told looks at it. */
export function answer(segment: number, group: readonly Waiting[], results: readonly Result[]): void {
  for (let index = 0; index < group.length; index++) {
    const waiting = group[index]
    const result = results[index]
    if (waiting === undefined || result === undefined) continue
    if ('error' in result) waiting.reject(result.error)
    else waiting.resolve({ location: { segment, offset: result.from }, end: { segment, offset: result.from + waiting.bytes } })
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

function hasFile(waiting: Waiting): boolean {
  return waiting.record.octets.some((piece) => 'path' in piece)
}

class GroupWriter {
  position: number
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
  }

  async write(run: readonly Waiting[]): Promise<Result[]> {
    const together = await this.#attempt(run)
    if (together !== undefined) return together
    if (run.length === 1) return [this.#full(run[0]?.bytes ?? 0)]
    const results: Result[] = []
    for (const waiting of run) results.push((waiting.bytes < this.#tooLarge ? await this.#attempt([waiting]) : undefined)?.[0] ?? this.#full(waiting.bytes))
    return results
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
      await truncateFile(this.#segment.fd, from)
      return error instanceof SpoolUnreadable ? [{ error }] : undefined
    }
    return run.map((waiting) => {
      const at = this.position
      this.position += waiting.bytes
      return { from: at }
    })
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
      const { header, octets } = waiting.record
      const headAt = at
      slab.set(header, at + recordHeadBytes)
      at += recordHeadBytes + header.length
      let crc = 0
      if (waiting.bytes <= copyUpToBytes) {
        const octetsAt = at
        for (const piece of octets) {
          slab.set(inMemory(piece), at)
          at += inMemory(piece).length
        }
        crc = crc32(slab.subarray(octetsAt, at))
      } else {
        buffers.push(slab.subarray(flushed, at))
        flushed = at
        for (const piece of octets) {
          crc = crc32(inMemory(piece), crc)
          buffers.push(inMemory(piece))
        }
      }
      this.#head(slab, headAt, { waiting, octetsCrc: crc, offset })
      offset += waiting.bytes
    }
    if (at > flushed) buffers.push(slab.subarray(flushed, at))
    return buffers
  }

  #slabFor(run: readonly Waiting[]): Buffer {
    let bytes = 0
    for (const waiting of run) bytes += waiting.bytes <= copyUpToBytes ? waiting.bytes : recordHeadBytes + waiting.record.header.length
    return bytes <= this.#slab.length ? this.#slab : Buffer.allocUnsafeSlow(bytes)
  }

  /** Octets first, as they are read; the head, which has their checksum, last. */
  async #writeWithFiles(waiting: Waiting, offset: number): Promise<void> {
    const { header, octets } = waiting.record
    let at = offset + recordHeadBytes + header.length
    let crc = 0
    for (const piece of octets) {
      if ('path' in piece) {
        crc = await this.#copyFile(piece, at, crc)
        at += piece.sizeBytes
      } else {
        crc = crc32(piece, crc)
        await writeAt(this.#segment.fd, [piece], at)
        at += piece.length
      }
    }
    const head = Buffer.allocUnsafe(recordHeadBytes + header.length)
    head.set(header, recordHeadBytes)
    this.#head(head, 0, { waiting, octetsCrc: crc, offset })
    await writeAt(this.#segment.fd, [head], offset)
  }

  async #copyFile(piece: { path: string; sizeBytes: number }, position: number, crc: number): Promise<number> {
    const chunk = this.#chunk()
    const fd = await spool(() => openFile(piece.path, 'r'))
    let sum = crc
    try {
      for (let done = 0; done < piece.sizeBytes; ) {
        const count = await spool(() => readOnce(fd, chunk, 0, Math.min(chunk.length, piece.sizeBytes - done), done))
        if (count === 0) throw new SpoolUnreadable(`the file has fewer than ${piece.sizeBytes} octets`)
        const octets = chunk.subarray(0, count)
        sum = crc32(octets, sum)
        await writeAt(this.#segment.fd, [octets], position + done)
        done += count
      }
    } finally {
      await closeFile(fd)
    }
    return sum
  }

  #head(target: Buffer, at: number, { waiting, octetsCrc, offset }: { waiting: Waiting; octetsCrc: number; offset: number }): void {
    const { octetsLength } = waiting
    const head = { flags: 0, headerLength: waiting.record.header.length, octetsLength, storedLength: octetsLength, octetsCrc, groupStart: this.#segment.end }
    encodeRecordHead(target, at, head, this.#segment.seed, offset)
  }
}

function inMemory(piece: Piece): Uint8Array {
  if ('path' in piece) throw new TypeError('a file among octets in memory')
  return piece
}

/** The message's own file could not be read: a fault of that one record. */
class SpoolUnreadable extends Error {
  override readonly name = 'SpoolUnreadable'
}

async function spool<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new SpoolUnreadable('the spool file cannot be read', { cause: error })
  }
}

/** Where nothing has been written yet: the end of the segment's head. */
export function endOf(segment: OpenSegment): Location {
  return { segment: segment.segment, offset: segment.end }
}

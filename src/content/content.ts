/**
 * The content port: message octets, written once (DESIGN decision 2). A record is an opaque header (what store/ says about
 * the octets) and the octets. Records are never changed; the log of all records is the truth that the database is an index of.
 */

/** Where a record begins. Ordered: first by segment, then by offset. */
export interface Location {
  /** From 1, ascending; never used again. */
  readonly segment: number
  /** Octets from the segment's start. */
  readonly offset: number
}

/** Octets in memory, or a whole file (a spooled message). The file may be deleted once `append` has resolved. */
export type Piece = Uint8Array | { readonly path: string; readonly sizeBytes: number }

export interface NewRecord {
  readonly header: Uint8Array
  readonly octets: readonly Piece[]
}

export interface Appended {
  readonly location: Location
  /** Where the next record begins: what the index may cover once it has this one. */
  readonly end: Location
}

export interface StoredRecord extends Appended {
  readonly header: Uint8Array
  /** Length of the octets. */
  readonly octetsLength: number
  /** The octets, where the scan asked for them and they are not longer than it wanted. Header and octets are good until the next record is asked for and after, but keep up to 1 MB alive: copy what is kept. */
  readonly octets?: Uint8Array
}

export interface ScanOptions {
  /** Records whose octets are at most this long come with them; default: none do. */
  readonly octetsUpToBytes?: number
}

/** Octets of a record, as `Content.read` takes them. */
export interface RecordRange {
  readonly location: Location
  readonly start: number
  readonly end: number
}

export interface Content {
  /**
   * Resolves when the record is durable. Callers that wait at the same moment share one sync. Order of the log is the order
   * of the calls. Rejects with `ContentFull` when there is no room (nothing of the record remains), with `ContentFailed`
   * after a failed write or sync: then nothing is accepted any more until the process has been started anew.
   */
  append(record: NewRecord): Promise<Appended>
  /** Octets `start` (inclusive) to `end` (exclusive) of the record's octets. Checks bounds; does not check the checksum. */
  read(location: Location, start: number, end: number): Promise<Uint8Array>
  /**
   * The first few of these, as many as lie near each other in the log and have room in `into`: views of it, as long as its owner leaves them alone.
   * None, or fewer, whatever the reason: ask `read`.
   */
  readTogether(ranges: readonly RecordRange[], into: Buffer): Promise<readonly Uint8Array[]>
  /**
   * All whole records from `from` (undefined: the oldest) in order, up to `to` (exclusive; undefined: the end).
   * Ends silently at a torn tail; throws `ContentDamaged` for damage anywhere else, also where the log ends before `from`.
   * Checks the checksum of whatever it has read; octets that it skipped it has not.
   * Who follows the log from another thread gives a `to` that was acknowledged: records past it may yet be taken back.
   */
  scan(from?: Location, to?: Location, options?: ScanOptions): AsyncIterable<StoredRecord>
  /** The end of what is durable: where the next record will begin, or at the start of a new segment. */
  end(): Location
  /** Where the whole records of a segment end, in octets from its start; undefined: there is no such segment. */
  segmentEnd(segment: number): number | undefined
  /** Begins a segment with a number above this one; it is there when this resolves. For who has just opened the log: nothing may be on its way in. */
  beginAfter(segment: number): Promise<void>
  /** Reads a record again and compares its checksum. */
  verify(location: Location): Promise<boolean>
  /** Each segment with its size; the last one is being written. */
  segments(): Promise<readonly { readonly segment: number; readonly sizeBytes: number }[]>
  /** Deletes a whole segment (compaction). Never the last one. */
  drop(segment: number): Promise<void>
  close(): Promise<void>
}

export class ContentFull extends Error {
  override readonly name = 'ContentFull'
}
export class ContentFailed extends Error {
  override readonly name = 'ContentFailed'
}
/** Octets that had been acknowledged cannot be read as they were written (or there is nothing at that location). */
export class ContentDamaged extends Error {
  override readonly name = 'ContentDamaged'
  readonly location: Location
  /** Where a scan may go on behind the damage; undefined: nothing follows. */
  readonly resumeAt: Location | undefined
  constructor(message: string, location: Location, options: { resumeAt?: Location | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.location = location
    this.resumeAt = options.resumeAt
  }
}

export function compareLocations(a: Location, b: Location): number {
  return a.segment - b.segment || a.offset - b.offset
}

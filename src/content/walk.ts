import fs from 'node:fs'
import { compareLocations, ContentDamaged } from './content.ts'
import type { Location, StoredRecord } from './content.ts'
import { recordBytes, segmentHeadBytes } from './frame.ts'
import type { Handle, Handles } from './handles.ts'
import { findRecord, scanWindow } from './scan.ts'
import type { ScannedRecord } from './scan.ts'
import { listSegments, segmentPath, tornPath } from './segment-files.ts'

/** The walk wants octets: `length` of them at `position`, fewer only where the file ends. */
export interface Want {
  readonly handle: Handle
  readonly position: number
  readonly length: number
}

export type Walk = Generator<Want | StoredRecord, void, Buffer | undefined>

export interface WalkOptions {
  readonly folder: string
  readonly handles: Handles
  readonly from: Location | undefined
  readonly to: Location | undefined
  /** -1: no octets. */
  readonly octetsUpToBytes: number
  /** The writer's own log: where its durable records end. */
  readonly durableEnd: Location | undefined
  readonly decode: (record: ScannedRecord, segment: number) => StoredRecord
}

/** Octets that one read asks for; large enough for the disk's full speed, small enough for a first record soon. */
const windowBytes = 1024 * 1024
/** Behind a record whose octets were skipped, so that skipping saves something. */
const smallWindowBytes = 64 * 1024

/**
 * All records of a log as `Content.scan` gives them, without doing the reads: it yields what it wants to read, and is
 * sent the octets. So one text serves both the protocol thread, which awaits them, and worker threads, which need not.
 */
export function* walk(options: WalkOptions): Walk {
  const { folder, to } = options
  let at = options.from ?? { segment: 0, offset: 0 }
  for (;;) {
    if (to !== undefined && compareLocations(at, to) >= 0) return
    const place = findSegment(folder, at, to)
    if (place === undefined) return
    if (place.segment !== at.segment || at.offset < segmentHeadBytes) at = { segment: place.segment, offset: segmentHeadBytes }
    const reached = yield* walkSegment(options, at, place.newest)
    if (!place.newest) at = { segment: place.segment + 1, offset: segmentHeadBytes }
    else if (to === undefined || reached <= at.offset) return
    else at = { segment: at.segment, offset: reached }
  }
}

/** The segment of `at`, or the next that is there. `newest`: it may still grow. */
function findSegment(folder: string, at: Location, to: Location | undefined): { segment: number; newest: boolean } | undefined {
  if (to !== undefined && at.segment === to.segment) return { segment: at.segment, newest: true }
  const segments = listSegments(folder)
  const segment = segments.find((number) => number >= at.segment)
  return segment === undefined ? undefined : { segment, newest: segment === segments.at(-1) }
}

/** Yields the records from `from.offset`; returns how far it got. */
function* walkSegment(options: WalkOptions, from: Location, newest: boolean): Generator<Want | StoredRecord, number, Buffer | undefined> {
  const { segment } = from
  const handle = options.handles.openNow(segment)
  handle.users++
  try {
    const limit = segmentLimit(options, segment, newest)
    if (from.offset > limit.offset && limit.exact && newest) throw new ContentDamaged('the log ends before this location', from)
    let at = from.offset
    let wish = windowBytes
    let want = 0
    while (at < limit.offset) {
      const length = Math.min(Math.max(want, wish), limit.offset - at)
      const window = yield* read({ handle, position: at, length })
      const found = scanWindow(window, at, handle.seed, options.octetsUpToBytes)
      const whole = found.next <= limit.offset
      for (const record of whole ? found.records : found.records.slice(0, -1)) {
        yield options.decode(record, segment)
      }
      const bad =
        found.bad ??
        badLength({ whole, want: found.want, windowLength: window.length, length, atEnd: at + length >= limit.offset, left: at + window.length - found.next })
      if (bad !== undefined) {
        const badAt = whole ? found.next : (found.records.at(-1)?.offset ?? at)
        yield* judge(handle, badAt, limit, bad)
        return badAt
      }
      wish = found.next > at + window.length ? smallWindowBytes : windowBytes
      at = found.next
      want = found.want
    }
    return at
  } finally {
    options.handles.release(handle)
  }
}

/** A record that goes past the limit, or a file that is shorter than it was. */
function badLength(seen: { whole: boolean; want: number; windowLength: number; length: number; atEnd: boolean; left: number }): string | undefined {
  if (!seen.whole) return 'the record is not whole'
  if (seen.windowLength < seen.length) return 'the segment is shorter than it was'
  return seen.atEnd && seen.left > 0 ? 'the record is not whole' : undefined
}

interface Limit {
  readonly offset: number
  /** Everything before it was acknowledged, so what cannot be read there is damage. */
  readonly exact: boolean
}

function segmentLimit(options: WalkOptions, segment: number, newest: boolean): Limit {
  const { durableEnd, to } = options
  const upTo = to?.segment === segment ? to.offset : Number.POSITIVE_INFINITY
  if (durableEnd?.segment === segment) return { offset: Math.min(durableEnd.offset, upTo), exact: true }
  const sizeBytes = fs.statSync(segmentPath(options.folder, segment)).size
  if (upTo <= sizeBytes) return { offset: upTo, exact: true }
  return { offset: Math.min(tornEnd(options.folder, segment) ?? sizeBytes, sizeBytes), exact: !newest }
}

/** Where the whole records of a segment with an unreadable end stop; undefined: it has no such end. */
export function tornEnd(folder: string, segment: number): number | undefined {
  let text: string
  try {
    text = fs.readFileSync(tornPath(folder, segment), 'utf8')
  } catch {
    return undefined
  }
  const end = Number.parseInt(text, 10)
  return Number.isSafeInteger(end) && end >= segmentHeadBytes ? end : undefined
}

/** At `offset` stands no record. Throws if records had been acknowledged there; returns if it is a torn tail. */
function* judge(handle: Handle, offset: number, limit: Limit, reason: string): Generator<Want, void, Buffer | undefined> {
  const { segment } = handle
  const behind = yield* search(handle, offset + 1, limit.offset)
  if (!limit.exact && (behind === undefined || behind.head.groupStart <= offset)) return
  const resumeAt = behind === undefined ? { segment: segment + 1, offset: segmentHeadBytes } : { segment, offset: behind.offset }
  throw new ContentDamaged(`segment ${segment}, offset ${offset}: ${reason}`, { segment, offset }, { resumeAt })
}

/** The first genuine record behind damage, from `from` to `limit`. */
export function* search(handle: Handle, from: number, limit: number): Generator<Want, ReturnType<typeof findRecord>, Buffer | undefined> {
  let at = from
  while (at < limit) {
    const window = yield* read({ handle, position: at, length: Math.min(windowBytes, limit - at) })
    const found = findRecord(window, at, handle.seed, at)
    if (found !== undefined && found.offset + recordBytes(found.head) <= limit) return found
    if (window.length < windowBytes) return undefined
    at += windowBytes - smallWindowBytes
  }
  return undefined
}

function* read(want: Want): Generator<Want, Buffer, Buffer | undefined> {
  const octets = yield want
  if (octets === undefined) throw new TypeError('a walk must be sent the octets that it wants')
  return octets
}

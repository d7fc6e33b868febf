import { crc32 } from 'node:zlib'
import { decodeRecordHead, isRecord, recordBytes, recordHeadBytes, recordMagicOctets } from './frame.ts'
import type { RecordHead } from './frame.ts'

/** One record as a window of the file shows it. */
export interface ScannedRecord {
  /** From the segment's start. */
  readonly offset: number
  readonly head: RecordHead
  /** A view of the window. */
  readonly header: Uint8Array
  /** Octets as stored, a view of the window; undefined where they were not asked for and are not all in the window. */
  readonly stored: Buffer | undefined
}

export interface ScannedWindow {
  readonly records: readonly ScannedRecord[]
  /** Offset of the first record that is not among them. */
  readonly next: number
  /** How many octets from `next` must be in a window to get on. */
  readonly want: number
  /** At `next` stands no whole, genuine record: what is wrong with it. */
  readonly bad: string | undefined
}

/** A head is read with a good guess of its header. */
const headGuessBytes = recordHeadBytes + 256

/**
 * The records in `window`, which begins at the record at `base`. Pure. Checks every checksum of what is in the window.
 * `octetsUpTo`: octets of records up to this long are wanted, -1: none; those of others are skipped where they are not in the window.
 */
export function scanWindow(window: Buffer, base: number, seed: number, octetsUpTo: number): ScannedWindow {
  const records: ScannedRecord[] = []
  let at = 0
  for (;;) {
    const next = base + at
    const room = window.length - at
    if (room < recordHeadBytes) return { records, next, want: headGuessBytes, bad: undefined }
    const head = decodeRecordHead(window, at)
    if (head === undefined) return { records, next, want: 0, bad: 'no record begins here' }
    const octetsAt = recordHeadBytes + head.headerLength
    if (room < octetsAt) return { records, next, want: octetsAt, bad: undefined }
    if (!isRecord(window, at, head, seed, next)) return { records, next, want: 0, bad: 'checksum of the record head' }
    const length = recordBytes(head)
    const whole = room >= length
    if (!whole && head.octetsLength <= octetsUpTo) return { records, next, want: length, bad: undefined }
    const stored = whole ? window.subarray(at + octetsAt, at + length) : undefined
    if (stored !== undefined && crc32(stored) !== head.octetsCrc) return { records, next, want: 0, bad: 'checksum of the octets' }
    records.push({ offset: next, head, header: window.subarray(at + recordHeadBytes, at + octetsAt), stored })
    if (!whole) return { records, next: base + at + length, want: headGuessBytes, bad: undefined }
    at += length
  }
}

/**
 * The first genuine record in `window` behind `after` (an offset of the segment): how one gets on behind damage.
 * `window` begins at offset `base`. A record whose header is not all in the window is not seen.
 */
export function findRecord(window: Buffer, base: number, seed: number, after: number): { readonly offset: number; readonly head: RecordHead } | undefined {
  let at = window.indexOf(recordMagicOctets, Math.max(0, after - base))
  while (at !== -1 && at + recordHeadBytes <= window.length) {
    const head = decodeRecordHead(window, at)
    const fits = head !== undefined && at + recordHeadBytes + head.headerLength <= window.length
    if (fits && isRecord(window, at, head, seed, base + at)) return { offset: base + at, head }
    at = window.indexOf(recordMagicOctets, at + 1)
  }
  return undefined
}

import fs from 'node:fs'
import path from 'node:path'
import { readAtNow } from '../base/file.ts'
import { decodeSegmentHead, recordBytes, segmentHeadBytes } from './frame.ts'
import { scanWindow } from './scan.ts'
import { search } from './walk.ts'
import { listSegments, segmentPath } from './segment-files.ts'

/** What a new process finds in the newest segment. */
export interface Found {
  readonly segment: number
  readonly sizeBytes: number
  /** End of its last genuine record, with every checksum compared. */
  readonly end: number
  /** Seed of the checksums; undefined: the segment's head is unreadable. */
  readonly seed: number | undefined
  /** Offsets at which something unreadable begins; the last one is a torn tail if nothing genuine follows. Zeros to the file's end are none. */
  readonly bad: readonly number[]
}

/** Large enough for most records to be checked in one piece. */
const windowBytes = 4 * 1024 * 1024

/** Reads the newest segment, all of it, before anything is appended: what the last process left there may be torn. Waits for the disk. */
export function inspectNewest(folder: string): Found | undefined {
  for (const name of fs.readdirSync(folder)) if (name.endsWith('.new')) fs.rmSync(path.join(folder, name))
  const segment = listSegments(folder).at(-1)
  if (segment === undefined) return undefined
  const fd = fs.openSync(segmentPath(folder, segment), 'r')
  try {
    const sizeBytes = fs.fstatSync(fd).size
    const head = Buffer.alloc(segmentHeadBytes)
    readAtNow(fd, head, segmentHeadBytes, 0)
    const seed = decodeSegmentHead(head, segment)
    if (seed === undefined) return { segment, sizeBytes, end: segmentHeadBytes, seed, bad: [0] }
    return { segment, sizeBytes, seed, ...inspect(fd, segment, seed, sizeBytes) }
  } finally {
    fs.closeSync(fd)
  }
}

type Read = (position: number, length: number) => Buffer

/** A process that was killed leaves what it wrote ahead of its records (group-commit.ts). */
function isZeros(read: Read, from: number, to: number): boolean {
  const zeros = Buffer.alloc(Math.min(windowBytes, to - from))
  for (let at = from; at < to; at += zeros.length) {
    const length = Math.min(zeros.length, to - at)
    if (!read(at, length).equals(zeros.subarray(0, length))) return false
  }
  return true
}

function inspect(fd: number, segment: number, seed: number, sizeBytes: number): { end: number; bad: number[] } {
  const read: Read = (position, length) => {
    const window = Buffer.allocUnsafe(length)
    return window.subarray(0, readAtNow(fd, window, length, position))
  }
  const bad: number[] = []
  let end = segmentHeadBytes
  let at = segmentHeadBytes
  let want = 0
  while (at < sizeBytes) {
    const length = Math.min(Math.max(want, windowBytes), sizeBytes - at)
    const window = read(at, length)
    const found = scanWindow(window, at, seed, Number.POSITIVE_INFINITY)
    const last = found.records.at(-1)
    if (last !== undefined) end = last.offset + recordBytes(last.head)
    const incomplete = at + length >= sizeBytes && found.next < sizeBytes
    if (found.bad === undefined && !incomplete) {
      at = found.next
      want = found.want
      continue
    }
    if (isZeros(read, found.next, sizeBytes)) break
    bad.push(found.next)
    const steps = search({ segment, fd, seed, users: 0, closing: false }, found.next + 1, sizeBytes)
    let step = steps.next()
    while (step.done !== true) step = steps.next(read(step.value.position, step.value.length))
    if (step.value === undefined) break
    at = step.value.offset
    want = 0
  }
  return { end, bad }
}

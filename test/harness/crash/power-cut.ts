import { open, readFile, rm, stat, truncate } from 'node:fs/promises'
import path from 'node:path'
import { compareLocations, type Location } from '../../../src/content/content.ts'
import { decodeRecordHead, recordHeadBytes } from '../../../src/content/frame.ts'
import { listSegments, segmentPath } from '../../../src/content/segment-files.ts'
import { SegmentReader } from '../../../src/content/segment-reader.ts'
import { decodeRecord } from '../../../src/store/pack-record.ts'
import type { Random } from '../random.ts'

export interface Acknowledged {
  /** Where the log ended when nobody was at work yet: the server syncs what it finds. */
  readonly since: Location
  readonly isAcknowledged: (queueId: string) => boolean
}

/** Of a server that is idle. */
export async function logEnd(data: string): Promise<Location> {
  const folder = path.join(data, 'content')
  const segment = listSegments(folder).at(-1) ?? 0
  return { segment, offset: segment === 0 ? 0 : (await stat(segmentPath(folder, segment))).size }
}

export interface Cut {
  /** What was done, for a failure's message. */
  readonly what: string
}

/**
 * Makes the data folder of a process that was killed look as after a power cut: gone is what a disk may lose that keeps its word. Of the log,
 * what follows the group commit of the last record that was acknowledged; of the database, commits since the WAL was synced last.
 */
export async function cutPower(data: string, random: Random, { since, isAcknowledged }: Acknowledged): Promise<Cut> {
  const log = await tearLog(path.join(data, 'content'), random, { since, isAcknowledged })
  const wal = random.chance(0.3) ? 'the database lost nothing' : await rollBack(path.join(data, 'posthorn.db'), random)
  return { what: `${log}; ${wal}` }
}

async function tearLog(folder: string, random: Random, acknowledged: Acknowledged): Promise<string> {
  const durable = await durableEnd(folder, acknowledged)
  const newest = listSegments(folder).at(-1) ?? 0
  for (let segment = newest; segment > durable.segment; segment--) await rm(segmentPath(folder, segment))
  const file = segmentPath(folder, durable.segment)
  const { size } = await stat(file)
  const from = random.between(durable.offset, size)
  const how = random.pick(['cut off', 'zeros', 'noise', 'as it was'] as const)
  if (how === 'cut off') await truncate(file, from)
  else if (how !== 'as it was') {
    await using handle = await open(file, 'r+')
    const octets = Buffer.alloc(size - from, 0)
    if (how === 'noise') for (let at = 0; at < octets.length; at++) octets[at] = random.between(0, 255)
    await handle.write(octets, 0, octets.length, from)
  }
  return `log acknowledged to ${durable.segment}:${durable.offset}, of ${newest}:${size}; from ${from} ${how}`
}

/** Where the group commit of the last acknowledged record ends: all of it was synced. */
async function durableEnd(folder: string, { since, isAcknowledged }: Acknowledged): Promise<Location> {
  const reader = new SegmentReader({ folder })
  let durable: Location = { segment: listSegments(folder)[0] ?? 0, offset: 32 }
  let group = ''
  for await (const { location, end, header } of reader.scan()) {
    const record = decodeRecord(header)
    const key = `${location.segment}:${await groupStart(segmentPath(folder, location.segment), location.offset)}`
    // Other records than mail come from a server that stopped in peace, or from its start.
    if (record.kind !== 'mail' || isAcknowledged(record.queueId)) group = key
    if (key === group) durable = end
  }
  await reader.close()
  return compareLocations(since, durable) > 0 ? since : durable
}

async function groupStart(file: string, offset: number): Promise<number> {
  await using handle = await open(file)
  const head = Buffer.alloc(recordHeadBytes)
  await handle.read(head, 0, recordHeadBytes, offset)
  return decodeRecordHead(head, 0)?.groupStart ?? offset
}

/** Octets of a WAL's head, and of the head of each of its frames (sqlite.org/fileformat2.html 4.1). */
const walHead = 32
const frameHead = 24

/** Takes back some of the last commits: frames past those that a checkpoint began to copy, before which it synced them. */
async function rollBack(database: string, random: Random): Promise<string> {
  const wal = await readFile(`${database}-wal`)
  const shm = await readFile(`${database}-shm`)
  await rm(`${database}-shm`)
  if (wal.length < walHead) return 'no WAL'
  const frameBytes = frameHead + wal.readUInt32BE(8)
  // walformat.html 2.1: mxFrame at 16, nBackfillAttempted at 128.
  const frames = Math.min(shm.readUInt32LE(16), Math.floor((wal.length - walHead) / frameBytes))
  const synced = Math.min(frames, shm.readUInt32LE(128))
  const kept = random.between(synced, frames)
  await truncate(
    `${database}-wal`,
    walHead + kept * frameBytes + (random.chance(0.5) ? Math.min(random.between(0, frameBytes - 1), wal.length - walHead - kept * frameBytes) : 0),
  )
  return `${kept} of ${frames} WAL frames kept, ${synced} were synced`
}

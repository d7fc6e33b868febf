import { crc32 } from 'node:zlib'

/**
 * The bytes of a segment. All numbers are unsigned 32 bit, little endian.
 *
 *     segment   0  "Posthorn"            record   0  magic "rec1"
 *               8  version, 1                     4  CRC-32 of 8 … 32 and the header, seeded (see below)
 *              12  segment number                 8  CRC-32 of the octets as stored
 *              16  salt, 12 random octets        12  flags: bit 0 = octets are stored in zstd blocks (blocks.ts)
 *              28  CRC-32 of 0 … 28              16  length of the header
 *              32  records, one after another    20  length of the octets
 *                                                24  length of the octets as stored
 *                                                28  where the group commit of this record began, from the segment's start
 *                                                32  header, then octets as stored
 *
 * The seed of a record's first CRC is the CRC-32 of the salt plus the record's offset, so a record is valid in its own
 * place only, and nobody who sends mail can write one into a message.
 */
export const segmentHeadBytes = 32
export const recordHeadBytes = 32

/** Longest header of a record, in bytes; far above what store/ writes for a message to thousands of recipients. */
export const maxHeaderBytes = 16 * 1024 * 1024
/** Longest octets of a record, in bytes: offsets and lengths are 32 bit, with room for the segment before it. */
export const maxOctetsBytes = 2 ** 31

/** Octets are stored in zstd blocks. */
export const flagBlocks = 1
const knownFlags = flagBlocks

const segmentMagic = Buffer.from('Posthorn', 'latin1')
const recordMagic = 0x31636572
/** The record magic as octets, for finding records behind damage. */
export const recordMagicOctets: Uint8Array = Buffer.from('rec1', 'latin1')
const version = 1

/** What stands before header and octets of a record. */
export interface RecordHead {
  readonly flags: number
  readonly headerLength: number
  readonly octetsLength: number
  readonly storedLength: number
  readonly octetsCrc: number
  /** Offset at which its group commit began. */
  readonly groupStart: number
}

export function encodeSegmentHead(segment: number, salt: Uint8Array): Buffer {
  const head = Buffer.alloc(segmentHeadBytes)
  segmentMagic.copy(head, 0)
  head.writeUInt32LE(version, 8)
  head.writeUInt32LE(segment, 12)
  head.set(salt.subarray(0, 12), 16)
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28)
  return head
}

/** The seed of the segment's records, or undefined when this is no segment head, or that of another segment. */
export function decodeSegmentHead(head: Buffer, segment: number): number | undefined {
  if (head.length < segmentHeadBytes || !head.subarray(0, 8).equals(segmentMagic)) return undefined
  if (head.readUInt32LE(8) !== version || head.readUInt32LE(12) !== segment) return undefined
  if (head.readUInt32LE(28) !== crc32(head.subarray(0, 28))) return undefined
  return crc32(head.subarray(16, 28))
}

/** Writes the head of a record whose header already stands in `target` at `at + recordHeadBytes`. */
export function encodeRecordHead(target: Buffer, at: number, head: RecordHead, seed: number, offset: number): void {
  target.writeUInt32LE(recordMagic, at)
  target.writeUInt32LE(head.octetsCrc, at + 8)
  target.writeUInt32LE(head.flags, at + 12)
  target.writeUInt32LE(head.headerLength, at + 16)
  target.writeUInt32LE(head.octetsLength, at + 20)
  target.writeUInt32LE(head.storedLength, at + 24)
  target.writeUInt32LE(head.groupStart, at + 28)
  target.writeUInt32LE(headCrc(target, at, head.headerLength, seed, offset), at + 4)
}

function headCrc(buffer: Buffer, at: number, headerLength: number, seed: number, offset: number): number {
  return crc32(buffer.subarray(at + 8, at + recordHeadBytes + headerLength), (seed + offset) >>> 0)
}

/** The head at `at`, of which all `recordHeadBytes` are there; undefined: there is none. Nothing but `isRecord` says that it is genuine. */
export function decodeRecordHead(buffer: Buffer, at: number): RecordHead | undefined {
  if (buffer.readUInt32LE(at) !== recordMagic) return undefined
  const head: RecordHead = {
    octetsCrc: buffer.readUInt32LE(at + 8),
    flags: buffer.readUInt32LE(at + 12),
    headerLength: buffer.readUInt32LE(at + 16),
    octetsLength: buffer.readUInt32LE(at + 20),
    storedLength: buffer.readUInt32LE(at + 24),
    groupStart: buffer.readUInt32LE(at + 28),
  }
  if ((head.flags & ~knownFlags) !== 0 || head.headerLength > maxHeaderBytes || head.octetsLength > maxOctetsBytes || head.storedLength > maxOctetsBytes)
    return undefined
  if ((head.flags & flagBlocks) === 0 && head.storedLength !== head.octetsLength) return undefined
  return head
}

/** Do head and header belong together, and to this place? The whole header must be there. */
export function isRecord(buffer: Buffer, at: number, head: RecordHead, seed: number, offset: number): boolean {
  return buffer.readUInt32LE(at + 4) === headCrc(buffer, at, head.headerLength, seed, offset)
}

/** Octets from the record's beginning to the next record. */
export function recordBytes(head: RecordHead): number {
  return recordHeadBytes + head.headerLength + head.storedLength
}

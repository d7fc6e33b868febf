import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/**
 * Compressed octets: blocks of `blockBytes` octets (the last one shorter), each by itself in zstd, or as it is where that is
 * not longer; then the length of each block as stored, unsigned 32 bit little endian. A range costs the blocks that it touches.
 */
export const blockBytes = 256 * 1024

/** The lowest: mail compresses well enough, and it must keep up with a disk. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 }
/** Blocks up to this are compressed at once, in about 60 µs; others off the thread. */
const atOnceBytes = 16 * 1024

function blockCount(octetsLength: number): number {
  return Math.ceil(octetsLength / blockBytes)
}

export function tableBytes(octetsLength: number): number {
  return blockCount(octetsLength) * 4
}

/** The block compressed, or the block itself. */
export async function packBlock(block: Uint8Array): Promise<Uint8Array> {
  const packed = block.length <= atOnceBytes ? zstdCompressSync(block, { params }) : await compress(block)
  return packed.length < block.length ? packed : block
}

export function packTable(lengths: readonly number[]): Buffer {
  const table = Buffer.alloc(lengths.length * 4)
  for (const [index, length] of lengths.entries()) table.writeUInt32LE(length, index * 4)
  return table
}

/** Octets in memory as blocks and table; undefined: they would not be shorter. */
export async function packOctets(pieces: readonly Uint8Array[], octetsLength: number): Promise<Uint8Array[] | undefined> {
  const octets = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
  const stored: Uint8Array[] = []
  for (let at = 0; at < octetsLength; at += blockBytes) stored.push(await packBlock(octets.subarray(at, at + blockBytes)))
  stored.push(packTable(stored.map((block) => block.length)))
  return stored.reduce((sum, piece) => sum + piece.length, 0) < octetsLength ? stored : undefined
}

/** Where the blocks lie that hold a range of the octets. */
export interface BlockRange {
  readonly firstBlock: number
  /** From the beginning of the stored octets. */
  readonly start: number
  readonly end: number
  /** Of the blocks, as stored. */
  readonly lengths: readonly number[]
}

/** Undefined: this cannot be the table of these octets. */
export function blockRange(table: Buffer, lengths: { readonly octets: number; readonly stored: number }, start: number, end: number): BlockRange | undefined {
  const count = blockCount(lengths.octets)
  const first = Math.floor(start / blockBytes)
  const last = Math.floor((end - 1) / blockBytes)
  let at = 0
  let from = 0
  const wanted: number[] = []
  for (let block = 0; block < count; block++) {
    const length = table.readUInt32LE(block * 4)
    if (block === first) from = at
    if (block >= first && block <= last) wanted.push(length)
    at += length
  }
  if (at + count * 4 !== lengths.stored) return undefined
  return { firstBlock: first, start: from, end: from + wanted.reduce((sum, length) => sum + length, 0), lengths: wanted }
}

/** The range's octets from its blocks as stored. Throws what zlib throws where they are none. */
export function unpackRange(stored: Buffer, range: BlockRange, octetsLength: number, start: number, end: number): Uint8Array {
  const blocks: Uint8Array[] = []
  let at = 0
  for (const [index, length] of range.lengths.entries()) {
    const block = range.firstBlock + index
    const plainLength = Math.min(blockBytes, octetsLength - block * blockBytes)
    const octets = stored.subarray(at, at + length)
    blocks.push(length === plainLength ? octets : unpack(octets, plainLength))
    at += length
  }
  const base = range.firstBlock * blockBytes
  const octets = blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : Buffer.concat(blocks)
  return octets.subarray(start - base, end - base)
}

function unpack(block: Uint8Array, length: number): Uint8Array {
  const octets = zstdDecompressSync(block, { maxOutputLength: length })
  if (octets.length !== length) throw new RangeError(`a block has ${octets.length} octets instead of ${length}`)
  return octets
}

function compress(block: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => zstdCompress(block, { params }, (error, packed) => (error === null ? resolve(packed) : reject(error))))
}

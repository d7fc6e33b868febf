import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { crc32 } from 'node:zlib'
import { closeFile, dataSync, errorCode, openFile, writeAt } from '../base/file.ts'
import type { Log } from '../base/log.ts'
import type { BoundedTable } from './bounded-table.ts'

/**
 * A table on disk: a file to which every change is appended, and which is written anew when it has grown past twice what the
 * table holds. All numbers are unsigned 32 bit, little endian.
 *
 *     0  "Posthorn"    8  version, 1    12  secret, 16 octets    28  CRC-32 of 0 … 28    32  blocks
 *     block:  0  "blk1"    4  number of changes    8  CRC-32 of 4 … 8 and the changes    12  changes
 *     change: 0  hash, low    4  hash, high    8  first seen, s    12  expires, s; 0 = deleted    16  confirmations
 *
 * A block that is not whole ends the file.
 */
const headBytes = 32
const blockHeadBytes = 12
const changeBytes = 20
const blockChanges = 3000
const blockBytes = blockHeadBytes + blockChanges * changeBytes
const magic = Buffer.from('Posthorn', 'latin1')
const blockMagic = 0x316b6c62
const version = 1

/** Changes wait at most so long for the disk. */
const flushMs = 200
/** Blocks that wait while the disk is slow, 60 kB each; past that the file is given up, and written anew later. */
const maxWaitingBlocks = 64
/** Slots that a rewrite takes in one go: about a millisecond. */
const sliceSlots = 3000
/** After a fault of the disk the file is written anew, not sooner than after this. */
const retryMs = 30_000
/** A file is worth rewriting when it has this many changes more than twice the table's entries. */
const spareChanges = 4096

interface File {
  readonly fd: number
  sizeBytes: number
  changes: number
}

export class TableFile {
  /** 128 bits that nobody outside knows, for hashing the keys. */
  readonly secret: Buffer
  readonly #path: string
  readonly #log: Log
  readonly #table: BoundedTable
  /** Undefined: the disk failed; what changes is not noted until a rewrite has begun. */
  #file: File | undefined
  /** The file that a rewrite makes: it gets slices of the table and every change meanwhile, in the order of time. */
  #next: File | undefined
  #block: Buffer = Buffer.allocUnsafe(blockBytes)
  #changes = 0
  #blocks: Buffer[] = []
  /** A block that has been written, for the next changes. */
  #spare: Buffer | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #rewriting: Promise<void> | undefined
  #retryAtMs = 0
  #closed = false

  /** Reads the file into the table; waits for the disk. A missing or unreadable file is an empty table. */
  constructor(path: string, table: BoundedTable, log: Log, nowSeconds: number) {
    this.#path = path
    this.#log = log
    this.#table = table
    const loaded = load(path, table, log, nowSeconds)
    this.secret = loaded.secret ?? randomBytes(16)
    try {
      fs.rmSync(`${path}.new`, { force: true })
      const fd = fs.openSync(path, loaded.sizeBytes === 0 ? 'w' : 'r+', 0o600)
      if (loaded.sizeBytes === 0) fs.writeSync(fd, fileHead(this.secret), 0, headBytes, 0)
      else fs.ftruncateSync(fd, loaded.sizeBytes)
      this.#file = { fd, sizeBytes: Math.max(headBytes, loaded.sizeBytes), changes: loaded.changes }
    } catch (error) {
      this.#warn(error)
    }
  }

  /** A change to note; `expires` 0: the entry was deleted. */
  note(low: number, high: number, firstSeen: number, expires: number, confirmations: number): void {
    if (this.#closed || (this.#file === undefined && this.#next === undefined)) {
      this.#laterRewrite()
      return
    }
    this.#changes = writeChange(this.#block, this.#changes, [low, high, firstSeen, expires, confirmations])
    if (this.#changes === blockChanges) this.#finishBlock()
    this.#timer ??= setTimeout(() => this.#flushNow(), flushMs).unref()
  }

  /** Everything noted so far is with the system (not on the disk). */
  async flush(): Promise<void> {
    this.#finishBlock()
    do await this.#exclusively(() => this.#write())
    while (this.#blocks.length > 0)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#rewriting
    await this.flush()
    if (this.#file !== undefined) fs.closeSync(this.#file.fd)
    this.#file = undefined
  }

  #finishBlock(): void {
    if (this.#changes === 0) return
    this.#blocks.push(sealBlock(this.#block, this.#changes))
    this.#block = this.#spare ?? Buffer.allocUnsafe(blockBytes)
    this.#spare = undefined
    this.#changes = 0
    if (this.#blocks.length > maxWaitingBlocks) this.#giveUp(new Error('the disk is too slow for the changes of the table'))
    else if (this.#blocks.length > 1 && this.#writing === undefined) void this.#exclusively(() => this.#write())
  }

  #flushNow(): void {
    this.#timer = undefined
    void this.flush()
  }

  /** Writes all blocks that wait. Never rejects. */
  async #write(): Promise<void> {
    for (let block = this.#blocks.shift(); block !== undefined; block = this.#blocks.shift()) {
      for (const file of [this.#file, this.#next]) {
        if (file === undefined) continue
        try {
          await append(file, block)
        } catch (error) {
          if (file === this.#next) this.#next = undefined
          else this.#giveUp(error)
        }
      }
      this.#spare = Buffer.from(block.buffer, block.byteOffset, blockBytes)
    }
    const { size } = this.#table
    if (this.#file !== undefined && this.#file.changes > 2 * size + spareChanges) this.#laterRewrite()
    if (this.#file !== undefined && this.#file.changes > 4 * size + 4 * spareChanges) this.#giveUp(new Error('the file of the table has outgrown its bound'))
  }

  #warn(error: unknown): void {
    this.#log.warn('table cannot be kept on disk for now', { path: this.#path, err: error })
    this.#retryAtMs = performance.now() + retryMs
  }

  /** What changes is noted no more, until a rewrite has begun. */
  #giveUp(error: unknown): void {
    this.#warn(error)
    this.#blocks = []
    this.#changes = 0
    const file = this.#file
    this.#file = undefined
    if (file !== undefined) void this.#exclusively(() => closeFile(file.fd))
  }

  #laterRewrite(): void {
    if (this.#closed || this.#rewriting !== undefined || performance.now() < this.#retryAtMs) return
    this.#rewriting = this.#rewrite()
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        this.#rewriting = undefined
        this.#next = undefined
      })
  }

  async #rewrite(): Promise<void> {
    const name = `${this.#path}.new`
    const handle = await openFile(name, 'w')
    const next: File = { fd: handle, sizeBytes: headBytes, changes: 0 }
    try {
      await writeAt(handle, [fileHead(this.secret)], 0)
      this.#next = next
      for (let from = 0; from < this.#table.slots && this.#next === next; from += sliceSlots) {
        await this.flush()
        await this.#appendSlice(next, from)
      }
      await this.flush()
      await dataSync(handle)
      await this.flush()
      if (this.#next !== next) throw new Error('the new file of the table could not be written')
      fs.renameSync(name, this.#path)
    } catch (error) {
      fs.closeSync(handle)
      fs.rmSync(name, { force: true })
      throw error
    }
    const old = this.#file
    this.#file = next
    this.#next = undefined
    if (old !== undefined) await this.#exclusively(() => closeFile(old.fd))
  }

  /** The state of some slots, before any later change of them. */
  async #appendSlice(next: File, from: number): Promise<void> {
    const block = Buffer.allocUnsafe(blockBytes)
    const numbers = new Uint32Array(5)
    let changes = 0
    for (let slot = from; slot < Math.min(from + sliceSlots, this.#table.slots); slot++)
      if (this.#table.copySlot(slot, numbers, 0)) changes = writeChange(block, changes, numbers)
    if (changes > 0) await this.#exclusively(() => append(next, sealBlock(block, changes)))
  }

  /** One write at a time, so that nobody else's goes to the same place of a file or to a file that is being closed. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    while (this.#writing !== undefined) await this.#writing.catch(() => undefined)
    const working = work()
    this.#writing = working.finally(() => (this.#writing = undefined))
    this.#writing.catch(() => undefined)
    await working
  }
}

interface Loaded {
  readonly secret: Buffer | undefined
  /** Where the readable part ends; 0: there is none. */
  readonly sizeBytes: number
  readonly changes: number
}

function load(path: string, table: BoundedTable, log: Log, nowSeconds: number): Loaded {
  const nothing: Loaded = { secret: undefined, sizeBytes: 0, changes: 0 }
  let octets: Buffer
  try {
    octets = fs.readFileSync(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return nothing
    log.warn('table cannot be read, it begins empty', { path, err: error })
    return nothing
  }
  if (
    octets.length < headBytes ||
    !octets.subarray(0, 8).equals(magic) ||
    octets.readUInt32LE(8) !== version ||
    octets.readUInt32LE(28) !== crc32(octets.subarray(0, 28))
  ) {
    if (octets.length > 0) log.warn('table is damaged, it begins empty', { path, sizeBytes: octets.length })
    return nothing
  }
  let at = headBytes
  let changes = 0
  for (let count = blockAt(octets, at); count !== undefined; count = blockAt(octets, at)) {
    loadBlock(octets, at + blockHeadBytes, count, table, nowSeconds)
    changes += count
    at += blockHeadBytes + count * changeBytes
  }
  if (at < octets.length) log.info('table has a torn end', { path, sizeBytes: octets.length, readBytes: at })
  table.sortArrivals()
  return { secret: octets.subarray(12, 28), sizeBytes: at, changes }
}

/** Number of changes in the whole block at `at`; undefined: there is none. */
function blockAt(octets: Buffer, at: number): number | undefined {
  if (at + blockHeadBytes > octets.length || octets.readUInt32LE(at) !== blockMagic) return undefined
  const count = octets.readUInt32LE(at + 4)
  const end = at + blockHeadBytes + count * changeBytes
  if (count === 0 || count > blockChanges || end > octets.length) return undefined
  return octets.readUInt32LE(at + 8) === blockCrc(octets, at, end) ? count : undefined
}

function loadBlock(octets: Buffer, from: number, count: number, table: BoundedTable, nowSeconds: number): void {
  for (let at = from; at < from + count * changeBytes; at += changeBytes) {
    const low = octets.readUInt32LE(at)
    const high = octets.readUInt32LE(at + 4)
    const expires = octets.readUInt32LE(at + 12)
    if (expires === 0) table.delete(low, high)
    else table.put(low, high, { firstSeen: octets.readUInt32LE(at + 8), expires, confirmations: octets.readUInt32LE(at + 16) }, nowSeconds)
  }
}

function fileHead(secret: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes)
  magic.copy(head)
  head.writeUInt32LE(version, 8)
  head.set(secret, 12)
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28)
  return head
}

/** Returns the number of changes in the block now. */
function writeChange(block: Buffer, changes: number, numbers: ArrayLike<number>): number {
  const at = blockHeadBytes + changes * changeBytes
  for (let index = 0; index < 5; index++) block.writeUInt32LE(numbers[index] ?? 0, at + index * 4)
  return changes + 1
}

function sealBlock(block: Buffer, changes: number): Buffer {
  const end = blockHeadBytes + changes * changeBytes
  block.writeUInt32LE(blockMagic, 0)
  block.writeUInt32LE(changes, 4)
  block.writeUInt32LE(blockCrc(block, 0, end), 8)
  return block.subarray(0, end)
}

function blockCrc(octets: Buffer, at: number, end: number): number {
  return crc32(octets.subarray(at + blockHeadBytes, end), crc32(octets.subarray(at + 4, at + 8)))
}

async function append(file: File, octets: Buffer): Promise<void> {
  await writeAt(file.fd, [octets], file.sizeBytes)
  file.sizeBytes += octets.length
  file.changes += Math.floor((octets.length - blockHeadBytes) / changeBytes)
}

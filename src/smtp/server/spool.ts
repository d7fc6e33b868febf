import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { closeFile, openFile, readAt, writeAt } from '../../base/file.ts'
import type { QueueId } from '../../mail/ids.ts'

const suffix = '.spool'
/**
 * Octets of all messages together, in all processes: past them, each that grows goes to disk, however small. A thousand senders cannot
 * fill memory.
 */
const allMemoryOctets = 64 * 1024 * 1024

/**
 * The folder for messages that are too large for memory while they come in. What is in it means nothing after a restart: no 250 was
 * said for it. One process to one folder.
 */
export class Spool {
  readonly #folder: string
  /** Octets of all messages that are held in memory now; each body adds and takes off its own. */
  heldInMemory = 0
  /** Octets that may be held in memory. */
  readonly mayHold: number

  private constructor(folder: string, mayHold: number) {
    this.#folder = folder
    this.mayHold = mayHold
  }

  /** Makes the folder where it is missing, and removes what a process that died has left there. `processes`: those that receive mail, this one included. */
  static async open(folder: string, processes = 1): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) if (name.endsWith(suffix)) await unlink(join(folder, name))
    return new Spool(folder, allMemoryOctets / processes)
  }

  /** Rejects with the system's error: ENOSPC, EMFILE … */
  async create(queueId: QueueId): Promise<SpoolFile> {
    const path = join(this.#folder, `${queueId}${suffix}`)
    return new SpoolFile(path, await openFile(path, 'wx+'))
  }
}

/** One message on its way. */
export class SpoolFile {
  readonly path: string
  sizeBytes = 0
  #fd: number | undefined

  constructor(path: string, fd: number) {
    this.path = path
    this.#fd = fd
  }

  /** Appends all of `pieces`, or rejects with the system's error. */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    await writeAt(this.#open(), pieces, this.sizeBytes)
    for (const piece of pieces) this.sizeBytes += piece.length
  }

  /** The first octets of what was written; as many as there are, where that is less. */
  async start(octets: number): Promise<Buffer> {
    const wanted = Buffer.allocUnsafe(Math.min(octets, this.sizeBytes))
    if ((await readAt(this.#open(), wanted, wanted.length, 0)) < wanted.length) throw new Error('spool file is shorter than what was written')
    return wanted
  }

  /** To be read by its path from now on. */
  async close(): Promise<void> {
    const fd = this.#fd
    this.#fd = undefined
    if (fd !== undefined) await closeFile(fd)
  }

  async remove(): Promise<void> {
    await this.close()
    await unlink(this.path)
  }

  #open(): number {
    if (this.#fd === undefined) throw new Error('spool file is closed')
    return this.#fd
  }
}

import { constants, type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { QueueId } from '../../mail/ids.ts'

const suffix = '.spool'

/**
 * The folder for messages that are too large for memory while they come in. What is in it means nothing after a restart: no 250 was
 * said for it. One process to one folder.
 */
export class Spool {
  readonly #folder: string
  /** Octets of all messages that are held in memory now; each body adds and takes off its own. */
  heldInMemory = 0

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the folder where it is missing, and removes what a process that died has left there. */
  static async open(folder: string): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) if (name.endsWith(suffix)) await unlink(join(folder, name))
    return new Spool(folder)
  }

  /** Rejects with the system's error: ENOSPC, EMFILE … */
  async create(queueId: QueueId): Promise<SpoolFile> {
    const path = join(this.#folder, `${queueId}${suffix}`)
    return new SpoolFile(path, await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600))
  }
}

/** One message on its way. */
export class SpoolFile {
  readonly path: string
  sizeBytes = 0
  #handle: FileHandle | undefined

  constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Appends all of `pieces`, or rejects with the system's error. */
  async write(pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#handle === undefined) throw new Error('spool file is closed')
    let rest: readonly Uint8Array[] = pieces
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest)
      this.sizeBytes += bytesWritten
      rest = after(rest, bytesWritten)
    }
  }

  /** The first octets of what was written; as many as there are, where that is less. */
  async start(octets: number): Promise<Buffer> {
    if (this.#handle === undefined) throw new Error('spool file is closed')
    const wanted = Buffer.allocUnsafe(Math.min(octets, this.sizeBytes))
    let read = 0
    while (read < wanted.length) {
      const { bytesRead } = await this.#handle.read(wanted, read, wanted.length - read, read)
      if (bytesRead === 0) throw new Error('spool file is shorter than what was written')
      read += bytesRead
    }
    return wanted
  }

  /** To be read by its path from now on. */
  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  async remove(): Promise<void> {
    await this.close()
    await unlink(this.path)
  }
}

/** What a short write left over. */
function after(pieces: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let skip = written
  for (const [index, piece] of pieces.entries()) {
    if (skip < piece.length) return skip === 0 ? pieces.slice(index) : [piece.subarray(skip), ...pieces.slice(index + 1)]
    skip -= piece.length
  }
  return []
}

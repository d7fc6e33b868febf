import fs from 'node:fs'
import { closeFile, errorCode, openFile, readAt, readAtNow } from '../base/file.ts'
import { ContentDamaged } from './content.ts'
import { decodeSegmentHead, segmentHeadBytes } from './frame.ts'
import { segmentPath } from './segment-files.ts'

/** An open segment. It stays open while `users` > 0, whatever happens to the pool. */
export interface Handle {
  readonly segment: number
  readonly fd: number
  /** Seed of the checksums of its records. */
  readonly seed: number
  users: number
  closing: boolean
}

/** Open segment files for reading, at most `limit` that nobody uses; the one longest unused is closed first. */
export class Handles {
  readonly #folder: string
  readonly #limit: number
  readonly #open = new Map<number, Handle>()
  readonly #opening = new Map<number, Promise<Handle>>()

  constructor(folder: string, limit: number) {
    this.#folder = folder
    this.#limit = limit
  }

  /** The handle if it is open: the hot path, which awaits nothing. */
  ready(segment: number): Handle | undefined {
    const handle = this.#open.get(segment)
    if (handle !== undefined && this.#open.size > 1) {
      this.#open.delete(segment)
      this.#open.set(segment, handle)
    }
    return handle
  }

  async open(segment: number): Promise<Handle> {
    const ready = this.ready(segment)
    if (ready !== undefined) return ready
    let opening = this.#opening.get(segment)
    if (opening === undefined) {
      opening = this.#openFile(segment).finally(() => this.#opening.delete(segment))
      this.#opening.set(segment, opening)
    }
    return opening
  }

  openNow(segment: number): Handle {
    const ready = this.ready(segment)
    if (ready !== undefined) return ready
    const fd = orDamaged(segment, () => fs.openSync(segmentPath(this.#folder, segment), 'r'))
    try {
      const head = Buffer.alloc(segmentHeadBytes)
      readAtNow(fd, head, segmentHeadBytes, 0)
      return this.#keep(segment, fd, head)
    } catch (error) {
      fs.closeSync(fd)
      throw error
    }
  }

  /** Closes it once nobody uses it. */
  forget(segment: number): void {
    const handle = this.#open.get(segment)
    if (handle === undefined) return
    this.#open.delete(segment)
    handle.closing = true
    if (handle.users === 0) fs.close(handle.fd)
  }

  release(handle: Handle): void {
    handle.users--
    if (handle.closing && handle.users === 0) fs.close(handle.fd)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values())
    for (const segment of [...this.#open.keys()]) this.forget(segment)
  }

  async #openFile(segment: number): Promise<Handle> {
    const fd = await openFile(segmentPath(this.#folder, segment), 'r').catch((error: unknown) => orDamaged(segment, () => raise(error)))
    try {
      const head = Buffer.alloc(segmentHeadBytes)
      await readAt(fd, head, segmentHeadBytes, 0)
      return this.#keep(segment, fd, head)
    } catch (error) {
      await closeFile(fd)
      throw error
    }
  }

  #keep(segment: number, fd: number, head: Buffer): Handle {
    const seed = decodeSegmentHead(head, segment)
    if (seed === undefined)
      throw new ContentDamaged(`segment ${segment} has no valid head`, { segment, offset: 0 }, { resumeAt: { segment: segment + 1, offset: segmentHeadBytes } })
    const handle: Handle = { segment, fd, seed, users: 0, closing: false }
    this.#open.set(segment, handle)
    for (const [oldest, candidate] of this.#open) {
      if (this.#open.size <= this.#limit) break
      if (candidate.users === 0 && candidate !== handle) this.forget(oldest)
    }
    return handle
  }
}

function raise(error: unknown): never {
  throw error
}

function orDamaged(segment: number, open: () => number): number {
  try {
    return open()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new ContentDamaged(`segment ${segment} is not there`, { segment, offset: 0 }, { cause: error })
    throw error
  }
}

import { closeFile, openFile, readAt } from '../base/file.ts'
import type { Piece } from './content.ts'

/** The message's own file could not be read: a fault of that one record. */
export class SpoolUnreadable extends Error {
  override readonly name = 'SpoolUnreadable'
}

/** Octets of pieces, some of them files, in views of `chunk` that are good until the next one is asked for; all full but the last. */
export async function* chunksOf(pieces: readonly Piece[], chunk: Buffer): AsyncGenerator<Buffer> {
  let filled = 0
  for (const piece of pieces) {
    const length = 'path' in piece ? piece.sizeBytes : piece.length
    const fd = 'path' in piece ? await spool(() => openFile(piece.path, 'r')) : undefined
    try {
      for (let done = 0; done < length; ) {
        const count = Math.min(chunk.length - filled, length - done)
        if ('path' in piece) await fill(fd ?? -1, chunk.subarray(filled, filled + count), done)
        else chunk.set(piece.subarray(done, done + count), filled)
        done += count
        filled += count
        if (filled < chunk.length) continue
        yield chunk
        filled = 0
      }
    } finally {
      if (fd !== undefined) await closeFile(fd)
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}

async function fill(fd: number, into: Buffer, position: number): Promise<void> {
  const count = await spool(() => readAt(fd, into, into.length, position))
  if (count < into.length) throw new SpoolUnreadable(`the file has only ${position + count} octets`)
}

async function spool<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new SpoolUnreadable('the spool file cannot be read', { cause: error })
  }
}

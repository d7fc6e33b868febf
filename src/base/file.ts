import fs from 'node:fs'

/**
 * Files by their descriptor, as promises: for who keeps them open for long. One call less than Node's FileHandle for each
 * operation, and a short read or write is gone on with here.
 */

/** With `flags` as of Node's `open`; a new file is for its owner only. */
export function openFile(name: string, flags: string): Promise<number> {
  return new Promise((resolve, reject) => fs.open(name, flags, 0o600, (error, fd) => (error === null ? resolve(fd) : reject(error))))
}

export function closeFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.close(fd, (error) => (error ? reject(error) : resolve())))
}

export function dataSync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.fdatasync(fd, (error) => (error === null ? resolve() : reject(error))))
}

export function truncateFile(fd: number, sizeBytes: number): Promise<void> {
  return new Promise((resolve, reject) => fs.ftruncate(fd, sizeBytes, (error) => (error === null ? resolve() : reject(error))))
}

/** Reads up to `length` octets at `position`; fewer only where the file ends. */
export async function readAt(fd: number, buffer: Buffer, length: number, position: number): Promise<number> {
  let done = 0
  while (done < length) {
    const count = await readOnce(fd, buffer, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}

export function readAtNow(fd: number, buffer: Buffer, length: number, position: number): number {
  let done = 0
  while (done < length) {
    const count = fs.readSync(fd, buffer, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}

/** One read: faster than `readAt` where the octets are known to be there, as one promise is made. May return fewer. */
export function readOnce(fd: number, buffer: Buffer, offset: number, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => fs.read(fd, buffer, offset, length, position, (error, count) => (error === null ? resolve(count) : reject(error))))
}

/** Writes all of `buffers` at `position`; a disk that takes only a part is asked again, and then says why. */
export async function writeAt(fd: number, buffers: readonly Uint8Array[], position: number): Promise<void> {
  let left = buffers
  let at = position
  while (left.length > 0) {
    const written = await writeOnce(fd, left, at)
    at += written
    left = without(left, written)
  }
}

function writeOnce(fd: number, buffers: readonly Uint8Array[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, written: number) => (error === null ? resolve(written) : reject(error))
    const only = buffers[0]
    if (buffers.length === 1 && only !== undefined) fs.write(fd, only, 0, only.length, position, done)
    else fs.writev(fd, buffers, position, done)
  })
}

/** What a short write left over. */
function without(buffers: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let skip = written
  let index = 0
  for (const buffer of buffers) {
    if (skip < buffer.length) break
    skip -= buffer.length
    index++
  }
  const left = buffers.slice(index)
  const first = left[0]
  if (first !== undefined && skip > 0) left[0] = first.subarray(skip)
  return left
}

/** Did it fail for want of room, on the disk or in its quota? It may be there again in a moment; any other fault is the disk's. */
export function isNoRoom(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** The system's code of an error, such as ENOENT. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

import fs from 'node:fs'
import path from 'node:path'

const suffix = '.seg'

export function segmentPath(folder: string, segment: number): string {
  return path.join(folder, `${String(segment).padStart(10, '0')}${suffix}`)
}

/** Present only for a segment that ends in something unreadable: where its whole records end, as decimal text. */
export function tornPath(folder: string, segment: number): string {
  return path.join(folder, `${String(segment).padStart(10, '0')}.torn`)
}

/** Numbers of all segments, ascending. */
export function listSegments(folder: string): number[] {
  return segmentNumbers(fs.readdirSync(folder))
}

function segmentNumbers(names: readonly string[]): number[] {
  return names
    .filter((name) => /^\d{10}\.seg$/.test(name))
    .map((name) => Number(name.slice(0, 10)))
    .sort((a, b) => a - b)
}

/** Makes a new or removed name in the folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.promises.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

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

/** Did it fail for want of room (disk or quota)? Everything else is a fault of the disk. */
export function isNoRoom(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

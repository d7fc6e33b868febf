import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A file system of a few MB in memory: a disk that can be filled. `await using` takes it away. */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** The `skip` of a test that needs one. */
  static get missing(): false | string {
    if (process.getuid?.() !== 0) return 'only root can mount a file system'
    // In a mount namespace of its own, which ends with the program.
    return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0 ? false : 'mounting a file system is not permitted here'
  }

  static async mount(sizeBytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(path.join(tmpdir(), 'disk-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=700`, 'tmpfs', folder])
    } catch (error) {
      await rm(folder, { recursive: true })
      throw error
    }
    return new SmallDisk(folder)
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  /** Writes a file that leaves at most `leaveBytes` free; 0: to the last octet. */
  async fill(name: string, leaveBytes: number): Promise<void> {
    const piece = Buffer.alloc(64 * 1024, 'x')
    await using file = await open(path.join(this.folder, name), 'w')
    const room = leaveBytes === 0 ? Infinity : (await this.freeBytes()) - leaveBytes
    for (let left = room; left > 0; left -= piece.length) {
      try {
        await file.appendFile(left < piece.length ? piece.subarray(0, left) : piece)
      } catch {
        return
      }
    }
  }

  async remove(name: string): Promise<void> {
    await rm(path.join(this.folder, name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execFileSync('umount', ['-l', this.folder])
    await rm(this.folder, { recursive: true, force: true })
  }
}

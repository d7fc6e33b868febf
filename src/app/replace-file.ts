import { randomBytes } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from '../base/file.ts'

/** Whoever reads it meanwhile sees the old text or the new one, after a crash too. */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const fresh = `${file}.new`
  await write(fresh, text, mode)
  await rename(fresh, file)
}

/** The same for a file that is made once: of several who try, one does, and the others find it there (false). Durable when this resolves. */
export async function makeFile(file: string, text: string, mode: number): Promise<boolean> {
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  await write(fresh, text, mode)
  try {
    await link(fresh, file)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    return false
  } finally {
    await rm(fresh, { force: true })
  }
  const folder = await open(dirname(file))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
  return true
}

async function write(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'w', mode)
  try {
    await handle.chmod(mode)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

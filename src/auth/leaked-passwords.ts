import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** SHA-1 in hexadecimal: what stands in the data, not what anything is kept by. */
const hashLength = 40
const prefixLength = 5
/** A line is a hash, a colon and a count; longer ones are none. */
const longestLine = 80

/**
 * Does the password stand in data of leaks, in one of the forms of Pwned Passwords? A folder with a file for each five first digits of the hash ("00000.txt"),
 * whose lines are the other 35 and a count; or one file of whole hashes in order. Nothing is sent anywhere. Rejects with the system's error where the data cannot
 * be read.
 */
export async function isLeaked(place: string, password: string): Promise<boolean> {
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
  if ((await stat(place)).isDirectory()) return isInFolder(place, hash)
  const file = await open(place)
  try {
    return await isInFile(file, hash)
  } finally {
    await file.close()
  }
}

async function isInFolder(folder: string, hash: string): Promise<boolean> {
  const text = await readFile(join(folder, `${hash.slice(0, prefixLength)}.txt`), 'latin1')
  const suffix = hash.slice(prefixLength)
  return text.split('\n').some((line) => line.slice(0, suffix.length).toUpperCase() === suffix)
}

/** Some thirty short reads for a thousand million lines. */
async function isInFile(file: FileHandle, hash: string): Promise<boolean> {
  // The line looked for begins at `low` or later, and before `high`.
  let low = 0
  let high = (await file.stat()).size
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await lineFrom(file, middle)
    if (found === undefined || found.begin >= high) {
      high = middle
      continue
    }
    if (found.hash === hash) return true
    if (found.hash < hash) low = found.begin + 1
    else high = middle
  }
  const first = await lineFrom(file, low)
  return first?.hash === hash
}

/** The first line that begins at this octet or later; undefined: none does. */
async function lineFrom(file: FileHandle, at: number): Promise<{ readonly begin: number; readonly hash: string } | undefined> {
  const start = Math.max(0, at - 1)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * longestLine), 0, 2 * longestLine, start)
  const text = buffer.toString('latin1', 0, bytesRead)
  const offset = at === 0 ? 0 : text.indexOf('\n') + 1
  if (at > 0 && offset === 0) return undefined
  const hash = text.slice(offset, offset + hashLength).toUpperCase()
  return hash.length < hashLength ? undefined : { begin: start + offset, hash }
}

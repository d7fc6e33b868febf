import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'

/** Messages of one folder, with all below it; what is more is left. A mailbox has 8,192 to learn from, an installation 65,536 (docs/filter.md). */
const maxFiles = 200_000
/** The filter looks at no more of a message. */
const seenOctets = 1024 * 1024

/** A file with one message, or all of a folder, as Maildir and MH keep them: what begins with a dot is none. @throws the system's error */
export async function messageFiles(file: string): Promise<readonly string[]> {
  if (!(await stat(file)).isDirectory()) return [file]
  const names = await readdir(file, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => path.join(entry.parentPath, entry.name))
  return files.sort().slice(0, maxFiles)
}

/** As operations take it. */
export async function messageText(file: string): Promise<string> {
  return (await readFile(file)).subarray(0, seenOctets).toString('base64')
}

/** The files of the tree that is checked, without what is made or installed. */
import { readdir } from 'node:fs/promises'
import path from 'node:path'

const made = new Set(['node_modules', 'dist', 'data', '.git', '.cache'])

/** Every file under `root`, by its path from there with `/`, in order. */
export async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  const nested = await Promise.all(
    entries.map(async (entry) => {
      if (made.has(entry.name) || entry.name.startsWith('.dist-')) return []
      if (!entry.isDirectory()) return entry.isFile() ? [entry.name] : []
      const files = await listFiles(path.join(root, entry.name))
      return files.map((file) => `${entry.name}/${file}`)
    }),
  )
  return nested.flat().sort()
}

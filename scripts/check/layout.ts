/** How the tree is laid out: a README in each folder of src/, names that say something, files of a readable size, classes of styles that are there. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Findings } from '../check.ts'
import { listFiles } from './files.ts'
import { styleProblems } from './styles.ts'

/** Lines above which a file wants a seam; a table of data or a corpus does not. */
const readableLines = 400
const empty = /^(utils?|helpers?|common|misc|managers?|shared)$/

export async function layout(root: string): Promise<Findings> {
  const files = await listFiles(root)
  const code = files.filter((file) => /^(src|web|test|scripts)\/.*\.(tsx?|cjs|js|css)$/.test(file))
  const folders = new Set(code.filter((file) => file.startsWith('src/')).map((file) => file.split('/').slice(0, 2).join('/')))
  const problems: string[] = []
  const warnings: string[] = []

  for (const folder of folders) {
    const told = files.some((file) => file.startsWith(`${folder}/`) && file.endsWith('/README.md'))
    if (!told) problems.push(`${folder}: begins with no README.md (purpose, RFCs, invariants, where to start)`)
  }
  for (const file of code) {
    const name = path.basename(file).replace(/\..*$/, '')
    const vague = [...file.split('/').slice(0, -1), name].find((part) => empty.test(part))
    if (vague !== undefined) problems.push(`${file}: "${vague}" tells a reader nothing; name it after what it does`)
    if (file.startsWith('src/') && name === 'index') problems.push(`${file}: no index files; import from where a thing is`)
    const text = await readFile(path.join(root, file), 'utf8')
    const lines = text.split('\n').length - 1
    if (lines > readableLines) warnings.push(`${file}: ${lines} lines; look for the seam`)
  }
  problems.push(...(await styleProblems(root, files)))
  if (code.length === 0) problems.push('no files were seen, so nothing was checked')
  return { problems: problems.join('\n'), warnings: warnings.join('\n'), seen: `${code.length} files` }
}

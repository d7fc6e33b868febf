/** What no committed file may hold: the paths and the package registry of one machine, marks of a merge, a private key. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Findings } from '../check.ts'
import { listFiles } from './files.ts'

/** Written so that this file does not find itself. */
const forbidden: readonly { readonly what: string; readonly pattern: RegExp; readonly only?: RegExp }[] = [
  { what: 'a path of one machine', pattern: /(?<![\w.])\/(work|root|home\/\w+|Users\/\w+)\/[\w.]/ },
  { what: 'a path of one session', pattern: /\/tmp\/[b]rief/ },
  {
    what: 'where one machine gets its packages',
    pattern: /"resolved":|^(@[\w-]+:)?registry *=|(registry|artifactory|nexus|verdaccio)[.:/][\w.]*[:/]/im,
    only: /(^|\/)(package(-lock)?\.json|\.npmrc)$/,
  },
  { what: 'a merge that was not finished', pattern: /^(<{7}|>{7}) /m },
  { what: 'a private key', pattern: /-{5}BEGIN (\w+ )*PRIVATE KEY-{5}\s*[\w+/]{60}/, only: /^(?!test\/)/ },
]

/** Mail and answers of others, kept byte for byte. */
const data = /^test\/(corpus|conformance)\/|\.(eml|png|ico|woff2)$/

export async function words(root: string): Promise<Findings> {
  const files = (await listFiles(root)).filter((file) => !data.test(file))
  const problems: string[] = []
  for (const file of files) {
    const text = await readFile(path.join(root, file), 'utf8')
    for (const { what, pattern, only } of forbidden) {
      if (only?.test(file) === false) continue
      const match = pattern.exec(text)
      if (match === null) continue
      const line = text.slice(0, match.index).split('\n').length
      problems.push(`${file}:${line}: ${what}: ${match[0].split('\n')[0]}`)
    }
  }
  if (files.length === 0) problems.push('no files were seen, so nothing was checked')
  return { problems: problems.join('\n'), seen: `${files.length} files` }
}

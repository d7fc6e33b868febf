/** CSS modules: each class that a component names is there, and each that is there is named. Types cannot tell. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** What is wrong, one line each; `files`: of the whole tree. */
export async function styleProblems(root: string, files: readonly string[]): Promise<string[]> {
  const sheets = new Map<string, { readonly classes: ReadonlySet<string>; readonly named: Set<string>; anyName: boolean }>()
  for (const file of files.filter((file) => file.endsWith('.module.css'))) {
    const css = (await readFile(path.join(root, file), 'utf8')).replaceAll(/\/\*.*?\*\//gs, '')
    // What stands in braces, of declarations and not of a rule, has no classes.
    const selectors = css.replaceAll(/\{[^{}]*\}/g, '')
    sheets.set(file, { classes: new Set([...selectors.matchAll(/\.([a-zA-Z]\w*)/g)].map(([, name]) => name ?? '')), named: new Set(), anyName: false })
  }
  const problems: string[] = []
  for (const file of files.filter((file) => file.startsWith('web/') && /\.tsx?$/.test(file))) {
    const text = await readFile(path.join(root, file), 'utf8')
    for (const [, local = '', from = ''] of text.matchAll(/^import (\w+) from '([^']+\.module\.css)'/gm)) {
      const place = path.posix.join(path.posix.dirname(file), from)
      const sheet = sheets.get(place)
      if (sheet === undefined) continue
      if (new RegExp(`\\b${local}\\[`).test(text)) sheet.anyName = true
      for (const [, name = ''] of text.replaceAll(/^import .*$/gm, '').matchAll(new RegExp(`\\b${local}\\.(\\w+)`, 'g'))) {
        sheet.named.add(name)
        if (!sheet.classes.has(name)) problems.push(`${file}: ${place} has no class .${name}`)
      }
    }
  }
  for (const [place, { classes, named, anyName }] of sheets) {
    if (anyName) continue
    for (const name of classes) if (!named.has(name)) problems.push(`${place}: nothing names the class .${name}`)
  }
  return problems
}

/**
 * The line (from 1) where `path` stands in TOML `source`: the parser keeps no positions for values. Follows `[table]` headers
 * and dotted keys; keys inside inline tables and multi-line strings that look like keys may mislead it, and then only a line
 * number is off. Undefined: not found.
 */
export function locate(source: string, path: readonly string[]): number | undefined {
  const wanted = path.join('.')
  let table = ''
  let header: number | undefined
  for (const [index, line] of source.split('\n').entries()) {
    const inTable = /^\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}/.exec(line)
    if (inTable !== null) {
      table = bare(inTable[1] ?? '')
      if (table === wanted) header = index + 1
      continue
    }
    const key = /^\s*([^=#]+?)\s*=/.exec(line)
    if (key === null) continue
    const full = table === '' ? bare(key[1] ?? '') : `${table}.${bare(key[1] ?? '')}`
    if (full === wanted) return index + 1
  }
  if (header !== undefined || path.length <= 1) return header
  return locate(source, path.slice(0, -1))
}

/** `"a" . b` → `a.b` */
function bare(key: string): string {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^["']|["']$/g, ''))
    .join('.')
}

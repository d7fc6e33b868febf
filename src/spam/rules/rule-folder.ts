import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RuleSource } from './rule-set.ts'

/** Files with this ending are rules. */
const ending = '.rules'

/** The rule files of a folder, in the order of their names: what Posthorn ships (`trusted`), or what an operator adds. */
export function readRuleFolder(folder: string, trusted: boolean): RuleSource[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending))
  return names.sort().map((name) => ({ name: path.join(folder, name), text: readFileSync(path.join(folder, name), 'utf8'), trusted }))
}

import { existsSync } from 'node:fs'
import type { Text } from '../base/language.ts'
import { shippedRules } from './rule-folders.ts'

/** Why each test of the content filter exists: the shipped ones, and those of the operator's own files as they are now (`ownRules`: their folder). */
export async function openTestReasons(ownRules: string): Promise<(name: string) => Text | undefined> {
  // Few installations are ever asked.
  const [{ reasonsOfTests }, { readRuleFolder }] = await Promise.all([import('../spam/reasons.ts'), import('../spam/rules/rule-folder.ts')])
  return reasonsOfTests([...readRuleFolder(shippedRules, true), ...(existsSync(ownRules) ? readRuleFolder(ownRules, false) : [])])
}

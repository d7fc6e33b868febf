import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/config.ts'

/** The folder of the rule files that come with Posthorn: beside the sources, and beside the bundle in dist/. */
export const shippedRules = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../rules' : '../rules', import.meta.url))

/** Rule files of the content filter that the operator adds (docs/operating.md). */
export function ownRulesFolder({ data }: Pick<Config, 'data'>): string {
  return join(data, 'rules')
}

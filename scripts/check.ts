/**
 * `npm run check`: everything that can be said about the code without running it. All checks run at once and all are shown;
 * the exit code is 1 when any of them found something. `--root DIR` checks another tree with the same rules
 * (test/tooling/check.test.ts plants faults that way); NAMES run a choice.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { layout } from './check/layout.ts'
import { packages } from './check/packages.ts'
import { format, levels, lint, types, unused } from './check/tools.ts'
import { words } from './check/words.ts'

/** What one check found; no findings is good. */
export interface Findings {
  /** For a person to read: file, line, what is wrong. Empty when all is well. */
  readonly problems: string
  /** Worth a look, but no failure. */
  readonly warnings?: string
  /** What was looked at: "51 modules". A check that looked at nothing must report a problem. */
  readonly seen: string
}

const checks: Readonly<Record<string, (root: string) => Promise<Findings>>> = { types, lint, format, levels, unused, layout, packages, words }

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { root: { type: 'string' } }, allowPositionals: true })
  const root = path.resolve(values.root ?? path.dirname(import.meta.dirname))
  const unknown = positionals.filter((name) => !Object.hasOwn(checks, name))
  if (unknown.length > 0) throw new Error(`no check "${unknown.join('", "')}"; there are ${Object.keys(checks).join(', ')}`)
  const chosen = Object.entries(checks).filter(([name]) => positionals.length === 0 || positionals.includes(name))
  const failed = await Promise.all(chosen.map(([name, check]) => runCheck(name, check, root)))
  const count = failed.filter(Boolean).length
  console.log(count === 0 ? 'All checks passed.' : `${count} of ${chosen.length} checks failed.`)
  process.exitCode = count === 0 ? 0 : 1
}

/** Runs one check and shows what it found. Resolves to true when it failed; a check that cannot run has failed too. */
async function runCheck(name: string, check: (root: string) => Promise<Findings>, root: string): Promise<boolean> {
  const startedAt = performance.now()
  let found: Findings
  try {
    found = await check(root)
  } catch (error) {
    found = { problems: `the check itself could not run: ${error instanceof Error ? error.stack : String(error)}`, seen: 'nothing' }
  }
  const failed = found.problems !== ''
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const parts = [`${failed ? 'FAIL' : 'ok  '} ${name.padEnd(8)} ${found.seen}, ${seconds} s`]
  if (found.warnings) parts.push(indent(found.warnings))
  if (failed) parts.push(indent(found.problems))
  console.log(parts.join('\n'))
  return failed
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '     ')
}

await main()

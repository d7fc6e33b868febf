/**
 * `npm test [-- PATTERN…]`: installs the Debian packages that the tests use, builds, runs every *.test.ts of src/ and test/ (or
 * those whose path contains a PATTERN), one more at a time than there are cores, since many wait (--jobs says otherwise),
 * each in a process and a temporary folder of its own. The last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { installTestPackages } from './test/debian-packages.ts'
import { type FileResult, runFile } from './test/run-file.ts'

const root = path.dirname(import.meta.dirname)

/** A test beside the code is quick; one against the whole server may start databases and send thousands of messages. */
const limitMs = (file: string) => (file.startsWith('test/') ? 600_000 : 120_000)

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { jobs: { type: 'string', default: String(Math.min(4, availableParallelism() + 1)) } },
    allowPositionals: true,
  })
  const files = findTests(positionals)
  if (files.length === 0) throw new Error(`no test file has "${positionals.join('" or "')}" in its path`)
  const whole = files.some((file) => file.startsWith('test/'))
  if (whole) await installTestPackages()
  const built = !whole || build()

  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => abort.abort())
  // What one process has compiled the next ones need not: a quarter of the suite's CPU.
  const compiled = mkdtempSync(path.join(tmpdir(), 'posthorn-compiled-'))
  process.env['NODE_COMPILE_CACHE'] = compiled
  const results: FileResult[] = []
  const waiting = [...files]
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined && !abort.signal.aborted; file = waiting.shift()) {
      const result = await runFile(root, file, limitMs(file), abort.signal)
      results.push(result)
      show(result)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work))
  rmSync(compiled, { recursive: true })
  const failed = summarise(results, { built, broken: abort.signal.aborted })
  process.exitCode = failed === 0 ? 0 : 1
}

/** The long ones first, so that the last minute is not spent on one of them alone. */
function findTests(patterns: readonly string[]): string[] {
  const files = ['test', 'src'].flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root }).sort())
  return files.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
}

function build(): boolean {
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'build.ts')], { stdio: 'inherit' })
  return status === 0
}

function show({ file, ms, tests, output }: FileResult): void {
  const failed = tests.filter((test) => test.outcome === 'failed')
  const skipped = tests.filter((test) => test.outcome === 'skipped')
  const passed = tests.length - failed.length - skipped.length
  const numbers = [`${passed} passed`, ...(failed.length > 0 ? [`${failed.length} failed`] : []), ...(skipped.length > 0 ? [`${skipped.length} skipped`] : [])]
  const lines = [`${failed.length > 0 ? 'FAIL' : 'ok  '} ${file}: ${numbers.join(', ')} (${(ms / 1000).toFixed(1)} s)`]
  for (const test of failed) lines.push(indent(`${test.name}\n${indent(test.reason ?? '')}`))
  if (failed.length > 0 && output.trim() !== '') lines.push(indent(`It wrote:\n${indent(output.trim().split('\n').slice(-40).join('\n'))}`))
  console.log(lines.join('\n'))
}

/** Says again what failed and what was skipped, and ends with the line of numbers. Returns the number of failures. */
function summarise(results: readonly FileResult[], { built, broken }: { built: boolean; broken: boolean }): number {
  const all = results.flatMap(({ file, tests }) => tests.map((test) => ({ file, ...test })))
  const skipped = all.filter((test) => test.outcome === 'skipped')
  const failed = all.filter((test) => test.outcome === 'failed').map(({ file, name }) => `${file}: ${name}`)
  if (!built) failed.push('(the build)')
  if (broken) failed.push('(the run was broken off)')
  if (skipped.length > 0) console.log(['', 'Skipped:', ...skipped.map(({ file, name, reason }) => `  ${file}: ${name}: ${reason}`)].join('\n'))
  if (failed.length > 0) console.log(['', 'Failed:', ...failed.map((line) => `  ${line}`)].join('\n'))
  const passed = all.length - skipped.length - all.filter((test) => test.outcome === 'failed').length
  console.log(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
  return failed.length
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '     ')
}

await main()

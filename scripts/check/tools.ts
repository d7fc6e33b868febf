/** The checks that are others' programs. Each is run from node_modules, with the configuration of the tree that is checked. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Findings } from '../check.ts'

const execute = promisify(execFile)

/** What a tool said. `code` is its exit code. */
interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const tool = (name: string) => path.join(import.meta.dirname, '../../node_modules', name)

/** Where checked code lives; a folder that is not there yet is left out. */
async function codeFolders(root: string): Promise<string[]> {
  const present = await readdir(root)
  return ['src', 'web', 'test', 'scripts'].filter((folder) => present.includes(folder))
}

/** Two programs: what runs in Node, and, where it is there, what runs in browsers. */
export async function types(root: string): Promise<Findings> {
  const projects = ['tsconfig.json', 'web/tsconfig.json'].filter((project) => existsSync(path.join(root, project)))
  const runs = await Promise.all(
    projects.map(async (project) => await run(root, tool('typescript-native/bin/tsc'), ['-p', project, '--pretty', 'false', '--listFiles'])),
  )
  const lines = runs.flatMap(({ stdout }) => stdout.split('\n'))
  const seen = new Set(lines.filter((line) => line.startsWith(`${root}${path.sep}`) && !line.includes('node_modules'))).size
  const problems = new Set(lines.filter((line) => !path.isAbsolute(line)))
  const said = runs.map(({ stderr }) => stderr).join('')
  return judge({ code: Math.max(...runs.map(({ code }) => code)), problems: `${[...problems].join('\n')}${said}`, seen, unit: 'files' })
}

export async function lint(root: string): Promise<Findings> {
  const folders = await codeFolders(root)
  const { code, stdout, stderr } = await run(root, tool('oxlint/bin/oxlint'), ['--type-aware', '--format=unix', '--deny-warnings', ...folders])
  const files = await run(root, tool('oxlint/bin/oxlint'), ['--debug=files', ...folders])
  const seen = files.stdout.split('\n').filter((line) => /\.(tsx?|cjs)$/.test(line)).length
  return judge({ code, problems: `${stdout}${stderr}`, seen, unit: 'files' })
}

export async function format(root: string): Promise<Findings> {
  const { code, stdout, stderr } = await run(root, tool('@biomejs/biome/bin/biome'), ['format', '--max-diagnostics=500', '--colors=off', '.'])
  const seen = Number(/Checked (\d+) files?/.exec(`${stdout}${stderr}`)?.[1] ?? 0)
  // Which files is enough: npm run format shows the rest by doing it.
  const files = [...stderr.matchAll(/^(\S+) (\w+) ━/gm)].map(([, file = '', why = '']) => `${file}: ${why === 'format' ? 'npm run format puts it right' : why}`)
  return judge({ code, problems: files.join('\n') || stderr, seen, unit: 'files' })
}

/** What dependency-cruiser's report is made of, as far as it is looked at here. */
interface CruiseReport {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[]
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string; readonly comment?: string }[] }
  }
  readonly modules: readonly { readonly source: string }[]
}

/** Without a TypeScript 6 beside it, dependency-cruiser sees no module and reports success: what it saw is counted here. */
export async function levels(root: string): Promise<Findings> {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...(await codeFolders(root))]
  const { code, stdout, stderr } = await run(root, tool('dependency-cruiser/bin/dependency-cruiser.mjs'), args)
  if (stderr.includes('missing-tsc-transpiler')) return { problems: stderr, seen: 'nothing' }
  if (stdout === '') return { problems: stderr || `dependency-cruiser ended with ${code} and no report`, seen: 'nothing' }
  const report = JSON.parse(stdout) as CruiseReport
  const comments = new Map(report.summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment]))
  const problems = report.summary.violations.map(({ from, to, rule }) => `${from} -> ${to}: ${comments.get(rule.name) ?? rule.name}`)
  const seen = report.modules.filter(({ source }) => source.startsWith('src/')).length
  return judge({ code: problems.length, problems: problems.join('\n'), seen, unit: 'modules' })
}

export async function unused(root: string): Promise<Findings> {
  const { code, stdout, stderr } = await run(root, tool('knip/bin/knip.js'), ['--no-progress', '--no-config-hints', '--performance'])
  const seen = Number(/^parseFile\s+(\d+)/m.exec(stdout)?.[1] ?? 0)
  const problems = code === 0 ? '' : `${stdout.split('\nName')[0] ?? ''}${stderr}`
  return judge({ code, problems, seen, unit: 'files' })
}

/** A tool that failed without a word has still failed, and so has one that saw nothing. */
function judge({ code, problems, seen, unit }: { code: number; problems: string; seen: number; unit: string }): Findings {
  if (seen === 0) return { problems: `no ${unit} were seen, so nothing was checked\n${problems}`, seen: 'nothing' }
  return { problems: code === 0 ? '' : problems.trim() || `ended with ${code}`, seen: `${seen} ${unit}` }
}

/** Runs a JavaScript tool with this Node; it may take 5 minutes. Its exit code is a finding, not an error. */
async function run(root: string, script: string, args: readonly string[]): Promise<Output> {
  const options = { cwd: root, maxBuffer: 256 << 20, timeout: 300_000, env: { ...process.env, NO_COLOR: '1' } }
  try {
    return { code: 0, ...(await execute(process.execPath, [script, ...args], options)) }
  } catch (error) {
    const { code, stdout, stderr } = error as Output
    if (typeof code === 'number') return { code, stdout, stderr }
    throw error
  }
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { promisify } from 'node:util'

const root = path.join(import.meta.dirname, '../..')
const execute = promisify(execFile)

/** A small tree under the rules of this one, in which all is well. */
const sound: Readonly<Record<string, string>> = {
  'src/base/README.md': '# base\n',
  'src/base/sum.ts': 'export const sum = (a: number, b: number): number => a + b\n',
  'src/store/README.md': '# store\n',
  'src/store/count.ts': "import { sum } from '../base/sum.ts'\n\nexport const count = (n: number): number => sum(n, 1)\n",
  'src/app/README.md': '# app\n',
  'src/app/database-thread.ts': "import { count } from '../store/count.ts'\n\nprocess.exitCode = count(-1)\n",
  'src/cli/README.md': '# cli\n',
  'src/cli/main.ts': "import { count } from '../store/count.ts'\n\nprocess.exitCode = count(-1)\n",
}

/** A component and its styles. */
const styled = {
  'web/sum.tsx': "import styles from './sum.module.css'\n\nexport const look = styles.tall\n",
  'web/sum.module.css': '.tall {\n  height: 1px;\n}\n',
}

/** Each fault breaks one check and no other; `found`: what the report must say. */
const faults: readonly { readonly check: string; readonly file: string; readonly text: string; readonly found: RegExp }[] = [
  {
    check: 'types',
    file: 'src/base/sum.ts',
    text: 'export const sum = (a: number, b: string): number => a + b\n',
    found: /src\/base\/sum\.ts\(1,\d+\): error TS2322/,
  },
  {
    check: 'types',
    file: 'src/base/sum.ts',
    text: 'enum Way {\n  Up,\n}\nexport const sum = (a: number, b: number): number => a + b + Way.Up\n',
    found: /TS1294/,
  },
  {
    check: 'lint',
    file: 'src/base/sum.ts',
    text: 'const later = async (): Promise<void> => {}\n\nexport const sum = (a: number, b: number): number => {\n  later()\n  return a + b\n}\n',
    found: /sum\.ts:4:3: .*no-floating-promises/,
  },
  {
    check: 'lint',
    file: 'src/base/sum.ts',
    text: 'export const sum = (a: number, b: number): number => {\n  void [a, b].every(async (n) => n > (await Promise.resolve(0)))\n  return a + b\n}\n',
    found: /no-misused-promises/,
  },
  { check: 'lint', file: 'src/base/sum.ts', text: 'export const sum = (a: number, b: any): number => a + Number(b)\n', found: /no-explicit-any/ },
  {
    check: 'lint',
    file: 'src/base/sum.ts',
    text: "export const sum = (a: number, b: number, way: 'up' | 'down' = 'up'): number => {\n  let result = 0\n  switch (way) {\n    case 'up':\n      result = a + b\n      break\n  }\n  return result\n}\n",
    found: /switch-exhaustiveness-check/,
  },
  {
    check: 'format',
    file: 'src/base/sum.ts',
    text: 'export const sum = (a: number, b: number): number => a + b;\n',
    found: /src\/base\/sum\.ts: npm run format/,
  },
  { check: 'format', file: 'src/base/sum.ts', text: 'export const sum = (a: number b: number): number => a + b\n', found: /src\/base\/sum\.ts:1:\d+: parse/ },
  {
    check: 'levels',
    file: 'src/base/sum.ts',
    text: "import { count } from '../store/count.ts'\n\nexport const sum = (a: number, b: number): number => a + b + count.length\n",
    found: /src\/base\/sum\.ts -> src\/store\/count\.ts: base: import from folders of lower levels only/,
  },
  { check: 'levels', file: 'src/queue/add.ts', text: "import '../store/count.ts'\n", found: /src\/queue\/add\.ts -> src\/store\/count\.ts: .*not sideways/ },
  { check: 'levels', file: 'src/store/read.ts', text: "import '../config/values.ts'\n", found: /only app\/ and cli\/ import config/ },
  { check: 'levels', file: 'src/extra/add.ts', text: "import '../base/sum.ts'\n", found: /this folder has no level yet/ },
  {
    check: 'levels',
    file: 'src/store/circle.ts',
    text: "import { b } from './circle-b.ts'\n\nexport const a = (): number => b()\n",
    found: /circle.*: a cycle/,
  },
  { check: 'levels', file: 'src/store/tools.ts', text: "import 'esbuild'\n", found: /imports no development package/ },
  { check: 'unused', file: 'src/store/lonely.ts', text: 'export const lonely = 1\n', found: /lonely\.ts/ },
  { check: 'unused', file: 'src/base/sum.ts', text: 'export const sum = (a: number, b: number): number => a + b\nexport const spare = 1\n', found: /spare/ },
  { check: 'layout', file: 'src/policy/at-rcpt.ts', text: 'process.exitCode = 1\n', found: /src\/policy: begins with no README\.md/ },
  { check: 'layout', file: 'src/store/utils.ts', text: 'process.exitCode = 1\n', found: /"utils" tells a reader nothing/ },
  { check: 'layout', file: 'src/store/index.ts', text: "export { count } from './count.ts'\n", found: /no index files/ },
  {
    check: 'layout',
    file: 'web/sum.tsx',
    text: "import styles from './sum.module.css'\n\nexport const look = styles.wide\n",
    found: /sum\.module\.css has no class \.wide/,
  },
  { check: 'layout', file: 'web/sum.module.css', text: '.tall {\n  height: 1px;\n}\n.wide {\n  width: 1px;\n}\n', found: /nothing names the class \.wide/ },
  { check: 'packages', file: 'NOTICE', text: '', found: /NOTICE: lacks "zod \(MIT\)"/ },
  { check: 'packages', file: 'package.json', text: '{ "dependencies": { "zod": "^4.6.7" } }\n', found: /zod is "\^4\.6\.7"; pin one version/ },
  { check: 'packages', file: 'src/app/version.ts', text: "export const version = '0.0.9'\n", found: /src\/app\/version\.ts: package\.json says/ },
  {
    check: 'words',
    file: 'src/store/README.md',
    text: `# store\n\nSee ${['', 'work', 'main'].join('/')}.\n`,
    found: /src\/store\/README\.md:3: a path of one machine/,
  },
  {
    check: 'words',
    file: '.npmrc',
    text: `${['reg', 'istry'].join('')}=https://packages.example/npm/\n`,
    found: /\.npmrc:1: where one machine gets its packages/,
  },
]

async function plant(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const tree = await mkdtemp(path.join(tmpdir(), 'check-'))
  t.after(async () => await rm(tree, { recursive: true }))
  const rules = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', '.oxlintrc.json', '.dependency-cruiser.cjs', 'NOTICE', '.npmrc']
  await Promise.all(rules.map(async (file) => await cp(path.join(root, file), path.join(tree, file))))
  // The tree uses few of the packages, and has no scripts.
  const knip = '{ "entry": ["src/cli/main.ts", "src/app/database-thread.ts"], "project": ["src/**/*.ts"], "exclude": ["dependencies"] }'
  await writeFile(path.join(tree, 'knip.json'), knip.concat('\n'))
  await symlink(path.join(root, 'node_modules'), path.join(tree, 'node_modules'))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(tree, file)), { recursive: true })
    await writeFile(path.join(tree, file), text)
  }
  return tree
}

async function check(tree: string, ...names: string[]): Promise<{ code: number; report: string }> {
  try {
    const { stdout } = await execute(process.execPath, [path.join(root, 'scripts/check.ts'), '--root', tree, ...names])
    return { code: 0, report: stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, report: stdout }
  }
}

test('a sound tree passes every check', async (t) => {
  const { code, report } = await check(await plant(t, sound))
  assert.equal(report.match(/^ok/gm)?.length, 8, report)
  assert.equal(code, 0, report)
})

for (const { check: name, file, text, found } of faults) {
  test(`${name} finds ${found.source.replaceAll('\\', '')}`, async (t) => {
    const partner = {
      'src/store/circle-b.ts': "import { a } from './circle.ts'\n\nexport const b = (): number => a()\n",
      'src/config/values.ts': '',
      ...(file.startsWith('web/') && styled),
    }
    const { code, report } = await check(await plant(t, { ...sound, ...partner, [file]: text }), name)
    assert.match(report, new RegExp(`^FAIL ${name}`, 'm'))
    assert.match(report, found)
    assert.equal(code, 1)
  })
}

test('a check that sees nothing fails', async (t) => {
  const tree = await plant(t, { 'src/base/README.md': '# base\n' })
  const { code, report } = await check(tree, 'types', 'lint', 'levels', 'layout')
  assert.equal(report.match(/^FAIL/gm)?.length, 4, report)
  assert.equal(code, 1)
})

test('levels fails without a TypeScript that dependency-cruiser can read', async () => {
  // With TypeScript 7 under that name it sees no module and reports success.
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { readonly devDependencies: Readonly<Record<string, string>> }
  assert.match(manifest.devDependencies['typescript'] ?? '', /^6\./)
})

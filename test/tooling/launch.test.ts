import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { promisify } from 'node:util'

const root = path.join(import.meta.dirname, '../..')
const execute = promisify(execFile)

/** What the stand-in for the server does: says what it was called with, ends with 3, or waits for a signal. */
const program = `
if (process.argv.includes('wait')) {
  process.on('SIGTERM', () => { console.log('drained'); process.exit(4) })
  setInterval(() => {}, 1000)
  console.log('waiting')
} else {
  console.log(process.argv.slice(2).join('|'))
  process.exitCode = 3
}
`

const buildStandIn = `
import { appendFileSync, cpSync, mkdirSync } from 'node:fs'
const root = import.meta.dirname + '/../'
mkdirSync(root + 'dist', { recursive: true })
cpSync(root + 'program.js', root + 'dist/posthorn.js')
appendFileSync(root + 'built', 'x')
`

/** A copy of what starts Posthorn, with a stand-in for npm, the build and the server. Its path has a space. */
async function plant(t: TestContext, { installed = true, built = true } = {}): Promise<{ home: string; tree: string; env: NodeJS.ProcessEnv }> {
  const home = await mkdtemp(path.join(tmpdir(), 'launch-'))
  t.after(async () => await rm(home, { recursive: true }))
  const tree = path.join(home, 'post horn')
  await mkdir(path.join(tree, 'src'), { recursive: true })
  await cp(path.join(root, 'bin'), path.join(tree, 'bin'), { recursive: true })
  await mkdir(path.join(tree, 'scripts'))
  for (const file of ['run.cjs', 'launch.cjs']) await cp(path.join(root, 'scripts', file), path.join(tree, 'scripts', file))
  const put = async (file: string, text: string, mode?: number) => {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true })
    await writeFile(path.join(home, file), text, { mode })
  }
  const old = new Date(Date.now() - 60_000)
  const packages = { '': {}, 'node_modules/zod': { version: '1.0.0' }, 'node_modules/other-machine': { version: '2.0.0', optional: true } }
  await put('post horn/package-lock.json', JSON.stringify({ packages }))
  await put('post horn/src/main.ts', 'source')
  await put('post horn/scripts/build.ts', buildStandIn)
  await put('post horn/program.js', program)
  for (const file of ['src', 'src/main.ts', 'package-lock.json', 'scripts/build.ts']) await utimes(path.join(tree, file), old, old)
  const install = `mkdir -p '${tree}/node_modules/.bin' && ln -sf '${process.execPath}' '${tree}/node_modules/.bin/node' && echo '${JSON.stringify({ packages: { 'node_modules/zod': { version: '1.0.0' } } })}' > '${tree}/node_modules/.package-lock.json'`
  await put('bin/npm', `#!/bin/sh\necho "npm $*" >> '${home}/npm-calls'\n${install}\n`, 0o755)
  const env = { ...process.env, PATH: [path.join(home, 'bin'), path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter) }
  if (installed) await execute('sh', ['-c', install])
  if (built) {
    await mkdir(path.join(tree, 'dist'))
    await writeFile(path.join(tree, 'dist/posthorn.js'), program)
  }
  return { home, tree, env }
}

async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await execute(command, [...args], options)) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

const exists = async (file: string) =>
  await stat(file).then(
    () => true,
    () => false,
  )

test('the command works from any folder and through links, and keeps arguments and exit code', async (t) => {
  const { home, tree, env } = await plant(t)
  await symlink(path.join(tree, 'bin/posthorn'), path.join(home, 'bin/absolute'))
  await symlink('absolute', path.join(home, 'bin/posthorn'))
  const { code, stdout, stderr } = await run('posthorn', ['mailbox', 'add', "o'neil@a.example", '--quota', '4 G'], { cwd: '/', env })
  assert.deepEqual({ code, stdout, stderr }, { code: 3, stdout: "mailbox|add|o'neil@a.example|--quota|4 G\n", stderr: '' })
  assert.equal(await exists(path.join(tree, 'built')), false)
})

test('the command builds first when the sources are newer than what was built', async (t) => {
  const { tree, env } = await plant(t)
  await writeFile(path.join(tree, 'src/new.ts'), '')
  const later = new Date(Date.now() + 5000)
  await utimes(path.join(tree, 'src/new.ts'), later, later)
  const { code, stdout } = await run(path.join(tree, 'bin/posthorn'), ['health'], { env })
  assert.deepEqual({ code, stdout }, { code: 3, stdout: 'health\n' })
  assert.equal(await readFile(path.join(tree, 'built'), 'utf8'), 'x')
})

test('a test that is newer than what was built changes nothing', async (t) => {
  const { tree, env } = await plant(t)
  await writeFile(path.join(tree, 'src/main.test.ts'), '')
  const old = new Date(Date.now() - 60_000)
  await utimes(path.join(tree, 'src'), old, old)
  const later = new Date(Date.now() + 5000)
  await utimes(path.join(tree, 'src/main.test.ts'), later, later)
  await run(path.join(tree, 'bin/posthorn'), ['health'], { env })
  assert.equal(await exists(path.join(tree, 'built')), false)
})

test('a fresh clone is installed and built by the first command', async (t) => {
  const { home, tree, env } = await plant(t, { installed: false, built: false })
  const { code, stdout, stderr } = await run(path.join(tree, 'bin/posthorn'), ['health'], { cwd: '/', env })
  assert.deepEqual({ code, stdout }, { code: 3, stdout: 'health\n' }, stderr)
  assert.equal(await readFile(path.join(home, 'npm-calls'), 'utf8'), 'npm ci --include=dev --include=optional\n')
})

test('packages are installed anew when the lockfile names others, and only then', async (t) => {
  const { home, tree, env } = await plant(t)
  const start = async () => await run(process.execPath, [path.join(tree, 'scripts/run.cjs'), 'start', 'x'], { env })
  assert.equal((await start()).stdout, 'start|x\n')
  assert.equal(await exists(path.join(home, 'npm-calls')), false)
  await writeFile(path.join(tree, 'node_modules/.package-lock.json'), JSON.stringify({ packages: { 'node_modules/zod': { version: '0.9.0' } } }))
  assert.equal((await start()).stdout, 'start|x\n')
  assert.equal(await exists(path.join(home, 'npm-calls')), true)
})

test('npm start hands on SIGTERM and the exit code', async (t) => {
  const { tree, env } = await plant(t)
  const child = spawn(process.execPath, [path.join(tree, 'scripts/run.cjs'), 'start', 'wait'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said === 'waiting\n') child.kill('SIGTERM')
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  assert.deepEqual({ code, signal, said }, { code: 4, signal: null, said: 'waiting\ndrained\n' })
})

test('so does npm itself, whose shell stands between', { timeout: 30_000 }, async (t) => {
  const { tree, env } = await plant(t)
  const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
  await writeFile(path.join(tree, 'package.json'), JSON.stringify({ name: 'planted', scripts }))
  const npm = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'npm'))
  const found = npm.find((file) => existsSync(file)) ?? assert.fail('npm is not in PATH')
  const child = spawn(found, ['start', '--', 'wait'], { cwd: tree, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!said.endsWith('waiting\n') && (said + text).endsWith('waiting\n')) child.kill('SIGTERM')
    said += text
  })
  // Its output ends when the server does, not only npm.
  await once(child, 'close')
  assert.match(said, /waiting\ndrained\n$/)
})

test('a server that is killed does not look as if it had ended well', async (t) => {
  const { tree, env } = await plant(t)
  await writeFile(path.join(tree, 'dist/posthorn.js'), "process.kill(process.pid, 'SIGKILL')")
  assert.equal((await run(process.execPath, [path.join(tree, 'scripts/run.cjs'), 'start'], { env })).code, 137)
})

test('a Node that is too old gets one clear line', async () => {
  const file = path.join(root, 'scripts/run.cjs')
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.20.4' }); require(${JSON.stringify(file)})`
  const { code, stdout, stderr } = await run(process.execPath, ['-e', old, 'start'], { env: process.env })
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
  assert.equal(stderr, 'posthorn: Node 18.20.4 is too old to start with; Node 20 or later is needed (it then brings its own).\n')
  // Nothing in the file that a Node of 2010 could not read.
  const source = (await readFile(file, 'utf8')).replaceAll(/\/\*[^]*?\*\//g, '')
  assert.doesNotMatch(source, /=>|`|\b(const|let|class|async|await|import|export)\b|\?\.|\?\?/)
})

test('an unknown task is refused with those that there are', async () => {
  const { code, stderr } = await run(process.execPath, [path.join(root, 'scripts/run.cjs'), 'strat'], { env: process.env })
  assert.equal(code, 1)
  assert.match(stderr, /^posthorn: no task "strat"; there are build, test, /)
})

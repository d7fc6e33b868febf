/**
 * `node scripts/run.cjs fresh-clone [--tests]`: does what a stranger does. Takes the last commit (not the work tree) to a new
 * folder, with an empty npm cache, and runs `npm start` there until it is ready, sends it a SIGTERM, and with `--tests` runs
 * `npm test`. Minutes, and needs a package registry: therefore not a part of `npm test`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const root = path.dirname(import.meta.dirname)
const startLimitMs = 300_000
const testLimitMs = 1_800_000

async function main(): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'fresh-clone-'))
  try {
    const clone = path.join(home, 'posthorn')
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${root}`, clone])
    // As a person's shell has it: no node_modules/.bin of this tree in front, nothing of npm's own.
    const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE|INIT_CWD)/i.test(name))
    const searched = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'))
    const env = { ...Object.fromEntries(kept), PATH: searched.join(path.delimiter), npm_config_cache: path.join(home, 'npm-cache') }

    const args = (await isFree(2525)) ? ['start'] : ['start', '--', '--config', writeOtherPorts(clone)]
    const untilReady = async () => await runUntilReady(args, clone, env)
    const firstMs = await untilReady()
    console.log(`first npm start: ready after ${(firstMs / 1000).toFixed(1)} s`)
    const laterMs = await untilReady()
    console.log(`second npm start: ready after ${(laterMs / 1000).toFixed(1)} s`)
    if (process.argv.includes('--tests')) {
      const child = spawn('npm', ['test'], { cwd: clone, env, stdio: ['ignore', 'inherit', 'inherit'], timeout: testLimitMs })
      const [code] = (await once(child, 'exit')) as [number | null]
      if (code !== 0) throw new Error(`npm test ended with ${code}`)
    }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A server that runs here already has the ports that a new one would take. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

function writeOtherPorts(clone: string): string {
  const file = path.join(clone, 'other-ports.toml')
  const listen = ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'http', 'https'].map((name) => `${name} = "127.0.0.1:0"`)
  writeFileSync(file, `[listen]\n${listen.join('\n')}\n`)
  console.log('the default ports are taken on this machine; others are used')
  return file
}

/** Runs `npm start` until its line `ready`, then ends it by SIGTERM, which must give exit code 0. Returns the milliseconds to `ready`. */
async function runUntilReady(args: readonly string[], clone: string, env: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = performance.now()
  const child = spawn('npm', args, { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, startLimitMs)
  try {
    let readyMs: number | undefined
    for await (const line of createInterface({ input: child.stdout })) {
      console.log(`  ${line}`)
      if (line !== 'ready') continue
      readyMs = performance.now() - startedAt
      child.kill('SIGTERM')
    }
    const code = child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0]
    if (readyMs === undefined) throw new Error(`npm start ended with ${code} before it was ready`)
    if (code !== 0) throw new Error(`npm start ended with ${code} after SIGTERM`)
    return readyMs
  } finally {
    clearTimeout(timer)
  }
}

await main()

/** Runs one test file in a process of its own, with a limit on time, and sees to it that nothing stays behind. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { mark, type Started, type TestResult } from './results.ts'

/** All that one file came to. */
export interface FileResult {
  readonly file: string
  readonly ms: number
  readonly tests: readonly TestResult[]
  /** The end of what it wrote; of interest when something failed. */
  readonly output: string
}

/** Octets of a file's output that are kept. */
const outputBytes = 64 << 10

/** What is wrong with the file as a whole gets a name like a test's. */
const whole = (reason: string): TestResult => ({ name: '(the file itself)', outcome: 'failed', ms: 0, reason })

export async function runFile(root: string, file: string, limitMs: number, signal: AbortSignal): Promise<FileResult> {
  const startedAt = performance.now()
  // Everything that a test makes goes into one folder, so that what is left of it is seen. Other users (PostgreSQL's) pass through.
  const scratch = await mkdtemp(path.join(tmpdir(), 'posthorn-'))
  await chmod(scratch, 0o755)
  const reporter = pathToFileURL(path.join(import.meta.dirname, 'reporter.ts')).href
  const flags = ['--enable-source-maps', '--disable-warning=ExperimentalWarning', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout']
  const child = spawn(process.execPath, [...flags, path.join(root, file)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // NODE_TEST_CONTEXT, of a test that is running this, would change the form of the reports.
    env: { ...process.env, TMPDIR: scratch, POSTHORN_TEST_SCRATCH: scratch, NODE_ENV: 'test', NODE_TEST_CONTEXT: undefined },
  })
  const report = new Report()
  child.stdout.setEncoding('utf8').on('data', (text: string) => report.take(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => report.note(text))
  const closed = once(child, 'close')
  let late = false
  const stop = () => child.kill('SIGKILL')
  const timer = setTimeout(() => {
    late = true
    stop()
  }, limitMs)
  signal.addEventListener('abort', stop)
  const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)

  const left = await endLeftovers(scratch)
  // Whoever else held its output has ended too, so that all of it can be read.
  await closed
  const { tests, running, output } = report
  const failed = tests.some((test) => test.outcome === 'failed')
  if (late) tests.push(whole(`took longer than ${limitMs / 1000} s; it was at "${running}"`))
  else if (killedBy !== null) tests.push(whole(`ended by ${killedBy} at "${running}"`))
  else if (code !== 0 && !failed) tests.push(whole(`ended with exit code ${code}, though no test failed`))
  else if (tests.length === 0) tests.push(whole('holds no test'))
  if (!late && killedBy === null) {
    const folders = (await readdir(scratch)).filter((name) => name !== 'node-compile-cache')
    if (left.length > 0) tests.push(whole(`left processes running: ${left.join(', ')}`))
    if (folders.length > 0) tests.push(whole(`left in its temporary folder: ${folders.slice(0, 10).join(', ')}`))
  }
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 })
  return { file, ms: performance.now() - startedAt, tests, output }
}

/** Takes a test process's output apart: what the reporter says, and what the tests write. */
class Report {
  readonly tests: TestResult[] = []
  /** The test that began last. */
  running = 'the start'
  output = ''
  #rest = ''

  take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const at = line.indexOf(mark)
      if (at === -1) this.note(`${line}\n`)
      else {
        this.note(line.slice(0, at))
        const event = JSON.parse(line.slice(at + 1)) as TestResult | Started
        if ('started' in event) this.running = event.started
        else this.tests.push(event)
      }
    }
  }

  note(text: string): void {
    this.output = (this.output + text).slice(-outputBytes)
  }
}

/** Kills what the file started and did not end, known by its environment, however it was put into the background. */
async function endLeftovers(scratch: string): Promise<string[]> {
  const mark = `POSTHORN_TEST_SCRATCH=${scratch}\0`
  const names: string[] = []
  // Children that were told to end may need a moment.
  for (const waitMs of [0, 100, 400, 1000]) {
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    const pids = await pidsWith(mark)
    if (pids.length === 0) return []
    if (waitMs < 1000) continue
    for (const pid of pids) {
      names.push((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim() || `process ${pid}`)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  return names
}

async function pidsWith(mark: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // Not readable: another user's, or gone; a zombie's is empty.
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
      return environment.includes(mark) ? pid : undefined
    }),
  )
  return marked.filter((pid) => pid !== undefined)
}

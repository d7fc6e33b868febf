import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { allEnded, memoryBytes, processTree } from '../processes.ts'
import { valueAtMost } from '../report.ts'

const root = path.join(import.meta.dirname, '../../..')

/** A start that takes longer is a failure, not a figure. */
const limitMs = 60_000
/** Memory is looked at when the start's own garbage has had a moment. */
const restMs = 1000

/** `npm start` of the built tree on data that is there, as after a reboot. */
export async function start(bench: Bench): Promise<void> {
  await bench.section('Start of the built tree', async (scope) => {
    const { report } = bench
    const prepared = await scope.posthorn()
    await prepared.stop()
    const found = { npm: [] as Started[], own: [] as Started[] }
    for (let repetition = 0; repetition < bench.repetitions; repetition++) {
      found.npm.push(await scope.whole(() => startOnce('npm', ['start', '--', '--config', prepared.configFile])))
      found.own.push(await scope.whole(() => startOnce(path.join(root, 'bin/posthorn'), ['start', '--config', prepared.configFile])))
    }
    report.json('run', { what: 'start', ...found })
    report.row({ what: '`npm start` to `ready`', unit: 's', ours: found.npm.map(({ seconds }) => seconds), goal: valueAtMost(1) })
    report.row({ what: '`posthorn start` to `ready`', unit: 's', ours: found.own.map(({ seconds }) => seconds) })
    report.row({ what: 'memory of the server then (PSS)', unit: 'MB', ours: found.own.map(({ memory }) => memory / 1e6), goal: valueAtMost(150) })
    report.row({ what: 'memory with npm and its shells', unit: 'MB', ours: found.npm.map(({ memory }) => memory / 1e6) })
  })
}

interface Started {
  readonly seconds: number
  /** Bytes, all its processes. */
  readonly memory: number
}

async function startOnce(command: string, args: readonly string[]): Promise<Started> {
  const startedMs = performance.now()
  // A group of its own: npm's shells do not hand on a signal.
  const child = spawn(command, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const pid = child.pid ?? 0
  const exited = once(child, 'exit')
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), limitMs)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'ready') continue
      const seconds = (performance.now() - startedMs) / 1000
      await sleep(restMs)
      return { seconds, memory: memoryBytes([pid]) }
    }
    throw new Error(`${command} ${args.join(' ')} ended before it was ready`)
  } finally {
    clearTimeout(timer)
    const pids = processTree([pid])
    if (child.exitCode === null) process.kill(-pid, 'SIGTERM')
    await exited
    // npm goes first; the next start would wait for the server that still holds the data.
    await allEnded(pids)
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Clock ticks of /proc/*\/stat: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly cpuSeconds: number
}

function stats(): Stat[] {
  const found: Stat[] = []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const { parent, cpuSeconds: own, ofChildren } = statOf(`/proc/${entry}/stat`)
      found.push({ pid: Number(entry), parent, cpuSeconds: own + ofChildren })
    } catch {
      // It ended meanwhile; its parent has its time.
    }
  }
  return found
}

/** utime and stime, and those of children that have been waited for. */
function statOf(file: string): { readonly parent: number; readonly cpuSeconds: number; readonly ofChildren: number } {
  const text = readFileSync(file, 'latin1')
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const seconds = (at: number) => ((fields[at] ?? 0) + (fields[at + 1] ?? 0)) / ticksPerSecond
  return { parent: fields[1] ?? 0, cpuSeconds: seconds(11), ofChildren: seconds(13) }
}

/** Seconds of CPU that these processes, those below them and those that ended there have used. */
export function cpuSeconds(roots: readonly number[]): number {
  return descendants(roots).reduce((sum, stat) => sum + stat.cpuSeconds, 0)
}

/** Seconds of CPU of each thread of `roots` and all below them. */
export function threadSeconds(roots: readonly number[]): Map<string, number> {
  const seconds = new Map<string, number>()
  for (const pid of processTree(roots)) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const file = `/proc/${pid}/task/${thread}/schedstat`
      try {
        seconds.set(file, Number(readFileSync(file, 'latin1').split(' ', 1)[0]) / 1e9)
      } catch {
        // It ended meanwhile.
      }
    }
  }
  return seconds
}

/** Bytes of memory, shared pages counted in shares (PSS). */
export function memoryBytes(roots: readonly number[]): number {
  return descendants(roots).reduce((sum, { pid }) => {
    try {
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))
      return sum + Number(pss?.[1] ?? 0) * 1024
    } catch {
      return sum
    }
  }, 0)
}

/** Seconds of CPU that the whole machine has used: user, nice, system, irq and softirq of /proc/stat. */
export function machineCpuSeconds(): number {
  const fields = (readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '').split(/\s+/).slice(1).map(Number)
  return [0, 1, 2, 5, 6].reduce((sum, at) => sum + (fields[at] ?? 0), 0) / ticksPerSecond
}

/** `roots` and all below them. */
export function processTree(roots: readonly number[]): readonly number[] {
  return descendants(roots).map(({ pid }) => pid)
}

/** Resolves when they are gone, those of them that are none of our children included; kills what is there after 5 s. */
export async function allEnded(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 50 && pids.some(isThere); tries++) await sleep(100)
  for (const pid of pids) if (isThere(pid)) process.kill(pid, 'SIGKILL')
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function descendants(roots: readonly number[]): Stat[] {
  const all = stats()
  const members = new Set(roots)
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

import { readdirSync, readFileSync } from 'node:fs'

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
      const text = readFileSync(`/proc/${entry}/stat`, 'latin1')
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number)
      // utime, stime, and those of children that have been waited for.
      const ticks = (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0)
      found.push({ pid: Number(entry), parent: fields[1] ?? 0, cpuSeconds: ticks / ticksPerSecond })
    } catch {
      // It ended meanwhile; its parent has its time.
    }
  }
  return found
}

/** Seconds of CPU that these processes, those below them and those that ended there have used. */
export function cpuSeconds(roots: readonly number[]): number {
  return descendants(roots).reduce((sum, stat) => sum + stat.cpuSeconds, 0)
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

function descendants(roots: readonly number[]): Stat[] {
  const all = stats()
  const members = new Set(roots)
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

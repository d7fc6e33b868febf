import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type Server } from './server.ts'

/** Processes beside the first, by number; the latest of each. */
export function othersOf(server: Server): Map<number, number> {
  const pids = new Map<number, number>()
  for (const { event, number, pid } of server.log) if (event === 'process ready') pids.set(number as number, pid as number)
  return pids
}

/** Kills one, and waits until another has taken its place. */
export async function killOther(server: Server, number: number): Promise<void> {
  const pid = othersOf(server).get(number)
  if (pid === undefined) throw new Error(`there is no process ${number}\n${server.said()}`)
  process.kill(pid, 'SIGKILL')
  await eventually(`process ${number} is back`, async () => (othersOf(server).get(number) === pid ? undefined : await Promise.resolve(true)))
}

/** Resolves when none of these processes is there any more. */
export async function allGone(pids: readonly number[], limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs
  for (;;) {
    const alive = await living(pids)
    if (alive.length === 0) return
    if (performance.now() > endMs) throw new Error(`processes ${alive.join()} are still there after ${limitMs} ms`)
    await sleep(20)
  }
}

/** Without those that have ended and that nobody has asked about. */
async function living(pids: readonly number[]): Promise<number[]> {
  const there = new Set(await readdir('/proc'))
  const states = await Promise.all(pids.map(async (pid) => (there.has(String(pid)) ? await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') Z') : ') Z')))
  return pids.filter((_, index) => !/\) Z/.test(states[index] ?? ''))
}

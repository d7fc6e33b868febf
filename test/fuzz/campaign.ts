import { Worker } from 'node:worker_threads'
import { longestInput } from './mutate.ts'
import { sharedHeader, type WorkerOrders, type WorkerReport } from './worker-report.ts'

export interface Campaign {
  readonly file: string
  /** The first run's number; each run is decided by its own. */
  readonly seed: number
  readonly runs: number
  readonly seconds: number
}

/** A target that does not come back for this long hangs. */
const hangMs = 10_000

/** Runs one target in a thread until it fails, hangs, or has had its runs or seconds. */
export async function runCampaign(campaign: Campaign): Promise<WorkerReport> {
  const shared = new SharedArrayBuffer(sharedHeader + longestInput)
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { ...campaign, shared } satisfies WorkerOrders })
  const numbers = new Int32Array(shared, 0, 3)
  let watcher: NodeJS.Timeout | undefined
  try {
    return await new Promise<WorkerReport>((resolve, reject) => {
      let lastRuns = -1
      let quietSince = performance.now()
      watcher = setInterval(() => {
        const runs = Atomics.load(numbers, 0)
        if (runs !== lastRuns) {
          lastRuns = runs
          quietSince = performance.now()
        } else if (performance.now() - quietSince > hangMs) {
          const input = Buffer.from(new Uint8Array(shared, sharedHeader, Atomics.load(numbers, 2)))
          resolve({ runs, failure: { seed: Atomics.load(numbers, 1), input, reason: `no end within ${hangMs / 1000} s` } })
        }
      }, 250)
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the fuzz worker ended with ${code}`)))
    })
  } finally {
    clearInterval(watcher)
    await worker.terminate()
  }
}

import { parentPort, workerData } from 'node:worker_threads'
import { longestInput, mutate, Random } from './mutate.ts'
import { loadTarget } from './target.ts'
import { type Failure, sharedHeader, type WorkerOrders, type WorkerReport } from './worker-report.ts'

/** No input may hold the protocol thread over 200 ms (DESIGN, "Bad input, faults"); the rest is room for a busy machine. */
const slowestRunMs = 2000

// One campaign's loop, in a thread of its own so that a target that never ends can be ended from outside.
const orders = workerData as WorkerOrders
const numbers = new Int32Array(orders.shared, 0, 3)
const shown = new Uint8Array(orders.shared, sharedHeader, longestInput)

const { seeds, target } = await loadTarget(orders.file)
const endsAt = performance.now() + orders.seconds * 1000
let runs = 0
let failure: Failure | undefined
// The seeds themselves first: a target that rejects its own seeds is wrong.
for (const seed of seeds) failure ??= attempt(-1, Buffer.from(seed))
while (failure === undefined && runs < orders.runs && performance.now() < endsAt) {
  const seed = (orders.seed + runs) % 0x7fff_ffff
  failure = attempt(seed, mutate(seeds, new Random(seed)))
  runs += 1
  Atomics.store(numbers, 0, runs)
}
parentPort?.postMessage({ runs, failure } satisfies WorkerReport)

function attempt(seed: number, input: Buffer): Failure | undefined {
  shown.set(input.subarray(0, longestInput))
  Atomics.store(numbers, 1, seed)
  Atomics.store(numbers, 2, Math.min(input.length, longestInput))
  const started = performance.now()
  try {
    target(input)
  } catch (error) {
    return { seed, input, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
  const took = performance.now() - started
  return took > slowestRunMs ? { seed, input, reason: `took ${took.toFixed(0)} ms` } : undefined
}

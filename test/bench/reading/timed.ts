import { type Bench, disturbingCores } from '../bench.ts'
import { cpuSeconds, machineCpuSeconds } from '../processes.ts'
import type { Target } from '../target.ts'

/** What some operations took, one after another or beside each other. */
export interface Timed {
  readonly operations: number
  readonly elapsedMs: number
  /** Of all the server's processes. */
  readonly cpuMs: number
  /** Cores that the client kept busy. */
  readonly generatorCores: number
  /** Cores that neither server nor client used. */
  readonly otherCores: number
}

export const milliseconds = ({ elapsedMs, operations }: Timed): number => elapsedMs / operations
export const cpuMilliseconds = ({ cpuMs, operations }: Timed): number => cpuMs / operations
export const perSecond = ({ elapsedMs, operations }: Timed): number => (operations / elapsedMs) * 1000
export const cpuPer1000 = ({ cpuMs, operations }: Timed): number => cpuMs / operations

/** @param work resolves to the number of operations */
export async function timed({ pids }: Target, work: () => Promise<number>): Promise<Timed> {
  const cpuBefore = cpuSeconds(pids)
  const machineBefore = machineCpuSeconds()
  const ownBefore = process.cpuUsage()
  const startMs = performance.now()
  const operations = await work()
  const elapsedMs = performance.now() - startMs
  const own = process.cpuUsage(ownBefore)
  const cpu = cpuSeconds(pids) - cpuBefore
  const generator = (own.user + own.system) / 1e6
  const others = machineCpuSeconds() - machineBefore - cpu - generator
  return { operations, elapsedMs, cpuMs: cpu * 1000, generatorCores: (generator * 1000) / elapsedMs, otherCores: Math.max(0, (others * 1000) / elapsedMs) }
}

/** Notes each run, and says in the end how many something else disturbed. */
export class Runs {
  readonly #bench: Bench
  #runs = 0
  #disturbed = 0

  constructor(bench: Bench) {
    this.#bench = bench
  }

  note(what: string, target: Target, run: Timed): Timed {
    this.#runs++
    if (run.otherCores > disturbingCores) this.#disturbed++
    this.#bench.report.json('run', { what, side: target.name, ...run })
    const { operations, generatorCores, otherCores } = run
    const took = `${milliseconds(run).toFixed(2)} ms, CPU ${cpuMilliseconds(run).toFixed(2)} ms each of ${operations}`
    this.#bench.tell(`${what}: ${target.name} ${took}, client ${generatorCores.toFixed(2)}, others ${otherCores.toFixed(2)} cores`)
    return run
  }

  remark(): void {
    if (this.#disturbed > 0) this.#bench.report.remark(`In ${this.#disturbed} of ${this.#runs} runs something else used more than ${disturbingCores} cores.`)
  }
}

/** The same repetitions of one row, by server: ours first. */
export class Repetitions {
  readonly #runs = new Map<Target, Timed[]>()

  add(target: Target, run: Timed): void {
    const runs = this.#runs.get(target)
    if (runs === undefined) this.#runs.set(target, [run])
    else runs.push(run)
  }

  /** For a row of the report. */
  figures(ours: Target, peer: Target | undefined, pick: (run: Timed) => number): { readonly ours: number[]; readonly theirs?: number[] } {
    const of = (target: Target) => (this.#runs.get(target) ?? []).map(pick)
    return peer === undefined ? { ours: of(ours) } : { ours: of(ours), theirs: of(peer) }
  }
}

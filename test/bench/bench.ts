import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type NameServer, startNameServer } from '../harness/name-server.ts'
import { type DovecotOptions, startDovecot } from './dovecot.ts'
import type { Measured } from './measure.ts'
import { postfixMissing, startPostfixDovecot } from './peers.ts'
import { type Posthorn, startPosthorn, zone } from './posthorn.ts'
import { allEnded, processTree } from './processes.ts'
import type { Report } from './report.ts'
import type { Target } from './target.ts'

/** Others' work that makes a run worth little. */
export const disturbingCores = 0.5

/** What a run is asked for, and what all its sections share. */
export class Bench {
  readonly report: Report
  /** Pairs of runs for each row. */
  readonly repetitions: number
  /** Of each load. */
  readonly seconds: number
  readonly quick: boolean
  /** What takes many minutes, too. */
  readonly full: boolean
  readonly #starts = new Starts()
  /** What several sections use stays until the end. */
  readonly #shared = new AsyncDisposableStack()
  readonly #open = new Set([this.#shared])
  readonly #made = new Map<unknown, Promise<unknown>>()
  #posthorn: Promise<Posthorn> | undefined
  #peer: Promise<Target | undefined> | undefined

  constructor(options: { readonly report: Report; readonly repetitions: number; readonly seconds: number; readonly quick: boolean; readonly full: boolean }) {
    this.report = options.report
    this.repetitions = options.repetitions
    this.seconds = options.seconds
    this.quick = options.quick
    this.full = options.full
  }

  /** Somebody wants all of it to end. */
  get interrupted(): boolean {
    return this.#starts.over
  }

  /** Whatever a section starts and makes is registered here, and gone when the section ends, however it ends. */
  async section(title: string, run: (scope: Scope) => Promise<void>): Promise<void> {
    const stack = new AsyncDisposableStack()
    this.#open.add(stack)
    try {
      this.report.section(title)
      this.tell(title)
      await run(new Scope(stack, this.#starts))
    } finally {
      await stack.disposeAsync()
      this.#open.delete(stack)
    }
  }

  /** The server that most sections measure, started when the first of them asks. */
  posthorn(): Promise<Posthorn> {
    this.#posthorn ??= new Scope(this.#shared, this.#starts).posthorn()
    return this.#posthorn
  }

  /** Its peer: Postfix and Dovecot with maildirs; undefined, and a remark, where they cannot run. */
  peer(): Promise<Target | undefined> {
    this.#peer ??= new Scope(this.#shared, this.#starts).peer(this.report, 'maildir')
    return this.#peer
  }

  /** Something of several sections, made when the first of them asks and gone at the end. */
  shared<T>(make: (bench: Bench, scope: Scope) => Promise<T>): Promise<T> {
    const made = (this.#made.get(make) as Promise<T> | undefined) ?? make(this, new Scope(this.#shared, this.#starts))
    this.#made.set(make, made)
    return made
  }

  async end(): Promise<void> {
    await this.#shared.disposeAsync()
  }

  /** Tears down what is there, in the midst of everything. */
  async interrupt(): Promise<void> {
    await this.#starts.end()
    for (const stack of [...this.#open].toReversed()) await stack.disposeAsync()
  }

  /** To whoever waits; the tables alone go to standard output. */
  tell(text: string): void {
    process.stderr.write(`${new Date().toLocaleTimeString('en-GB')} ${text}\n`)
  }

  /**
   * A, B, A, B …: both sides meet the machine in the same state. Before the first pair each has one run that does not count: a
   * server that has been up for a minute has its processes, its caches and its compiled code.
   */
  async interleaved(what: string, ours: () => Promise<Measured>, theirs: (() => Promise<Measured>) | undefined): Promise<Pairs> {
    if (!this.quick) {
      await ours()
      await theirs?.()
    }
    const pairs: { ours: Measured[]; theirs: Measured[] | undefined } = { ours: [], theirs: theirs === undefined ? undefined : [] }
    for (let repetition = 1; repetition <= this.repetitions; repetition++) {
      pairs.ours.push(this.#noted(what, 'Posthorn', repetition, await ours()))
      if (theirs !== undefined) pairs.theirs?.push(this.#noted(what, 'peer', repetition, await theirs()))
    }
    const runs = [...pairs.ours, ...(pairs.theirs ?? [])]
    const disturbed = runs.filter(({ otherCores }) => otherCores > disturbingCores).length
    if (disturbed > 0) this.report.remark(`${what}: in ${disturbed} of ${runs.length} runs something else used more than ${disturbingCores} cores.`)
    return pairs
  }

  #noted(what: string, side: string, repetition: number, measured: Measured): Measured {
    this.report.json('run', { what, side, repetition, ...measured })
    const { deliveredPerSecond, perSecond, cpuPer1000, errors, firstError, generatorCores, otherCores } = measured
    const rate = deliveredPerSecond === undefined ? `${perSecond.toFixed(0)}/s` : `${deliveredPerSecond.toFixed(0)}/s delivered`
    this.tell(`${what}: ${side} ${rate}, CPU ${cpuPer1000.toFixed(3)} s/1000, generator ${generatorCores.toFixed(2)}, others ${otherCores.toFixed(2)} cores`)
    if (errors > 0) this.report.remark(`${what}: ${side} had ${errors} errors, the first: ${firstError ?? ''}`)
    return measured
  }
}

/** The same repetitions of both sides. */
export interface Pairs {
  readonly ours: readonly Measured[]
  readonly theirs: readonly Measured[] | undefined
}

/** Picks one figure out of each run of both sides, for a row. */
export function figures({ ours, theirs }: Pairs, pick: (measured: Measured) => number | undefined): { readonly ours: number[]; readonly theirs?: number[] } {
  const of = (runs: readonly Measured[]) => runs.map((measured) => pick(measured) ?? Number.NaN)
  return theirs === undefined ? { ours: of(ours) } : { ours: of(ours), theirs: of(theirs) }
}

/** Servers that are about to run: nobody can stop them yet, so who tears everything down waits for them. */
class Starts {
  /** Nothing is started any more. */
  over = false
  readonly #underWay = new Set<Promise<unknown>>()

  async begin<T>(start: () => Promise<T>): Promise<T> {
    if (this.over) throw new Error('interrupted')
    const started = start()
    this.#underWay.add(started)
    try {
      return await started
    } finally {
      this.#underWay.delete(started)
    }
  }

  async end(): Promise<void> {
    this.over = true
    await Promise.allSettled(this.#underWay)
  }
}

/** What one section has open. */
export class Scope {
  readonly #stack: AsyncDisposableStack
  readonly #starts: Starts

  constructor(stack: AsyncDisposableStack, starts: Starts) {
    this.#stack = stack
    this.#starts = starts
  }

  /** Last registered, first called. */
  onEnd(stop: () => Promise<void>): void {
    this.#stack.defer(stop)
  }

  /** Something that must not be left half done. It registers what it leaves behind. */
  whole<T>(work: () => Promise<T>): Promise<T> {
    return this.#starts.begin(work)
  }

  /** Removed at the end. Users of peers must be able to enter it. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'posthorn-bench-'))
    this.onEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    await chmod(folder, 0o755)
    return folder
  }

  posthorn(env: NodeJS.ProcessEnv = {}, processes = 1): Promise<Posthorn> {
    return this.whole(async () => {
      const nameServer: NameServer = await startNameServer(zone)
      this.onEnd(() => nameServer.close())
      const server = await startPosthorn({ folder: path.join(await this.folder(), 'posthorn'), env, processes, nameServer: nameServer.address })
      this.onEnd(() => server.stop())
      return server
    })
  }

  dovecot(options: Omit<DovecotOptions, 'folder'>): Promise<Target> {
    return this.whole(async () => {
      const target = await startDovecot({ ...options, folder: await this.folder() })
      this.#stopWithItsProcesses(target)
      return target
    })
  }

  /** Postfix and Dovecot; undefined, and a remark, where they cannot run. */
  async peer(report: Report, format: 'maildir' | 'mdbox', env: NodeJS.ProcessEnv = {}): Promise<Target | undefined> {
    const missing = postfixMissing()
    if (missing !== undefined) {
      report.remark(`Without Postfix and Dovecot beside it: ${missing}.`)
      return undefined
    }
    return await this.whole(async () => {
      const target = await startPostfixDovecot({ folder: await this.folder(), format, env })
      this.#stopWithItsProcesses(target)
      return target
    })
  }

  #stopWithItsProcesses(target: Target): void {
    this.onEnd(async () => {
      // Its daemons may end a moment after their master; by then nothing may be written to the folder any more.
      const pids = processTree(target.pids)
      await target.stop()
      await allEnded(pids)
    })
  }
}

import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import type { Step } from '../../store/notices.ts'
import type { Answering } from './answer.ts'
import type { OtherCalls, Start } from './calls.ts'
import { Link, type Message } from './link.ts'
import { otherProcessEntry } from './entry.ts'

/** Pause before a process that ended is started anew; doubles with each end that follows within `steadyMs`. */
const firstRestartMs = 50
const maxRestartMs = 10_000
const steadyMs = 10_000

/** A change is in force after this, wherever a process is so busy that it has not said so (SPEC A9: within a second). */
const tellMs = 1_000
/** What a process has beyond the grace of its connections to say its last and end. */
const endMs = 5_000
/** Messages that a process has not taken: one that has stopped reading must not fill our memory. */
const maxUntaken = 10_000

export interface OthersOptions {
  /** How many. */
  readonly count: number
  readonly log: Log
  /** What a process is told at its start, except its number: asked at each start, since the end of the log moves. */
  readonly start: () => Omit<Start, 'number'>
  /** What one process may ask for, while it lives. */
  readonly answering: (process: Pick<OtherProcess, 'number' | 'notice' | 'accepts'>) => Answering
}

/** The processes beside the first. One that ends takes its connections with it, nobody else's, and is started anew. */
export class Others {
  readonly #processes: readonly OtherProcess[]
  readonly #log: Log

  constructor(options: OthersOptions) {
    this.#processes = Array.from({ length: options.count }, (_, index) => new OtherProcess(index + 2, options))
    this.#log = options.log
  }

  /** Resolves when all of them accept connections; rejects where one does not get there, when none is left. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#processes.map((process) => process.start()))
    } catch (thrown) {
      await Promise.all(this.#processes.map((process) => process.kill()))
      throw thrown
    }
  }

  step(step: Step): void {
    for (const { link } of this.#processes) link?.tell('step', step)
  }

  dropped(segment: number): void {
    for (const { link } of this.#processes) link?.tell('dropped', segment)
  }

  /** Resolves when the directory's version is in force in all of them but `except`, who knows it. */
  async directoryChanged(version: number, except?: number): Promise<void> {
    await this.#each('directoryChanged', version, except)
  }

  /** Resolves when all that they have told until now is here. */
  async flush(): Promise<void> {
    await this.#each('flush', undefined)
  }

  /** They take no more connections; resolves when those that there are have come to their end, and the processes with them. */
  async drain(graceMs: number): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.drain(graceMs)))
  }

  /** A process that ends has nothing in force any more, nor anything to tell. */
  async #each<Name extends 'directoryChanged' | 'flush'>(name: Name, args: Parameters<OtherCalls[Name]>[0], except?: number): Promise<void> {
    const late = new AbortController()
    const answers = this.#processes.flatMap(({ number, link }) => (link === undefined || number === except ? [] : [link.call(name, args).catch(() => {})]))
    if (answers.length === 0) return
    const inTime = await Promise.race([Promise.all(answers).then(() => true), sleep(tellMs, false, { signal: late.signal }).catch(() => true)])
    late.abort()
    if (!inTime) this.#log.warn('a process does not answer', { call: name, waitedMs: tellMs })
  }
}

/** One of them, through all its lives. */
export class OtherProcess {
  readonly number: number
  readonly #options: OthersOptions
  #child: ChildProcess | undefined
  #link: Link<OtherCalls> | undefined
  #ready: (() => void) | undefined
  #stopping = false
  #accepting = false
  #restart: NodeJS.Timeout | undefined
  #restartMs = firstRestartMs
  #startedAtMs = 0

  constructor(number: number, options: OthersOptions) {
    this.number = number
    this.#options = options
  }

  /** Undefined while the process is not there. */
  get link(): Link<OtherCalls> | undefined {
    return this.#link
  }

  notice(notice: { readonly topic: string; readonly message: string }): void {
    this.#link?.tell('notice', notice)
  }

  /** It has said that it accepts connections. */
  accepts(): void {
    this.#accepting = true
    this.#options.log.info('process ready', { number: this.number, pid: this.#child?.pid })
    this.#ready?.()
  }

  /** Resolves when it accepts connections; rejects when it ends before that. From then on it is started anew whenever it ends. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ready = resolve
      this.#spawn((why) => reject(new Error(`process ${this.number} did not start: ${why}`)))
    })
  }

  async kill(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    const child = this.#child
    if (child === undefined) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await ended
  }

  async drain(graceMs: number): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    const child = this.#child
    const link = this.#link
    if (child === undefined || link === undefined) return
    // It has no connection yet.
    if (!this.#accepting) return await this.kill()
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const late = setTimeout(() => {
      this.#options.log.error('a process does not end', { number: this.number })
      child.kill('SIGKILL')
    }, graceMs + endMs)
    await link.call('drain', graceMs).catch(() => {})
    if (child.connected) child.disconnect()
    await ended
    clearTimeout(late)
  }

  #spawn(failed: (why: string) => void): void {
    const { log } = this.#options
    this.#startedAtMs = performance.now()
    this.#accepting = false
    const child = fork(otherProcessEntry, [String(this.number)], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    let untaken = 0
    const answers = this.#options.answering(this)
    const link = new Link<OtherCalls>(
      (messages) => {
        if (!child.connected) return
        if (++untaken > maxUntaken) {
          log.error('a process does not read what it is told', { number: this.number })
          child.kill('SIGKILL')
        }
        child.send(messages, () => untaken--)
      },
      answers.calls,
      log,
    )
    this.#child = child
    this.#link = link
    link.tell('start', { ...this.#options.start(), number: this.number })
    child.on('message', (messages) => link.receive(messages as readonly Message[]))
    const ended = (why: string) => {
      this.#child = undefined
      this.#link = undefined
      link.lose(`process ${this.number} ended: ${why}`)
      answers.gone()
      if (!this.#stopping && (this.#ready === undefined || this.#accepting)) this.#again(why)
      failed(why)
    }
    child.on('error', (err) => {
      log.error('a process could not be started or reached', { number: this.number, err })
      if (child.pid === undefined) ended(err.message)
    })
    child.on('exit', (code, signal) => {
      const why = signal ?? `exit code ${code}`
      // What it has said before it ended may still be on its way.
      if (child.connected) child.once('disconnect', () => ended(why))
      else ended(why)
    })
  }

  #again(why: string): void {
    if (performance.now() - this.#startedAtMs > steadyMs) this.#restartMs = firstRestartMs
    this.#options.log.error('a process ended, its connections with it', { number: this.number, why, restartMs: this.#restartMs })
    this.#ready = undefined
    this.#restart = setTimeout(() => this.#spawn(() => {}), this.#restartMs)
    this.#restartMs = Math.min(this.#restartMs * 2, maxRestartMs)
  }
}

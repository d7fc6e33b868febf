import { Worker } from 'node:worker_threads'
import type { EstimateStrength, Strength } from '../auth/strength/strength.ts'
import type { Log } from '../base/log.ts'
import type { StrengthAnswer, StrengthCall } from './strength-thread.ts'
import { strengthThreadEntry } from './thread-entry.ts'

/** The thread is there while passwords are set, and so long after: it takes some 80 MB. */
const idleMs = 30_000
/** Between two answers; starting takes 0.5 s. */
const longestMs = 10_000
const heapMb = 256

/**
 * Asks a thread of its own how easy a password is to guess: the lists of words are large, and the protocol thread must not compute for so long. Without an
 * answer passwords are taken as they are: our own fault must keep nobody from a new one.
 */
export class StrengthLink {
  readonly #log: Log
  readonly #waiting = new Map<number, (strength: Strength | undefined) => void>()
  #worker: Worker | undefined
  #nextId = 1
  /** Ends the thread: for it has nothing to do, or does not get on. */
  #timer: NodeJS.Timeout | undefined

  constructor(log: Log) {
    this.#log = log
  }

  readonly estimate: EstimateStrength = (password, names) =>
    new Promise((resolve) => {
      const worker = (this.#worker ??= this.#start())
      const id = this.#nextId++
      this.#waiting.set(id, resolve)
      worker.ref()
      if (this.#waiting.size === 1) this.#endAfter(longestMs)
      worker.postMessage([id, password, names] satisfies StrengthCall)
    })

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(strengthThreadEntry, { name: 'strength', resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    let why: unknown
    worker.on('message', ([id, strength]: StrengthAnswer) => {
      this.#waiting.get(id)?.(strength)
      this.#waiting.delete(id)
      if (this.#waiting.size > 0) return this.#endAfter(longestMs)
      worker.unref()
      this.#endAfter(idleMs)
    })
    worker.on('error', (error: unknown) => {
      why = error
    })
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      if (this.#waiting.size > 0) this.#log.error('the strength of passwords cannot be told', { err: why, passwords: this.#waiting.size })
      for (const resolve of this.#waiting.values()) resolve(undefined)
      this.#waiting.clear()
    })
    return worker
  }

  #endAfter(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const worker = this.#worker
      // Nobody waits: the next call starts another. Else the end is told to those who do.
      if (this.#waiting.size === 0) this.#worker = undefined
      void worker?.terminate()
    }, ms)
    this.#timer.unref()
  }
}

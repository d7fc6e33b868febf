import { Worker } from 'node:worker_threads'
import type { Log } from '../../base/log.ts'
import type { SpamScore } from '../../spam/score.ts'
import { judgingThreadEntry } from '../thread-entry.ts'
import { alive, type Job, type JobDone } from './calls.ts'

/** Messages that one thread has at once: the next is there when it is done with one. */
const jobsOfThread = 4
/** Messages that wait for a thread, of all connections. A thread judges some hundred in a second. */
const maxWaiting = 1000
/** A thread that says nothing for so long, though it was asked whether it is alive, is stuck in a message: it is ended, and another begun. */
const patienceMs = 5000

export type JobOutcome = { readonly score: SpamScore; readonly micros: number } | 'too late' | 'busy' | 'fault of ours'

interface Waiting {
  readonly job: Omit<Job, 'id'>
  readonly transfer: ArrayBuffer[]
  readonly end: (outcome: JobOutcome) => void
}

/** Threads that judge messages, so that the protocol thread does not: they are started when there is something to judge. */
export class JudgingPool {
  readonly #threads: JudgingThread[] = []
  readonly #most: number
  readonly #log: Log
  readonly #waiting: Waiting[] = []
  #closed = false

  constructor({ threads, log }: { readonly threads: number; readonly log: Log }) {
    this.#most = threads
    this.#log = log
  }

  /** Resolves within `timeoutMs`, whatever the thread does. The octets are the thread's from now on. */
  judge(job: Omit<Job, 'id'>, timeoutMs: number): Promise<JobOutcome> {
    if (this.#waiting.length >= maxWaiting || this.#closed) return Promise.resolve('busy')
    return new Promise((resolve) => {
      const { octets } = job
      const transfer = octets instanceof Uint8Array && octets.buffer instanceof ArrayBuffer ? [octets.buffer] : []
      const waiting: Waiting = {
        job,
        transfer,
        end: (outcome) => {
          clearTimeout(timer)
          resolve(outcome)
        },
      }
      const timer = setTimeout(() => {
        const place = this.#waiting.indexOf(waiting)
        if (place >= 0) this.#waiting.splice(place, 1)
        resolve(place >= 0 ? 'busy' : 'too late')
      }, timeoutMs)
      this.#waiting.push(waiting)
      this.#assign()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { end } of this.#waiting.splice(0)) end('busy')
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#free()
      const next = thread && this.#waiting.shift()
      if (thread === undefined || next === undefined) return
      thread.take(next)
    }
  }

  /** The one with the least to do; one more is started before any has two. */
  #free(): JudgingThread | undefined {
    const least = this.#threads.toSorted((a, b) => a.busy - b.busy)[0]
    if (least !== undefined && (least.busy === 0 || this.#threads.length >= this.#most)) return least.busy < jobsOfThread ? least : undefined
    const thread = new JudgingThread(this.#log, {
      done: () => this.#assign(),
      ended: () => {
        this.#threads.splice(this.#threads.indexOf(thread), 1)
        if (!this.#closed) this.#assign()
      },
    })
    this.#threads.push(thread)
    return thread
  }
}

class JudgingThread {
  readonly #worker: Worker
  readonly #jobs = new Map<number, Waiting>()
  #lastId = 0
  readonly #log: Log
  /** Set while it has something to do. */
  #watch: NodeJS.Timeout | undefined
  #heard = true

  constructor(log: Log, { done, ended }: { readonly done: () => void; readonly ended: () => void }) {
    this.#log = log
    this.#worker = new Worker(judgingThreadEntry, { name: 'judging' })
    this.#worker.unref()
    this.#worker.on('message', (message: JobDone | typeof alive) => {
      this.#heard = true
      if (message === alive) return
      const job = this.#jobs.get(message.id)
      this.#jobs.delete(message.id)
      if ('failed' in message) log.error('message could not be judged', { err: message.failed })
      job?.end('failed' in message ? 'fault of ours' : message)
      done()
    })
    this.#worker.on('error', (err) => log.error('judging thread failed', { err }))
    this.#worker.on('exit', () => {
      clearTimeout(this.#watch)
      for (const { end } of this.#jobs.values()) end('fault of ours')
      this.#jobs.clear()
      ended()
    })
  }

  get busy(): number {
    return this.#jobs.size
  }

  take(waiting: Waiting): void {
    const id = ++this.#lastId
    this.#jobs.set(id, waiting)
    this.#worker.postMessage({ ...waiting.job, id } satisfies Job, waiting.transfer)
    this.#watch ??= setTimeout(() => this.#look(), patienceMs).unref()
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #look(): void {
    this.#watch = undefined
    if (this.#jobs.size === 0) return
    if (!this.#heard) {
      this.#log.error('judging thread is stuck: it is ended')
      void this.#worker.terminate()
      return
    }
    this.#heard = false
    this.#worker.postMessage(alive)
    this.#watch = setTimeout(() => this.#look(), patienceMs).unref()
  }
}

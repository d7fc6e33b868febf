import { Worker } from 'node:worker_threads'
import type { Log } from '../../base/log.ts'
import type { Dns } from '../../msgauth/dns.ts'
import { judgingThreadEntry } from '../thread-entry.ts'
import type { QueueId } from '../../mail/ids.ts'
import type { DnsQuestion, FromThread, Job, JobResult, JudgingThreadData, ToThread } from './calls.ts'

/** Messages that one thread has at once: while one waits for DNS, others go on. */
const jobsOfThread = 16
/** Messages that wait for a thread, of all connections. A thread judges some hundred in a second. */
const maxWaiting = 1000
/** A thread that says nothing for so long, though it was asked whether it is alive, is stuck in a message: it is ended, and another begun. */
const patienceMs = 5000

export type NotDone = 'too late' | 'busy' | 'fault of ours'

interface Waiting {
  readonly job: Job
  readonly end: (outcome: JobResult<Job> | NotDone) => void
}

export interface PoolOptions {
  /** At most. */
  readonly threads: number
  readonly dns: Dns
  /** The folder of the operator's own rules. */
  readonly ownRules: string
  readonly log: Log
}

/** Threads that judge messages, so that the protocol thread does not: they are started when there is something to judge, or by `warm`. */
export class JudgingPool {
  readonly #threads: JudgingThread[] = []
  readonly #options: PoolOptions
  readonly #waiting: Waiting[] = []
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Starts a thread, so that the first message does not wait for one that has its rules to read. */
  warm(): void {
    if (!this.#closed && this.#threads.length === 0) this.#free()
  }

  /** Resolves within `timeoutMs`, whatever the thread does. Octets in memory are the thread's from now on. */
  run<Asked extends Job>(job: Asked, timeoutMs: number): Promise<JobResult<Asked> | NotDone> {
    if (this.#waiting.length >= maxWaiting || this.#closed) return Promise.resolve('busy')
    return new Promise((resolve) => {
      const waiting: Waiting = {
        job,
        end: (outcome) => {
          clearTimeout(timer)
          resolve(outcome as JobResult<Asked> | NotDone)
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
    if (least !== undefined && (least.busy === 0 || this.#threads.length >= this.#options.threads)) return least.busy < jobsOfThread ? least : undefined
    const thread: JudgingThread = new JudgingThread(this.#options, {
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
  readonly #dns: Dns
  readonly #log: Log
  #lastId = 0
  /** Set while it has something to do. */
  #watch: NodeJS.Timeout | undefined
  #heard = true

  constructor({ dns, log, ownRules }: PoolOptions, { done, ended }: { readonly done: () => void; readonly ended: () => void }) {
    this.#dns = dns
    this.#log = log
    this.#worker = new Worker(judgingThreadEntry, { name: 'judging', workerData: { ownRules } satisfies JudgingThreadData })
    this.#worker.unref()
    this.#worker.on('message', (message: FromThread) => {
      this.#heard = true
      if (message === 'alive') return
      if ('refusedRules' in message) {
        log.error('rules refused, those from before stay in force', { reason: message.refusedRules })
        return
      }
      if ('ask' in message) {
        void this.#lookUp(message.id, message.ask)
        return
      }
      const job = this.#jobs.get(message.id)
      this.#jobs.delete(message.id)
      if ('failed' in message) log.error('message could not be judged', { queueId: queueIdOf(job), err: message.failed })
      job?.end('failed' in message ? 'fault of ours' : message.result)
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
    const { job } = waiting
    this.#jobs.set(id, waiting)
    this.#tell({ id, job }, 'octets' in job && job.octets instanceof Uint8Array ? [job.octets.buffer] : [])
    this.#watch ??= setTimeout(() => this.#look(), patienceMs).unref()
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  async #lookUp(id: number, { name, type, timeoutMs }: DnsQuestion): Promise<void> {
    const options = timeoutMs === undefined ? {} : { timeoutMs }
    this.#tell({ id, dns: await (type === undefined ? this.#dns.ptr(name, options) : this.#dns.lookup(name, type, options)) })
  }

  #look(): void {
    this.#watch = undefined
    if (this.#jobs.size === 0) return
    if (!this.#heard) {
      this.#log.error('judging thread is stuck: it is ended', { queueIds: [...this.#jobs.values()].flatMap((waiting) => queueIdOf(waiting) ?? []) })
      void this.#worker.terminate()
      return
    }
    this.#heard = false
    this.#tell('alive')
    this.#watch = setTimeout(() => this.#look(), patienceMs).unref()
  }

  #tell(message: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }
}

/** Of the message that is judged; lessons have none. */
function queueIdOf(waiting: Pick<Waiting, 'job'> | undefined): QueueId | undefined {
  return waiting?.job.kind === 'judge' ? waiting.job.queueId : undefined
}

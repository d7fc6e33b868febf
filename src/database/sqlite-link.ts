import { Worker } from 'node:worker_threads'
import type { Log } from '../base/log.ts'
import { DatabaseUnavailable } from './database.ts'
import { type Answer, type FromThread, packError, type Request, type ThreadStart, type ToThread, unpackError } from './thread-messages.ts'

/** Pause before a thread that died is started anew; doubles with each death that follows within `steadyMs`. */
const firstRestartMs = 50
const maxRestartMs = 10_000
const steadyMs = 10_000

/** A thread that has not finished by then at `close` is stopped: its open transaction is undone by the next start. */
const closeTimeoutMs = 30_000

/** The same trouble again is counted only, for so long. */
const sameTroubleMs = 60_000

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** One SQLite thread as the protocol thread sees it. */
export class SqliteLink {
  readonly #entry: URL
  readonly #start: ThreadStart
  readonly #log: Log
  readonly #waiting = new Map<number, Waiting>()
  #outgoing: Request[] = []
  #nextId = 1
  #worker: Worker | undefined
  #state: 'starting' | 'ready' | 'down' | 'closed' = 'down'
  #restartMs = firstRestartMs
  #startedAtMs = 0
  #restart: NodeJS.Timeout | undefined
  #trouble: { readonly event: string; readonly message: string; readonly atMs: number; more: number } | undefined

  constructor(entry: URL, start: ThreadStart, log: Log) {
    this.#entry = entry
    this.#start = start
    this.#log = log
  }

  /**
   * Starts the thread, which opens the database after `may`. Resolves when it has. Later deaths are survived; only this first start may fail.
   */
  async open(may: Promise<unknown> = Promise.resolve()): Promise<void> {
    try {
      await this.#spawn(may)
    } catch (thrown) {
      this.#state = 'closed'
      throw thrown
    }
  }

  /** Requests of one turn of the event loop leave as one message. */
  call(name: string, args: unknown): Promise<unknown> {
    if (this.#state !== 'ready') return Promise.reject(new DatabaseUnavailable(`the database's ${this.#start.role} thread is ${this.#state}`))
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { resolve, reject })
      if (this.#outgoing.push([id, name, args]) === 1) setImmediate(() => this.#flush())
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#restart)
    const worker = this.#worker
    this.#flush()
    this.#state = 'closed'
    if (worker === undefined) return
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    this.#post({ kind: 'close' })
    const timer = setTimeout(() => {
      this.#log.error('database thread does not end', { role: this.#start.role })
      void worker.terminate()
    }, closeTimeoutMs)
    await exited
    clearTimeout(timer)
  }

  #spawn(may: Promise<unknown>): Promise<void> {
    const worker = new Worker(this.#entry, { workerData: this.#start, name: `database-${this.#start.role}` })
    this.#worker = worker
    this.#state = 'starting'
    this.#startedAtMs = performance.now()
    const open = { kind: 'open' } satisfies ToThread
    may.then(
      () => worker.postMessage(open),
      () => worker.terminate(),
    )
    return new Promise((resolve, reject) => {
      let why: Error | undefined
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') {
          if (this.#state === 'starting') this.#state = 'ready'
          resolve()
        } else if (message.kind === 'failed') why = unpackError(message.error)
        else this.#hear(message)
      })
      worker.on('error', (thrown) => {
        why = thrown instanceof Error ? thrown : new Error(String(thrown))
      })
      worker.on('exit', (code) => {
        this.#worker = undefined
        const error = new DatabaseUnavailable(why?.message ?? `the database's ${this.#start.role} thread ended with ${code}`, { cause: why, died: true })
        this.#died(error)
        reject(error)
      })
    })
  }

  #hear(message: Extract<FromThread, { kind: 'answers' | 'trouble' }>): void {
    if (message.kind === 'trouble') {
      this.#noteTrouble(message)
      return
    }
    for (const answer of message.answers) this.#settle(answer)
  }

  /** A full disk fails every attempt for hours: told once, and once more every minute. */
  #noteTrouble({ event, error }: Extract<FromThread, { kind: 'trouble' }>): void {
    const nowMs = performance.now()
    const same = this.#trouble !== undefined && this.#trouble.event === event && this.#trouble.message === error.message
    if (same && this.#trouble !== undefined && nowMs - this.#trouble.atMs < sameTroubleMs) {
      this.#trouble.more++
      return
    }
    const more = same ? (this.#trouble?.more ?? 0) : 0
    this.#trouble = { event, message: error.message, atMs: nowMs, more: 0 }
    this.#log.error(event, { err: unpackError(error), ...(more > 0 && { repeated: more }) })
  }

  #settle([id, ok, result]: Answer): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    if (ok) waiting.resolve(result)
    else waiting.reject(unpackError(result))
  }

  #flush(): void {
    const requests = this.#outgoing
    if (requests.length === 0) return
    this.#outgoing = []
    try {
      this.#post({ kind: 'requests', requests })
    } catch (thrown) {
      // Something in them cannot be cloned: only its own caller is to hear of it.
      for (const request of requests) this.#postAlone(request, thrown)
    }
  }

  #postAlone(request: Request, thrown: unknown): void {
    try {
      if (this.#waiting.has(request[0])) this.#post({ kind: 'requests', requests: [request] })
    } catch {
      this.#settle([request[0], false, packError(thrown)])
    }
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage(message)
  }

  #died(error: DatabaseUnavailable): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#outgoing = []
    for (const { reject } of waiting) reject(error)
    if (this.#state === 'closed') return
    const first = this.#state === 'starting' && this.#restart === undefined
    this.#state = 'down'
    if (first) return
    this.#log.error('database thread died', { role: this.#start.role, err: error, lost: waiting.length, restartMs: this.#restartMs })
    this.#restartLater()
  }

  #restartLater(): void {
    if (performance.now() - this.#startedAtMs > steadyMs) this.#restartMs = firstRestartMs
    this.#restart = setTimeout(() => {
      this.#spawn(Promise.resolve()).then(
        () => this.#log.info('database thread is back', { role: this.#start.role }),
        () => {},
      )
    }, this.#restartMs)
    this.#restartMs = Math.min(this.#restartMs * 2, maxRestartMs)
  }
}

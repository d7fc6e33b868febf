import { Worker } from 'node:worker_threads'
import type { TextSearch, TextWork } from '../store/fulltext/work.ts'
import type { TextAnswer, TextCall, TextThreadData } from './text-thread.ts'
import { textThreadEntry } from './thread-entry.ts'

/** The thread is there while there is something to do, and so long after: it takes some 15 MB. */
const idleMs = 30_000
/** A message of the greatest size, decoded and folded, needs less. */
const heapMb = 512

interface Waiting {
  /** Who was asked. */
  readonly worker: Worker
  resolve(result: unknown): void
  reject(error: unknown): void
}

/** TextWork and TextSearch, done by a thread of their own. If that dies, whoever waits hears so, and the next call starts another. */
export class TextLink implements TextWork, TextSearch {
  readonly #data: TextThreadData
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #nextId = 1
  #idle: NodeJS.Timeout | undefined

  constructor(data: TextThreadData) {
    this.#data = data
  }

  read(...args: Parameters<TextWork['read']>): ReturnType<TextWork['read']> {
    return this.#call('read', args) as ReturnType<TextWork['read']>
  }

  join(...args: Parameters<TextWork['join']>): ReturnType<TextWork['join']> {
    return this.#call('join', args) as ReturnType<TextWork['join']>
  }

  renumber(...args: Parameters<TextWork['renumber']>): ReturnType<TextWork['renumber']> {
    return this.#call('renumber', args) as ReturnType<TextWork['renumber']>
  }

  find(...args: Parameters<TextSearch['find']>): ReturnType<TextSearch['find']> {
    return this.#call('find', args) as ReturnType<TextSearch['find']>
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#worker?.terminate()
  }

  #call(method: TextCall[1], args: readonly unknown[]): Promise<unknown> {
    clearTimeout(this.#idle)
    const worker = (this.#worker ??= this.#start())
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { worker, resolve, reject })
      worker.postMessage([id, method, args] satisfies TextCall)
    })
  }

  #start(): Worker {
    const worker = new Worker(textThreadEntry, { workerData: this.#data, name: 'text', resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    worker.unref()
    let why: unknown
    worker.on('message', ([id, done, result]: TextAnswer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (done) waiting?.resolve(result)
      else waiting?.reject(result)
      if (this.#waiting.size === 0) this.#rest()
    })
    worker.on('error', (error: unknown) => {
      why = error
    })
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
      for (const [id, waiting] of this.#waiting) {
        if (waiting.worker !== worker) continue
        this.#waiting.delete(id)
        waiting.reject(new Error('the text thread ended', { cause: why }))
      }
    })
    return worker
  }

  #rest(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      const worker = this.#worker
      this.#worker = undefined
      void worker?.terminate()
    }, idleMs)
    this.#idle.unref()
  }
}

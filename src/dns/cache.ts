import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { Answer, RecordType } from './answer.ts'
import { cacheBytes } from './limits.ts'

/** Memory of an entry without its records: key, objects, map slots; measured. */
const entryBytes = 400

/** Answers until they expire, by type and name. Past its size the longest unused go; nothing stale ever comes out. */
export class AnswerCache {
  readonly #clock: Clock
  readonly #answers = new LRUCache<string, { readonly answer: Answer<RecordType>; readonly expiresAtMs: number }>({
    maxSize: cacheBytes,
    sizeCalculation: ({ answer }, key) => entryBytes + key.length + (answer.status === 'found' ? recordBytes(answer.records) : 0),
  })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The key holds the type, so what comes out has the type that was asked for. */
  get(key: string): Answer<RecordType> | undefined {
    const entry = this.#answers.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAtMs > this.#clock.now()) return entry.answer
    this.#answers.delete(key)
    return undefined
  }

  /** An answer whose time is over already is not kept: TTL 0 means "for this question only" (RFC 1035 3.2.1). */
  set(key: string, answer: Answer<RecordType>, expiresAtMs: number): void {
    if (expiresAtMs > this.#clock.now()) this.#answers.set(key, { answer, expiresAtMs })
  }

  clear(): void {
    this.#answers.clear()
  }
}

function recordBytes(records: readonly unknown[]): number {
  let bytes = 0
  for (const record of records) bytes += 32 + (typeof record === 'string' ? record.length : 96)
  return bytes
}

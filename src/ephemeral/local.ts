import { hash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { BoundedTable } from './bounded-table.ts'
import { Allowances } from './allowances.ts'
import type { Allowance, Entry, Ephemeral, Shortage, Table, TableOptions } from './ephemeral.ts'
import { TableFile } from './table-file.ts'

export interface LocalOptions {
  /** Made where it is missing; one process at a time. */
  readonly folder: string
  readonly log: Log
  readonly clock: Clock
}

/** Allowances of which something is taken; past that those go whose window ends first. */
const maxAllowances = 500_000

/** `Ephemeral` in this process; tables survive a restart in files of `folder`. */
export function openLocal(options: LocalOptions): Ephemeral {
  fs.mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  return new Local(options)
}

type Listener = (message: string) => void

class Local implements Ephemeral {
  readonly #options: LocalOptions
  readonly #tables = new Map<string, LocalTable>()
  readonly #allowances: Allowances
  readonly #listeners = new Map<string, Set<Listener>>()

  constructor(options: LocalOptions) {
    this.#options = options
    this.#allowances = new Allowances(this.#open('allowances', maxAllowances))
  }

  /** The same name gives the same table. Reads its file the first time, and waits for the disk meanwhile: at start, not later. */
  table(name: string, { maxEntries }: TableOptions): Table {
    return this.#open(name, maxEntries)
  }

  #open(name: string, maxEntries: number): LocalTable {
    if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new RangeError(`a table is named in lower case letters, digits and hyphens: ${name}`)
    let table = this.#tables.get(name)
    if (table === undefined) {
      table = new LocalTable(path.join(this.#options.folder, `${name}.table`), maxEntries, this.#options)
      this.#tables.set(name, table)
    }
    return table
  }

  spend(allowances: readonly Allowance[], take: boolean): Promise<Shortage | undefined> {
    return Promise.resolve(this.#allowances.spend(allowances, { take, nowMs: this.#options.clock.now() }))
  }

  publish(topic: string, message: string): void {
    const listeners = this.#listeners.get(topic)
    if (listeners === undefined) return
    // Later, as from another node: whoever publishes in the midst of something is not called back into it.
    for (const listener of listeners) setImmediate(() => this.#tell(topic, listener, message))
  }

  subscribe(topic: string, listener: Listener): () => void {
    const own: Listener = (message) => listener(message)
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(own))
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic)
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    for (const table of this.#tables.values()) await table.close()
    this.#tables.clear()
  }

  #tell(topic: string, listener: Listener, message: string): void {
    if (this.#listeners.get(topic)?.has(listener) !== true) return
    try {
      listener(message)
    } catch (error) {
      this.#options.log.error('listener of a notice failed', { topic, err: error })
    }
  }
}

class LocalTable implements Table {
  readonly #table: BoundedTable
  readonly #file: TableFile
  readonly #clock: Clock
  readonly #secret: string
  #low = 0
  #high = 0

  constructor(file: string, maxEntries: number, { log, clock }: LocalOptions) {
    this.#clock = clock
    this.#table = new BoundedTable(maxEntries)
    this.#file = new TableFile(file, this.#table, log, this.#now())
    this.#secret = this.#file.secret.toString('hex')
  }

  get(key: string): Promise<Entry | undefined> {
    return Promise.resolve(this.read(key))
  }

  read(key: string): Entry | undefined {
    this.#hash(key)
    const found = this.#table.get(this.#low, this.#high)
    if (found === undefined || found.expires <= this.#now()) return undefined
    return { firstSeenAtMs: found.firstSeen * 1000, expiresAtMs: found.expires * 1000, confirmations: found.confirmations }
  }

  put(key: string, entry: Entry): Promise<void> {
    this.write(key, entry)
    return Promise.resolve()
  }

  write(key: string, entry: Entry): void {
    this.#hash(key)
    const firstSeen = toSeconds(entry.firstSeenAtMs)
    const expires = toSeconds(entry.expiresAtMs)
    const confirmations = Math.min(255, entry.confirmations)
    this.#table.put(this.#low, this.#high, { firstSeen, expires, confirmations }, this.#now())
    this.#file.note(this.#low, this.#high, firstSeen, expires, confirmations)
  }

  delete(key: string): Promise<void> {
    this.#hash(key)
    if (this.#table.delete(this.#low, this.#high)) this.#file.note(this.#low, this.#high, 0, 0, 0)
    return Promise.resolve()
  }

  size(): Promise<number> {
    return Promise.resolve(this.#table.size)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #now(): number {
    return toSeconds(this.#clock.now())
  }

  /** 64 of the hash's bits, into `#low` and `#high`. The secret comes first and has a fixed length. */
  #hash(key: string): void {
    const digest = hash('sha256', this.#secret + key, 'binary')
    this.#low = word(digest, 0)
    this.#high = word(digest, 4)
  }
}

function word(digest: string, at: number): number {
  return (digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8) | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24)) >>> 0
}

/** 1 … 2^32-1: until the year 2106. */
function toSeconds(ms: number): number {
  return Math.max(1, Math.min(0xffffffff, Math.floor(ms / 1000)))
}

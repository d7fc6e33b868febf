/**
 * The ephemeral port: what is shared and short-lived (DESIGN decision 3): the greylist, rate counters, change notices.
 * Embedded it lives in the process, and keeps on disk what SPEC says survives; later behind Redis or Valkey.
 * Everything is asynchronous, since it may be another machine's.
 */

/** What a table remembers for a key. Times are milliseconds since 1970, kept to the second. */
export interface Entry {
  readonly firstSeenAtMs: number
  readonly expiresAtMs: number
  /** How often it was confirmed; 0 = never. Counts up to 255. */
  readonly confirmations: number
}

export interface TableOptions {
  /** Past this many, unconfirmed entries go first, then those that expire soonest. */
  readonly maxEntries: number
}

/** A bounded map that survives a restart. Keys are hashed (64 bit): they cannot be listed. */
export interface Table {
  get(key: string): Promise<Entry | undefined>
  put(key: string, entry: Entry): Promise<void>
  delete(key: string): Promise<void>
  /** Entries held now. */
  size(): Promise<number>
}

export interface Ephemeral {
  table(name: string, options: TableOptions): Table
  /** Adds `amount` to the counter of `key` in `counter`, which falls back to 0 `windowMs` after its first count. Resolves to the sum. */
  add(counter: string, key: string, amount: number, windowMs: number): Promise<number>
  /** Sends to every listener on every node, this one included. Lost notices are possible: listeners look at the database again. */
  publish(topic: string, message: string): void
  subscribe(topic: string, listener: (message: string) => void): () => void
  close(): Promise<void>
}

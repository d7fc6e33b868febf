/**
 * The ephemeral port: what is shared and short-lived (DESIGN decision 3): the greylist, allowances, change notices.
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

/** What is wanted of an allowance that is there again after a while: messages in an hour. */
export interface Allowance {
  /** What it is an allowance of. From our code. */
  readonly counter: string
  /** Whose it is. */
  readonly key: string
  readonly amount: number
  /** How much there is in a window, … */
  readonly limit: number
  /** … which begins when something is taken and none is open. */
  readonly windowMs: number
}

/** There is not so much left. */
export interface Shortage {
  readonly counter: string
  /** When its window ends; undefined: more was wanted than there ever is. */
  readonly freeAtMs: number | undefined
}

export interface Ephemeral {
  table(name: string, options: TableOptions): Table
  /**
   * Takes from all of these allowances or, where one has not enough left, from none. Resolves to the first such one. `take` false: only looks. What was
   * taken survives a restart, and comes back when its window ends.
   */
  spend(allowances: readonly Allowance[], take: boolean): Promise<Shortage | undefined>
  /** Sends to every listener on every node, this one included. Lost notices are possible: listeners look at the database again. */
  publish(topic: string, message: string): void
  subscribe(topic: string, listener: (message: string) => void): () => void
  close(): Promise<void>
}

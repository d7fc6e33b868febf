/** What a fuzz worker is told. */
export interface WorkerOrders {
  readonly file: string
  readonly seed: number
  readonly runs: number
  readonly seconds: number
  /** Runs done, the current run's seed, its input's length, then the input: read by the watcher when nothing moves any more. */
  readonly shared: SharedArrayBuffer
}

/** `seed` is the run's number; -1: one of the target's own seeds. */
export interface Failure {
  readonly seed: number
  readonly input: Uint8Array
  readonly reason: string
}

export interface WorkerReport {
  readonly runs: number
  readonly failure: Failure | undefined
}

/** Octets before the input in `shared`: three numbers of 32 bits. */
export const sharedHeader = 12

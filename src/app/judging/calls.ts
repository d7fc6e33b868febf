import type { ClientFacts, EnvelopeFacts } from '../../spam/input.ts'
import type { SpamScore } from '../../spam/score.ts'

/** Asked of a thread that has something to do, and its answer: it is not stuck. */
export const alive = 'alive'

/** A message that a thread is to judge. */
export interface Job {
  readonly id: number
  /** As received; the spool file stays until the job is done. */
  readonly octets: Uint8Array | { readonly path: string; readonly sizeBytes: number }
  readonly client: ClientFacts
  readonly envelope: EnvelopeFacts
  /** The installation's own (SPEC A6); '' is none. */
  readonly testString: string
}

/** What came of it. */
export type JobDone = { readonly id: number; readonly score: SpamScore; readonly micros: number } | { readonly id: number; readonly failed: unknown }

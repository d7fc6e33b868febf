import type { Answer, RecordType } from '../../dns/answer.ts'
import type { ListTally } from '../../dns/blocklists.ts'
import type { ReversePath } from '../../mail/address.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import type { SenderAuthentication } from '../../msgauth/authentication.ts'
import type { KnownSender } from '../../policy/judging.ts'
import type { ClientFacts, EnvelopeFacts } from '../../spam/input.ts'
import type { SpamScore } from '../../spam/score.ts'

/** Octets of a message as received: in memory that goes to the thread, or a file that stays until the thread is done with it. */
export type JobOctets = Uint8Array<ArrayBuffer> | { readonly path: string; readonly sizeBytes: number }

/** A message that a thread is to judge. */
export interface JudgeJob {
  readonly kind: 'judge'
  /** For the log. */
  readonly queueId: QueueId
  readonly octets: JobOctets
  /** Is the content filter wanted, or sender authentication alone? */
  readonly filter: boolean
  /** Undefined: somebody's own program, of which nothing is asked, and whose sender has proved who he is. */
  readonly client: ClientFacts | undefined
  readonly envelope: EnvelopeFacts
  readonly reversePath: ReversePath
  readonly known: KnownSender
  /** Ours. */
  readonly hostname: string
  readonly nowMs: number
  /** By then it should be done: what DNS has not said by then, it has not said. */
  readonly timeoutMs: number
  /** The installation's own (SPEC A6); '' is none. */
  readonly testString: string
  /** Whose ARC seals are believed. */
  readonly trustedSealers: ReadonlySet<string>
  readonly models: {
    readonly installation: SharedArrayBuffer | undefined
    readonly own: readonly (readonly [accountId: AccountId, model: SharedArrayBuffer])[]
  }
}

/** A message that a model is to learn from. One at a time for each model. */
export interface TeachJob {
  readonly kind: 'teach'
  readonly octets: JobOctets
  readonly label: 'spam' | 'ham' | 'forget'
  readonly model: SharedArrayBuffer
}

/** A model that is to be stored. */
export interface WriteJob {
  readonly kind: 'write'
  readonly model: SharedArrayBuffer
}

export type Job = JudgeJob | TeachJob | WriteJob

export interface JudgeResult {
  readonly authentication: SenderAuthentication | undefined
  readonly authenticationMicros: number
  /** Undefined: not wanted. */
  readonly spam: JobScores | undefined
}

export interface JobScores {
  readonly common: SpamScore
  readonly own: readonly (readonly [accountId: AccountId, score: SpamScore])[]
  readonly micros: number
  /** How blocklists answered. */
  readonly lists: readonly ListTally[]
  /** What the filter saw, for who teaches it the installation's model (`autolearn`). */
  readonly seen: Uint8Array<ArrayBuffer> | undefined
}

/** `changed`: the model is another now. */
export interface TeachResult {
  readonly changed: boolean
}

export interface WriteResult {
  readonly written: Uint8Array
}

export type JobResult<Asked extends Job> = Asked extends JudgeJob ? JudgeResult : Asked extends TeachJob ? TeachResult : WriteResult

/** What a thread is started with. */
export interface JudgingThreadData {
  /** The folder of the operator's own rules. */
  readonly ownRules: string
}

/** To the thread. `alive`: is it stuck? It says the same. */
export type ToThread = { readonly id: number; readonly job: Job } | { readonly id: number; readonly dns: Answer<RecordType> } | 'alive'

/** From the thread. */
export type FromThread =
  | { readonly id: number; readonly result: JobResult<Job> }
  | { readonly id: number; readonly failed: unknown }
  | { readonly id: number; readonly ask: DnsQuestion }
  /** The operator's rules have changed, and cannot be used: why. */
  | { readonly refusedRules: string }
  | 'alive'

/** `type` undefined: the host names of the address `name`. */
export interface DnsQuestion {
  readonly name: string
  readonly type: RecordType | undefined
  readonly timeoutMs: number | undefined
}

import type { Appended, NewRecord } from '../content/content.ts'
import type { AccountId } from '../mail/ids.ts'
import type { LogRecord } from './record.ts'

/** Where records go: the log and the index behind it. Follower's, or those of the process that has one. */
export interface Records {
  /** Resolves when the record is durable; the index follows soon. */
  append(record: NewRecord, means?: LogRecord): Promise<Appended>
  /** Resolves, when the record is durable and applied, to its outcome. Where it can be no other, perhaps before it is applied; see `told`. */
  apply(record: NewRecord, means?: LogRecord): Promise<unknown>
  /** The same for a change of two accounts (turnstile.ts). */
  applyAcross(record: NewRecord, means?: LogRecord): Promise<unknown>
  /** For who reads: resolves when the index has all that somebody was told of the account. Undefined: it has. */
  told?(accountId: AccountId): Promise<void> | undefined
  /** Octets of messages that were told of, and are not in the index yet. */
  toldBytes?(accountId: AccountId): number
  /** Runs the work while there are no changes of two accounts. Where the log is written only. */
  alone?<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when everything durable by now is in the index. */
  settled(): Promise<void>
  close(): Promise<void>
}

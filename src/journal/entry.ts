import type { TimedCheck } from '../mail/check.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'

/**
 * Where it ended. `delivered` means durable in a mailbox of ours, `forwarded`: durable, and for nobody here. On its way
 * to another server: `sent` (that has it), `relayed` (likewise, and it will not tell the sender what was asked for), `delayed` (we try again), `failed`, `removed` (by hand).
 */
export type JournalOutcome = 'delivered' | 'forwarded' | 'discarded' | 'refused' | 'deferred' | 'sent' | 'relayed' | 'delayed' | 'failed' | 'removed'

/** Did it go, or was it to go, to another server? */
export function isSending(outcome: JournalOutcome): boolean {
  return outcome === 'sent' || outcome === 'relayed' || outcome === 'delayed' || outcome === 'failed' || outcome === 'removed'
}

/** What became of one message for one recipient, and why (SPEC A12). A connection that was refused before RCPT has neither. */
export interface JournalEntry {
  readonly atMs: number
  readonly outcome: JournalOutcome
  /** Given to a transaction at MAIL FROM, whether or not it ends in a message. */
  readonly queueId: QueueId | undefined
  /** Of what was sent: the other server; '' where none was reached, or none was spoken to. */
  readonly clientIp: string
  /** Verified host name, where the reverse lookup ran and found one. */
  readonly clientName: string | undefined
  readonly helo: string | undefined
  /** Reverse-path as local@domain, '' for <>; undefined before MAIL. */
  readonly sender: string | undefined
  /** local@domain as in RCPT; undefined before RCPT. */
  readonly recipient: string | undefined
  /** The address of ours; undefined: there is no such one. */
  readonly addressId: number | undefined
  /** Whose journal shows it, an unknown address of a domain of his too; undefined: the operator's only. */
  readonly customerId: number | undefined
  /** The mailbox it went to (or would have). */
  readonly accountId: AccountId | undefined
  /** Header Message-ID without brackets, at most 250 characters. */
  readonly messageId: string | undefined
  readonly sizeBytes: number | undefined
  /** Our reply, as `formatReply` writes it. */
  readonly reply: string
  /** In the order in which they ran. */
  readonly checks: readonly TimedCheck[]
}

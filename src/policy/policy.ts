import type { SignedIn } from '../auth/sign-in.ts'
import type { Piece } from '../content/content.ts'
import type { Edit } from '../delivery/edits.ts'
import type { Fate, OutgoingForm } from '../delivery/delivery.ts'
import type { AddressSettings, Recipient } from '../directory/recipient.ts'
import type { Address, ReversePath } from '../mail/address.ts'
import type { CheckName, TimedCheck } from '../mail/check.ts'
import type { Client } from '../mail/client.ts'
import type { QueueId } from '../mail/ids.ts'
import type { DsnWish, Originator, OutgoingEnvelope } from '../mail/outgoing.ts'
import type { Reply } from '../mail/reply.ts'
import type { Verdict } from '../mail/verdict.ts'
import type { Errand } from './list-errands.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'

/** One connection from outside; policy keeps its budgets with it. Made by `atConnect`, closed by the SMTP server in every case. */
export interface Visit {
  readonly verdict: Verdict
  /** How long the banner waits for early talkers; 0 for networks that delivered before (SPEC A9a). */
  readonly greetingDelayMs: number
  /** The peer spoke before the banner: journal, and the reply to close with (554 5.5.0). */
  earlyTalker(): Reply
  /** A command that was refused or not understood. A reply means: say it and close (421 4.7.0). */
  badCommand(): Promise<Reply | undefined>
  close(): void
}

/** A mail transaction: MAIL FROM, then recipients as they are accepted. Policy reads it, the SMTP server writes it. */
export interface Transaction {
  readonly queueId: QueueId
  readonly client: Client
  /** Who has signed in and sends; undefined: another mail server. */
  readonly submitter: SignedIn | undefined
  /** The same as MAIL's verdict named it. */
  readonly originator?: Originator | undefined
  readonly reversePath: ReversePath
  /** SIZE= of MAIL FROM (RFC 1870), bytes. */
  readonly declaredSizeBytes: number | undefined
  readonly wishes: MailWishes
  readonly recipients: AcceptedRecipient[]
  /** Those at other servers. */
  readonly remote: RemoteRecipient[]
}

/** What MAIL asked for beside the reverse-path, for what goes on to other servers. */
export type MailWishes = Pick<OutgoingEnvelope, 'utf8' | 'eightBit' | 'requireTls' | 'priority' | 'ret' | 'envelopeId' | 'notBeforeMs'>

/** A recipient at another server that got its 250 at RCPT. */
export interface RemoteRecipient {
  /** As in RCPT TO. */
  readonly forwardPath: Address
  readonly checks: readonly TimedCheck[]
  /** What RCPT asked for (RFC 3461). */
  readonly dsn?: DsnWish | undefined
}

/** A recipient that got its 250 at RCPT, with the settings and the check results of that moment. */
export interface AcceptedRecipient {
  /** As in RCPT TO. */
  readonly forwardPath: Address
  readonly recipient: Recipient
  readonly checks: readonly TimedCheck[]
  /**
   * Recipients that could answer differently after DATA cannot share a transaction (SPEC A7): all of one transaction have the
   * same group; '' = cannot refuse after DATA.
   */
  readonly answerGroup: string
  /** What is done with a virus: of the settings, and of whether there is a folder for it. */
  readonly virusAction: AddressSettings['virusAction']
  /** Verified host name, where the reverse lookup ran. */
  readonly clientName: string | undefined
  /** It is for a list's own address: something is done, and nobody gets it. */
  readonly errand?: Errand | undefined
  /** What RCPT asked for (RFC 3461). */
  readonly dsn?: DsnWish | undefined
}

/** `priority`: the one that the message gets, where it is not the one that was asked for (RFC 6710). */
export type MailVerdict =
  | { readonly action: 'accept'; readonly originator?: Originator; readonly priority?: number }
  | { readonly action: 'reject' | 'defer'; readonly reply: Reply }

/** `relay`: it is another server's. */
export type RcptVerdict =
  | { readonly action: 'accept'; readonly accepted: AcceptedRecipient }
  | { readonly action: 'relay'; readonly accepted: RemoteRecipient }
  | { readonly action: 'reject' | 'defer'; readonly reply: Reply }

/** A message whose last octet has come, before anything is decided. */
export interface IncomingMessage {
  /** Length of all octets as received. */
  readonly sizeBytes: number
  /** The header section with its last CRLF, without the empty line; at most 1 MB (more is refused by the SMTP server). */
  readonly headerSection: Uint8Array
  /** As received. They may go when `atData` has resolved. */
  readonly octets: readonly Piece[]
}

export interface DataVerdict {
  /** One answer for the whole transaction. On accept the message is committed for every recipient; discard says 250 and keeps nothing. */
  readonly verdict: Verdict
  /** Checks made after DATA, for the journal; the same for every recipient. */
  readonly checks: readonly TimedCheck[]
  /** On accept: one for each recipient of the transaction, in their order; undefined: all get the message as it came. */
  readonly fates?: readonly RecipientFate[] | undefined
  /** On accept: see `AcceptedMessage`. */
  readonly edits?: readonly Edit[] | undefined
  readonly authorDomain?: string | undefined
  /** On accept: what goes to other servers. */
  readonly outgoing?: readonly OutgoingForm[] | undefined
  /** On accept, where it was looked into: for those to whom it is handed on. */
  readonly authentication?: SenderAuthentication | undefined
}

/** What becomes of an accepted message for one recipient. `discard`: nothing is kept, and the journal has it already. */
export type RecipientFate = { readonly checks: readonly TimedCheck[] } & ({ readonly action: 'discard' } | (Fate & { readonly action: 'deliver' }))

/**
 * The one place where findings become verdicts (DESIGN decision 1). Every refusal is handed to the journal before these resolve;
 * accepted messages get their journal entry with their index rows. None of them rejects: a fault of our own is a `defer`
 * with 451 4.3.0, and logged. A reply with code 421, from any of them, is the last one: say it and close.
 */
export interface Policy {
  atConnect(client: Client): Promise<Visit>
  atMail(transaction: Transaction): Promise<MailVerdict>
  /**
   * `forwardPath` undefined = `<postmaster>` without a domain (RFC 5321 4.5.1); its `accepted.forwardPath` is then the address
   * that postmaster mail goes to. The caller appends `accepted` to `transaction.recipients`; RCPTs of a connection are asked
   * one after another.
   */
  atRcpt(visit: Visit, transaction: Transaction, forwardPath: Address | undefined): Promise<RcptVerdict>
  atData(transaction: Transaction, message: IncomingMessage): Promise<DataVerdict>
  /**
   * The SMTP server refused the message itself, before policy could see it: its form (bare CR or LF, NUL, header section), its size
   * against what SIZE announces, or our own disk. `rcpt`: only this recipient was, for there were enough already. For the journal only.
   */
  noteRefusal(transaction: Transaction, because: CheckName, reply: Reply, rcpt?: string): void
}

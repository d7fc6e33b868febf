import type { Piece } from '../content/content.ts'
import type { Recipient } from '../directory/recipient.ts'
import type { Address, ReversePath } from '../mail/address.ts'
import type { TimedCheck } from '../mail/check.ts'
import type { Client } from '../mail/client.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import type { DsnWish, Originator, OutgoingEnvelope } from '../mail/outgoing.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import type { JudgedFolder } from '../store/mailbox.ts'
import type { Edit } from './edits.ts'

/** A message that policy accepted, on its way into mailboxes and to other servers. */
export interface AcceptedMessage {
  readonly queueId: QueueId
  readonly client: Client
  readonly reversePath: ReversePath
  readonly recipients: readonly {
    readonly forwardPath: Address
    readonly recipient: Recipient
    /** All of them: those of RCPT and those after DATA. */
    readonly checks: readonly TimedCheck[]
    readonly clientName: string | undefined
    /** What its sender wishes to be told of it (RFC 3461). */
    readonly dsn?: DsnWish | undefined
    /** Undefined: into the inbox as it came. */
    readonly fate?: Fate | undefined
  }[]
  /** Those at other servers to whom somebody of ours sends it, for the journal; `outgoing` is what is sent. */
  readonly remote?: readonly RemoteAddressee[] | undefined
  /** How what people of ours send goes on to whomever: each fate and each outgoing form has these among its own. Undefined: as it came. */
  readonly edits?: readonly Edit[] | undefined
  /** Of what people of ours send: on whose behalf. */
  readonly submittedBy?: Originator | undefined
  /** Likewise: it is signed for this domain. */
  readonly authorDomain?: string | undefined
  /** What its sender wishes of whoever hands it on. Undefined: nothing. */
  readonly wishes?: HandingWishes | undefined
  /** What of it goes to other servers; `recipients` may be empty then. */
  readonly outgoing?: readonly OutgoingForm[] | undefined
  /** The Received field of this hop with its CRLF, folded (RFC 5321 4.4). */
  readonly received: string
  /** Octets as received, dot-stuffing undone, ends included; memory up to 256 kB, past that a spool file. */
  readonly octets: readonly Piece[]
  /** Its header section as received; undefined: the server wrote it, and nobody answers that. */
  readonly headerSection?: Uint8Array | undefined
  /** What is known of its sender. */
  readonly authentication?: SenderAuthentication | undefined
}

/** RFC 3461, RFC 8689, RFC 4865, RFC 6710. */
export type HandingWishes = Pick<OutgoingEnvelope, 'ret' | 'envelopeId' | 'requireTls' | 'notBeforeMs'> & Partial<Pick<OutgoingEnvelope, 'priority'>>

/** Somebody at another server, to whom one of ours has written. */
export interface RemoteAddressee {
  readonly forwardPath: Address
  readonly originator: Originator
  readonly checks: readonly TimedCheck[]
}

/** A message for other servers, in one form and with one envelope. */
export interface OutgoingForm extends OutgoingEnvelope {
  /** Fields of ours above the message, each with its CRLF. */
  readonly fields: string
  /** How it goes out otherwise than as it came. */
  readonly edits: readonly Edit[]
}

/** What becomes of a message for one recipient, beyond what becomes of it for all. */
export interface Fate {
  /** Undefined: the inbox. */
  readonly folder?: JudgedFolder | undefined
  /** Fields of ours above the message, each with its CRLF. */
  readonly fields: string
  /** Further ones, of single mailboxes. */
  readonly ownFields?: ReadonlyMap<AccountId, string> | undefined
  /** How it is shown otherwise than as it came. */
  readonly edits: readonly Edit[]
  /** Spam, or a virus: it does not go on to other servers (SPEC A13). */
  readonly staysHere?: boolean | undefined
}

import type { Piece } from '../content/content.ts'
import type { Recipient } from '../directory/recipient.ts'
import type { Address, ReversePath } from '../mail/address.ts'
import type { TimedCheck } from '../mail/check.ts'
import type { Client } from '../mail/client.ts'
import type { QueueId } from '../mail/ids.ts'

/** A message that policy accepted, on its way into mailboxes. */
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
  }[]
  /** The Received field of this hop with its CRLF, folded (RFC 5321 4.4). */
  readonly received: string
  /** Octets as received, dot-stuffing undone, ends included; memory up to 256 kB, past that a spool file. */
  readonly octets: readonly Piece[]
}

import type { RemoteReply } from '../mail/remote-reply.ts'
import type { HeldHere, OutgoingEnvelope, OutgoingName, OutgoingRecipient } from '../mail/outgoing.ts'
import type { Trouble } from './trouble.ts'

/** Recipients of one message at one destination, whose time has come. Nobody else tries them before `leasedUntilMs`. */
export interface Due extends Omit<OutgoingEnvelope, 'recipients'>, OutgoingName {
  readonly acceptedAtMs: number
  /** As it goes out. */
  readonly sizeBytes: number
  /** The recipients' domain as an A-label, or an address literal with its brackets. */
  readonly destination: string
  readonly recipients: readonly DueRecipient[]
  readonly leasedUntilMs: number
}

export interface DueRecipient extends OutgoingRecipient {
  /** Its place in the envelope; with the message's name it names the recipient. */
  readonly index: number
  /** Failed ones until now. */
  readonly attempts: number
  /** The sender knows already that it takes long. */
  readonly delayTold: boolean
  /** Names of relays that were refused for being listed. */
  readonly listedRelays: readonly string[]
}

/** By which way an attempt went, and how it was secured. */
export interface Way {
  /** Name of the relay (src/relay/relay.ts). */
  readonly relay: string
  /** Undefined: nobody was reached. */
  readonly host: string | undefined
  readonly ip: string | undefined
  /** `none`: in the clear; the others as TLS-RPT names the policy that was held (RFC 8460 4.2). */
  readonly tls: 'none' | 'opportunistic' | 'sts' | 'tlsa'
}

/** An attempt's end for one recipient. */
export type RecipientEnd =
  /** Another server has it. `relayed`: one that does not tell the sender what it was asked to tell (RFC 3461 6.2.7.3). */
  { readonly end: 'delivered' | 'relayed'; readonly reply: RemoteReply } | { readonly end: 'failed'; readonly trouble: Trouble }

export interface Deferral {
  readonly trouble: Trouble
  readonly nextAttemptMs: number
  readonly listedRelays: readonly string[]
}

/** Recipients that wait for other servers, of all nodes. What is said of a recipient that is no longer there (removed by hand) does nothing. */
export interface Queue {
  /**
   * Leases what is due, highest priority and longest due first, of destinations other than `except`. Its cost does not depend on how much waits
   * for those, or for later. A node that dies lets its leases run out.
   */
  take(wish: {
    readonly nowMs: number
    readonly leaseMs: number
    readonly maxRecipients: number
    readonly except: ReadonlySet<string>
  }): Promise<readonly Due[]>
  /** When to look again, if nothing is added meanwhile; undefined: nothing waits. */
  nextDueMs(except: ReadonlySet<string>): Promise<number | undefined>
  /** Called when something may have become due. Returns what ends it. */
  onDue(heard: () => void): () => void
  /**
   * Moves the end of leases, without an attempt: later while they are worked on, to `untilMs` of now or the near future for what was not tried. Not durable.
   */
  lease(leased: readonly (OutgoingName & { readonly indexes: readonly number[] })[], untilMs: number): Promise<void>
  /** The text as it goes out, before dot-stuffing. */
  text(message: OutgoingName): AsyncIterable<Buffer>
  /** It is over for these: durable when it resolves, so that no restart sends them again, and their journal has it. `report` is accepted in the same step. */
  settle(message: OutgoingName, ends: ReadonlyMap<number, RecipientEnd>, way: Way, report?: OutgoingReport): Promise<void>
  /** Its time has come, for mailboxes here: durable in all of these when it resolves, once, whatever dies when. */
  arrive(message: Due, here: HeldHere): Promise<void>
  /** They wait on: not durable, since a power cut costs an early attempt at most. `report` (a notice of delay) makes it durable; all of that call count as told. */
  defer(message: OutgoingName, deferrals: ReadonlyMap<number, Deferral>, way: Way, report?: OutgoingReport): Promise<void>
}

/** A message of our own to a sender (RFC 3464). It goes to a mailbox here or on its way, as the directory says. */
export interface OutgoingReport {
  /** local@domain: the reverse-path of what it is about. */
  readonly to: string
  readonly octets: Uint8Array
  /** It is about a message that must not go in the clear, and must not either (RFC 8689 5). */
  readonly requireTls?: boolean
}

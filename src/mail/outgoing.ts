import type { AccountId, QueueId } from './ids.ts'

/** What kind of mail a relay carries. Somebody's misuse of one class must not cost the others their way (SPEC D2). */
export const relayClasses = ['paid', 'trial', 'forwarded', 'bulk'] as const
export type RelayClass = (typeof relayClasses)[number]

/** On whose behalf a message goes out: it counts against this one's limits, and goes no further while it is locked (SPEC E6). */
export interface Originator {
  /** The mailbox that submitted or answered it; undefined: an address without a mailbox (a forward, a list), or the server itself. */
  readonly accountId: AccountId | undefined
  /** The address; 0: the server itself. */
  readonly addressId: number
  readonly customerId: number
}

/** How it came about, as journal and statistics name it. `report`: a DSN or a DMARC or TLS report. `automatic`: an autoresponder's answer. */
export type OutgoingKind = 'submitted' | 'forwarded' | 'list' | 'automatic' | 'report'

/**
 * Which class mail goes out as. `submitted`: what the sender's mailbox, customer or plan says (`relay-class`); left out where nobody submitted it.
 * Answers and reports go to whoever wrote to us, spam traps among them, as forwarded mail does: they must not cost customers their way.
 */
export function relayClassOf(kind: OutgoingKind, submitted?: Exclude<RelayClass, 'forwarded'>): RelayClass {
  switch (kind) {
    case 'submitted':
      return submitted ?? 'paid'
    case 'list':
      return 'bulk'
    case 'forwarded':
    case 'automatic':
    case 'report':
      return 'forwarded'
  }
}

/** What a sender may wish to be told (RFC 3461 4.1). */
export type DsnOccasion = 'success' | 'failure' | 'delay'

/** Whom to tell what (RFC 3461); what the other side does not offer is left out, and is then for us to tell. */
export interface DsnWish {
  /** Undefined: nothing was said of it, and nothing is said to the next server (RFC 3461 5.2.1). */
  readonly notify: readonly DsnOccasion[] | 'never' | undefined
  /** "rfc822;ann@a.example", xtext not yet applied. */
  readonly originalRecipient: string | undefined
}

/** Is the sender to be told of it? Who wished for nothing is told of failures and delays (RFC 3461 4.1). */
export function wantsNotice(dsn: DsnWish | undefined, of: DsnOccasion): boolean {
  const notify = dsn?.notify
  if (notify === undefined) return of !== 'success'
  return notify !== 'never' && notify.includes(of)
}

export interface OutgoingRecipient {
  /** local@domain. */
  readonly address: string
  readonly dsn?: DsnWish | undefined
}

/** The mailboxes here for which a message waits until its sender wants it delivered (RFC 4865), and what was judged of it. */
export interface HeldHere {
  /** Of the address that was written to. */
  readonly addressId: number
  readonly customerId: number
  readonly accounts: readonly AccountId[]
  /** Undefined: the inbox. */
  readonly folder?: 'spam' | 'virus' | undefined
  /** What its sender hears then, if he wishes to hear of success. */
  readonly arrival?: 'delivered' | 'list' | 'expanded' | undefined
  readonly isList: boolean
}

/** The envelope of a message on its way to other servers: the same octets and reverse-path for all of its recipients. */
export interface OutgoingEnvelope {
  readonly kind: OutgoingKind
  readonly class: RelayClass
  readonly originator: Originator
  /** local@domain, '' for <>: of a forward the rewritten one (SRS). */
  readonly reversePath: string
  readonly recipients: readonly OutgoingRecipient[]
  /** An address or a header field is not ASCII (RFC 6531). */
  readonly utf8: boolean
  /** An octet above 127 is in the text (RFC 6152). */
  readonly eightBit: boolean
  /** RFC 8689. */
  readonly requireTls: boolean
  /** It goes out whatever policies say of TLS: `TLS-Required: No` (RFC 8689 3), and reports about TLS (RFC 8460 3). */
  readonly tlsOptional?: boolean | undefined
  /** RFC 6710, -9 to 9; 0: as all. */
  readonly priority: number
  /** FUTURERELEASE (RFC 4865): not before; undefined: at once. */
  readonly notBeforeMs?: number | undefined
  /** It is not for another server: it waits for its time. */
  readonly here?: HeldHere | undefined
  /** Then it fails, where that is before the schedule's end. */
  readonly giveUpAtMs?: number | undefined
  readonly ret?: 'full' | 'hdrs' | undefined
  /** ENVID (RFC 3461 4.4), xtext undone. */
  readonly envelopeId?: string | undefined
}

/** Names one of the messages that a record of the log put on their way: its queue id, and which of them (0, 1, …). */
export interface OutgoingName {
  readonly queueId: QueueId
  readonly number: number
}

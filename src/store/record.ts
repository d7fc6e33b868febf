import type { Location } from '../content/content.ts'
import type { TimedCheck } from '../mail/check.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, QueueId, Uid } from '../mail/ids.ts'
import type { OutgoingEnvelope, OutgoingName } from '../mail/outgoing.ts'
import type { Deferral, RecipientEnd, Way } from '../queue/queue.ts'
import type { Flags, JudgedFolder, SpecialUse } from './mailbox.ts'
import type { QuotaLevel } from './quota-level.ts'
import type { Slice } from './slices.ts'
import type { UidRanges } from './uid-ranges.ts'

/**
 * What the content log says of its octets: one record for each thing that happened to a mailbox. Applied in the order of
 * the log they give the index, always the same one: nothing in a record depends on the time or the state at which it is
 * applied. What a record asks for can have become impossible by then (a mailbox deleted meanwhile); then it does nothing.
 */
export type LogRecord =
  | MailRecord
  | AppendRecord
  | AppendAllRecord
  | FlagsRecord
  | CopyRecord
  | ExpungeRecord
  | MailboxRecord
  | AclRecord
  | MetadataRecord
  | QuotaLevelRecord
  | SentRecord
  | RemoveAccountRecord
  | RelocateRecord
  | BaselineRecord
  | BaselineDoneRecord
  | QueueBaselineRecord
  | AsideRecord
  | RetryRecord

/** A message came in, or was made here. Octets: each destination's prefix and what it puts in, then the message as received. */
export interface MailRecord {
  readonly kind: 'mail'
  readonly queueId: QueueId
  readonly atMs: number
  /** local@domain, '' for <>. */
  readonly reversePath: string
  readonly clientIp: string
  readonly helo: string | undefined
  readonly destinations: readonly Destination[]
  /** For the journal: each recipient of the transaction with what its checks found. */
  readonly recipients: readonly MailRecipient[]
  /** Where the octets as received begin in the record's octets; they go to the end. */
  readonly octetsStart: number
  /** Forms in which destinations show the octets as received; null, and no `versions` at all: as they came. */
  readonly versions?: readonly (readonly Slice[] | null)[]
  /** What of it goes to other servers; `OutgoingName` counts in this list. */
  readonly outgoing?: readonly OutgoingMail[]
}

/** The message for other servers, in one form. */
export interface OutgoingMail extends OutgoingEnvelope {
  readonly prefixStart: number
  readonly prefixLength: number
  /** Number in `versions`; default 0. */
  readonly version?: number
}

/** Into which mailbox it leads is known to `uid-forecast.ts`, too. */
export interface Destination {
  readonly accountId: AccountId
  readonly prefixStart: number
  readonly prefixLength: number
  /** Number in `versions`; default 0. */
  readonly version?: number
  /**
   * Where it goes instead of INBOX. spam: the mailbox for it, if there is one then (SPEC A7). virus: likewise, but it is made anew where it
   * has gone meanwhile: such a message must not come into the inbox, and was accepted (SPEC A8).
   */
  readonly folder?: JudgedFolder
}

export interface MailRecipient {
  readonly address: string
  readonly addressId: number
  readonly customerId: number
  /** The mailbox it went to; the first one for a list; undefined: it goes to other servers alone; what somebody here sends is the sender's then. */
  readonly accountId: AccountId | undefined
  readonly clientName: string | undefined
  readonly checks: readonly TimedCheck[]
}

/** IMAP APPEND (and import): octets as given. */
export interface AppendRecord {
  readonly kind: 'append'
  readonly atMs: number
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly flags: Flags
  readonly internalDateMs: number
}

/**
 * Several messages in one APPEND (RFC 3502), and REPLACE (RFC 8508). One record, so that all of it happens or nothing, whenever the
 * process dies. Octets: one message after another.
 */
export interface AppendAllRecord {
  readonly kind: 'append-all'
  readonly atMs: number
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly messages: readonly AppendedMessage[]
  /** Goes when they come. If it has gone already, none of them comes. */
  readonly replaces?: MessageName
}

export interface AppendedMessage {
  readonly octetsLength: number
  readonly flags: Flags
  readonly internalDateMs: number
}

/** A message of an account. */
export interface MessageName {
  readonly mailboxId: MailboxId
  readonly uid: Uid
}

export interface FlagsRecord {
  readonly kind: 'flags'
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly uids: UidRanges
  readonly mode: 'add' | 'remove' | 'replace'
  readonly flags: Flags
  /** With `replace`: flags that are left alone where they are not among these. */
  readonly only?: FlagMask
  /** Messages that changed after it are left alone (RFC 7162 3.1.3). */
  readonly unchangedSince?: ModSeq
}

/** Which flags somebody may set in a mailbox that is not theirs (RFC 4314 4); without one: any. */
export interface FlagMask {
  /** Bits of `systemFlags`. */
  readonly system: number
  readonly keywords: boolean
}

export interface CopyRecord {
  readonly kind: 'copy' | 'move'
  /** Records of the time before SAVEDATE have none. */
  readonly atMs?: number
  readonly accountId: AccountId
  readonly from: MailboxId
  readonly to: MailboxId
  /** Whose `to` is, where it is not the same account's: one record for both, so that neither has what the other lacks. */
  readonly toAccountId?: AccountId
  readonly uids: UidRanges
  /** Flags that the messages keep in `to`. */
  readonly only?: FlagMask
  /** The content filter learns nothing from it: it is told otherwise. */
  readonly untaught?: true
}

export interface ExpungeRecord {
  readonly kind: 'expunge'
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly uids: UidRanges
  readonly deletedOnly: boolean
}

export type MailboxRecord =
  | { readonly kind: 'create'; readonly atMs: number; readonly accountId: AccountId; readonly name: string; readonly specialUse: SpecialUse | undefined }
  | { readonly kind: 'rename'; readonly atMs: number; readonly accountId: AccountId; readonly name: string; readonly to: string }
  | { readonly kind: 'delete'; readonly accountId: AccountId; readonly name: string }
  | { readonly kind: 'subscribe'; readonly accountId: AccountId; readonly name: string; readonly subscribed: boolean }

/** `granteeId` may from now on do this with the mailbox, and nothing else (RFC 4314); '' is nothing at all. */
export interface AclRecord {
  readonly kind: 'acl'
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly granteeId: AccountId
  readonly rights: string
}

/** Annotations of a mailbox, or of the server as an account sees it, get new values or go (RFC 5464): all of them or none. */
export interface MetadataRecord {
  readonly kind: 'metadata'
  readonly atMs: number
  /** Whose the mailbox is. */
  readonly accountId: AccountId
  /** `serverEntries`: no mailbox. */
  readonly mailboxId: MailboxId
  /** Whose the private entries are. */
  readonly userId: AccountId
  /** Value in base64; null: goes. */
  readonly entries: readonly (readonly [name: string, value: string | null])[]
  /** What the mailbox is for from now on (RFC 6154 4), if that is set; no other one is then. */
  readonly specialUse?: SpecialUse | null
}

/** How full its owner knows the mailbox to be. Octets: the mail that tells it, where there is a `warning`. */
export interface QuotaLevelRecord {
  readonly kind: 'quota-level'
  readonly accountId: AccountId
  readonly level: QuotaLevel
  /** The quota of which that is true; 0: none. */
  readonly quotaBytes: number
  readonly warning?: {
    readonly atMs: number
    readonly queueId: QueueId
    readonly address: string
    readonly addressId: number
    readonly customerId: number
  }
}

/**
 * What became of recipients at other servers (src/queue). Those that do not wait any more are passed over; where that is all of them, nothing
 * happens at all. Octets: those of `report`.
 */
export interface SentRecord {
  readonly kind: 'sent'
  readonly atMs: number
  /** Undefined: none was gone, somebody took them out. */
  readonly way?: Way
  readonly ends: readonly SentEnd[]
  /** What the sender is told of it: both are known, or neither is. */
  readonly report?: MailRecord
}

export type SentEnd = OutgoingName & {
  /** The recipient's, in the envelope. */
  readonly index: number
} & (
    | RecipientEnd
    /** It waits on, and the sender is told so. */
    | ({ readonly end: 'delayed' } & Deferral)
    /** Taken out of the queue by hand. */
    | { readonly end: 'removed' }
    /** It was for mailboxes here, and its time has come: `report` is the message itself. */
    | { readonly end: 'arrived' }
  )

export interface RemoveAccountRecord {
  readonly kind: 'remove-account'
  readonly accountId: AccountId
}

/** Compaction: the octets of an older record stand here again, for the emails, and the messages in the queue, that still need them. */
export interface RelocateRecord {
  readonly kind: 'relocate'
  /** So many octets of the older record's beginning are left out; default 0. */
  readonly skippedOctets?: number
  readonly emails: readonly (readonly [accountId: AccountId, emailId: EmailId])[]
  readonly queued?: { readonly from: Location; readonly messages: readonly (readonly [queueId: QueueId, number: number])[] }
}

/** All rows of an account as they were when the index covered `asOf` (baseline.ts). Octets: `Baseline` as JSON. */
export interface BaselineRecord {
  readonly kind: 'baseline'
  readonly accountId: AccountId
  readonly asOf: Location
}

/** Since the record at `begin` there is a baseline of every account that had one record before `asOf` and was not removed by then. */
export interface BaselineDoneRecord {
  readonly kind: 'baseline-done'
  readonly begin: Location
  readonly asOf: Location
}

/** Some of the queue as it was when the index covered `asOf` (queue-baseline.ts). Octets: `QueuePiece` as JSON. */
export interface QueueBaselineRecord {
  readonly kind: 'queue-baseline'
  readonly asOf: Location
}

/**
 * What begins at `from` and ends before `until` was passed over: it could not be applied, or not be read. A rebuild passes over it too, since
 * later records name UIDs that were given without it.
 */
export interface AsideRecord {
  readonly kind: 'aside'
  readonly from: Location
  readonly until: Location
}

/** The record at `of`, which was set aside, happens now. */
export interface RetryRecord {
  readonly kind: 'retry'
  readonly of: Location
}

/** A message in a record's octets. */
export interface MessagePlace {
  readonly start: number
  readonly end: number
  readonly slices?: readonly Slice[] | undefined
}

/** Where the messages are that a record brings to mailboxes, in its octets; of one that came in, all its versions. */
export function messagesIn(record: LogRecord, octetsLength: number): readonly MessagePlace[] {
  switch (record.kind) {
    case 'mail': {
      const { octetsStart, destinations, versions = [null] } = record
      if (destinations.length === 0) return []
      return versions.map((slices) => ({ start: octetsStart, end: octetsLength, slices: slices ?? undefined }))
    }
    case 'append':
      return [{ start: 0, end: octetsLength }]
    case 'quota-level':
      return record.warning === undefined ? [] : [{ start: 0, end: octetsLength }]
    case 'sent':
      return record.report === undefined ? [] : messagesIn(record.report, octetsLength)
    case 'append-all': {
      let start = 0
      return record.messages.map((message) => ({ start, end: (start += message.octetsLength) }))
    }
    default:
      return []
  }
}

import type { Location } from '../content/content.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import type { Slice } from './slices.ts'
import type { UidRanges } from './uid-ranges.ts'

/** RFC 6154 and the two folders of SPEC A7, A8 (which have no attribute but \Junk). */
export type SpecialUse = '\\Sent' | '\\Drafts' | '\\Trash' | '\\Archive' | '\\Junk' | '\\Flagged' | '\\All'

/** The folders for what was judged to be spam or a virus (SPEC A7, A8). */
export type JudgedFolder = 'spam' | 'virus'

/** One mailbox of an account. Names are UTF-8 (NFC), `/` between levels; the inbox is "INBOX". */
export interface Mailbox {
  readonly mailboxId: MailboxId
  readonly name: string
  readonly specialUse: SpecialUse | null
  readonly subscribed: boolean
  readonly uidValidity: number
  readonly uidNext: Uid
  /** The first UID that no session has announced as \Recent yet (RFC 3501 2.3.2); STATUS asks without taking them. */
  readonly recentFrom: Uid
  readonly messages: number
  readonly unseen: number
  readonly sizeBytes: number
  readonly highestModSeq: ModSeq
}

/** System flags as bits of one number (RFC 9051 2.3.2). \Recent is a session's view, not stored. */
export const systemFlags = { '\\Seen': 1, '\\Answered': 2, '\\Flagged': 4, '\\Deleted': 8, '\\Draft': 16 } as const
export type SystemFlag = keyof typeof systemFlags

/** Flags of a message: bits of `systemFlags`, and keywords sorted, space between ("$Forwarded Work"); '' = none. At most 64 keywords, 100 octets each. */
export interface Flags {
  readonly system: number
  readonly keywords: string
}

/** All messages of a mailbox at one modSeq, by column, ascending by UID. Immutable: sessions share it. */
export interface MailboxView {
  readonly mailbox: Mailbox
  readonly uids: Uint32Array
  readonly system: Uint8Array
  /** Index into `keywordSets`, one for each message. */
  readonly keywords: Uint32Array
  readonly keywordSets: readonly string[]
  /** Of the last change of each message. Floating point, since modSeqs go past 2^32. */
  readonly modSeqs: Float64Array
}

/** What happened after a modSeq. */
export interface MailboxChanges {
  readonly mailbox: Mailbox
  /** New messages and new flags, ascending by UID. A UID at or past the view's uidNext is new. */
  readonly changed: readonly { readonly uid: Uid; readonly system: number; readonly keywords: string; readonly modSeq: ModSeq }[]
  /** UIDs that went, ascending. */
  readonly expunged: readonly Uid[]
}

/** Messages that went, in the order of the changes that took them. */
export interface ExpungedPage {
  readonly uids: UidRanges
  /** Ask again for what is past this modSeq; undefined: that was all. */
  readonly next: ModSeq | undefined
}

/** What the index knows of a message: enough to answer FETCH without reading it, all but the text itself. */
export interface Message {
  readonly uid: Uid
  readonly emailId: EmailId
  readonly system: number
  readonly keywords: string
  readonly modSeq: ModSeq
  /** INTERNALDATE, ms. */
  readonly internalDateMs: number
  /** When it came into this mailbox, ms. */
  readonly savedAtMs: number
  /** The account that the email came to first, and its id there: all copies have the same, whosever they are. */
  readonly origin: { readonly accountId: AccountId; readonly emailId: EmailId }
  /** RFC822.SIZE: prefix and octets. */
  readonly sizeBytes: number
  /** ENVELOPE as IMAP writes it (RFC 9051 7.5.2), ready for the wire. Empty unless asked for. */
  readonly envelope: Uint8Array
  /** BODYSTRUCTURE likewise, with extension data. Empty unless asked for. */
  readonly bodyStructure: Uint8Array
  /** Offsets of parts, as message/parts.ts encodes them, counted in the octets without the prefix. Empty unless asked for. */
  readonly parts: Uint8Array
  /** Where the octets are. */
  readonly body: MessageBody
}

/** A message is a prefix of our own fields (Return-Path, Received) and the octets as received, or slices of them, in one record. */
export interface MessageBody {
  readonly location: Location
  /** In the record's octets. */
  readonly prefixStart: number
  readonly prefixLength: number
  /** Where the octets as received begin. */
  readonly octetsStart: number
  /** How many are shown, ours among them included. */
  readonly octetsLength: number
  /** Which; undefined: those as received. */
  readonly slices?: readonly Slice[] | undefined
}

/** Says that a mailbox is past `modSeq` now (`mailboxId` 0: the list of mailboxes changed). Infinity: past what was known. */
export interface Notice {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly modSeq: ModSeq
}

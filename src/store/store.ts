import type { Piece } from '../content/content.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import type { Score } from '../fulltext/sought.ts'
import type { WantedText } from './fulltext/candidates.ts'
import type { SearchedMessage } from './fulltext/work.ts'
import type { FlagMask, FlagsRecord, MessageName } from './record.ts'
import type { Grant, SharedMailbox } from './sharing.ts'
import type { ListColumns, ListPage, MessageDates, MessageTexts, MessageThreads } from './columns.ts'
import type { MetadataChange, MetadataEntry, MetadataName, MetadataOf } from './metadata.ts'
import type { MessageText } from './message-text.ts'
import type { UidRanges } from './uid-ranges.ts'
import type { Flags, Mailbox, MailboxChanges, MailboxView, Message, MessageBody, Notice, SpecialUse } from './mailbox.ts'

/** Which costly columns a FETCH wants. */
export interface MessageColumns {
  readonly envelope?: boolean
  readonly bodyStructure?: boolean
  readonly parts?: boolean
  /** false: who asks knows them better; `system`, `keywords` and `modSeq` are then what the message came with. Default: as they are now. */
  readonly flags?: boolean
}

/** A change that found the mailbox gone, the name taken, and so on: values, since every caller must weigh them. */
export type StoreRefusal =
  | 'no-such-mailbox'
  | 'mailbox-exists'
  | 'cannot-change-inbox'
  | 'over-quota'
  | 'name-invalid'
  | 'has-children'
  | 'too-many'
  | 'no-such-message'

export type Outcome<T> = { readonly done: T } | { readonly done?: never; readonly refused: StoreRefusal }

/** Without `before`. */
export interface TakenRecent {
  readonly from: Uid
  readonly before: Uid
}

/** UIDs of COPY and MOVE for COPYUID (RFC 4315): both lists have the same length and order. */
export interface Copied {
  readonly uidValidity: number
  readonly from: readonly Uid[]
  readonly to: readonly Uid[]
  readonly modSeq: ModSeq
}

/** STORE: the mailbox's modSeq with it and before it (the same: nothing has changed), and which messages were left alone since they had changed. */
export interface Flagged {
  readonly modSeq: ModSeq
  readonly since: ModSeq
  readonly modified: UidRanges
}

/** What STORE leaves alone. */
export type FlagConditions = Pick<FlagsRecord, 'only' | 'unchangedSince'>

export interface Deleted {
  readonly messages: number
  readonly bytes: number
}

export interface Transfer {
  readonly move: boolean
  readonly from: { readonly accountId: AccountId; readonly mailboxId: MailboxId }
  readonly uids: UidRanges
  readonly to: { readonly accountId: AccountId; readonly mailboxId: MailboxId }
  readonly only: FlagMask | undefined
}

/** Messages that one command brings. */
export interface Incoming {
  /** One message after another. */
  readonly octets: readonly Piece[]
  readonly messages: readonly { readonly sizeOctets: number; readonly flags: Flags; readonly internalDateMs: number | undefined }[]
  /** REPLACE (RFC 8508): goes when they come; if it has gone already, the outcome is `no-such-message`. */
  readonly replaces?: MessageName | undefined
}

/** For APPENDUID (RFC 4315). */
export interface Added {
  /** In the order of the messages. */
  readonly uids: readonly Uid[]
  readonly uidValidity: number
}

/**
 * Mailboxes and messages over the database and content ports. Every change is a record in the content log first, then index
 * rows made from it; these resolve when both are done. Methods are safe to call at the same time.
 * Rejects with ContentFull, ContentFailed or DatabaseUnavailable for faults of our own.
 */
export interface Store {
  mailboxes(accountId: AccountId): Promise<readonly Mailbox[]>
  /** By name; "inbox" in any case is INBOX. */
  mailbox(accountId: AccountId, name: string): Promise<Mailbox | undefined>
  /** Which mailbox a name leads to: for who changes it, and need not know how it is. */
  mailboxId(accountId: AccountId, name: string): Promise<MailboxId | undefined>
  /** Whether there is a mailbox below this name. */
  hasChildren(accountId: AccountId, name: string): Promise<boolean>
  view(accountId: AccountId, mailboxId: MailboxId): Promise<MailboxView | undefined>
  /** Undefined: the mailbox is gone. */
  changes(accountId: AccountId, mailboxId: MailboxId, since: ModSeq): Promise<MailboxChanges | undefined>
  /** UIDs that went from the mailbox after `since` and not after `until`, however long ago, in pages: each ascending, one later than the other. */
  expunged(accountId: AccountId, mailboxId: MailboxId, since: ModSeq, until: ModSeq): AsyncIterable<UidRanges>
  /** Messages of these UIDs that are still there, ascending, in pages of at most 500 or 1 MB, so that a slow client holds neither snapshot nor memory: one page and the next one. */
  messages(accountId: AccountId, mailboxId: MailboxId, uids: UidRanges, columns: MessageColumns): AsyncIterable<readonly Message[]>
  /** The same for a list: the messages from UID `first` to `last`, or a page of them. */
  list(accountId: AccountId, mailboxId: MailboxId, first: number, last: number, columns: ListColumns): Promise<ListPage>
  /** One thing of the messages from UID `first` to `last`, a page of them: what SEARCH, SORT and THREAD need of thousands at once. */
  dates(accountId: AccountId, mailboxId: MailboxId, first: number, last: number): Promise<MessageDates>
  threads(accountId: AccountId, mailboxId: MailboxId, first: number, last: number): Promise<MessageThreads>
  texts(accountId: AccountId, mailboxId: MailboxId, first: number, last: number, of: MessageText): Promise<MessageTexts>
  /** Octets of the message as clients see it, prefix included; `end` exclusive. */
  read(body: MessageBody, start: number, end: number): Promise<Uint8Array>
  /**
   * The whole octets of the first few of these, as many as lie near each other and have room in `into`: views of it. None, or fewer, whatever the
   * reason: ask `read`.
   */
  readTogether(bodies: readonly MessageBody[], into: Buffer): Promise<readonly Uint8Array[]>
  /**
   * For each text the UIDs, ascending, of the messages that may hold it: all that do, and some that do not; undefined: any may. Whether one does,
   * is for the caller to see.
   */
  textCandidates(accountId: AccountId, mailboxId: MailboxId, texts: readonly WantedText[]): Promise<readonly (Uint32Array | undefined)[]>
  /** How well each of the messages holds each of the texts, as is seen by reading them. */
  findTexts(messages: readonly SearchedMessage[], wanted: readonly WantedText[]): Promise<readonly (readonly Score[])[]>
  /** The UIDs from `from` to before `before` that no session, of whatever process, has announced as \Recent yet: now this one does. None where that cannot be noted now. */
  takeRecent(accountId: AccountId, mailboxId: MailboxId): Promise<TakenRecent>

  /** All of them or none, whenever the process dies. */
  append(accountId: AccountId, mailboxId: MailboxId, incoming: Incoming): Promise<Outcome<Added>>
  /**
   * `mode`: add to, remove from, or replace the flags, those of `only` where it is given. Messages that changed after `unchangedSince` are left as
   * they are (RFC 7162 3.1.3), and named in `modified`. Resolves when done, with the modSeq of the change; changes come by `changes`.
   */
  setFlags(
    accountId: AccountId,
    mailboxId: MailboxId,
    uids: UidRanges,
    mode: 'add' | 'remove' | 'replace',
    flags: Flags,
    conditions?: FlagConditions,
  ): Promise<Outcome<Flagged>>
  copy(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>>
  move(accountId: AccountId, from: MailboxId, uids: UidRanges, to: MailboxId): Promise<Outcome<Copied>>
  /**
   * Moves an email from the inbox into the folder for spam, or back; what it teaches is said apart. false: it is not in the one, or the other is not there.
   */
  refile(accountId: AccountId, emailId: EmailId, to: 'inbox' | 'spam'): Promise<boolean>
  /** COPY or MOVE into a mailbox that is perhaps another account's, whose quota counts then; with `only`, only those flags go along. */
  transfer(transfer: Transfer): Promise<Outcome<Copied>>
  /** Removes those of `uids` that are \Deleted, or all of them with `deletedOnly: false` (POP3). */
  expunge(
    accountId: AccountId,
    mailboxId: MailboxId,
    uids: UidRanges,
    options: { readonly deletedOnly: boolean },
  ): Promise<Outcome<{ readonly modSeq: ModSeq; readonly uids: readonly Uid[] }>>
  /** Makes missing parents too. */
  createMailbox(accountId: AccountId, name: string, specialUse?: SpecialUse): Promise<Outcome<Mailbox>>
  /** With everything below it; INBOX: its messages move into a new mailbox, INBOX stays (RFC 9051 6.3.6). */
  renameMailbox(accountId: AccountId, from: string, to: string): Promise<Outcome<Mailbox>>
  /** A mailbox with children is refused: the protocol decides what a name without a mailbox means. */
  deleteMailbox(accountId: AccountId, name: string): Promise<Outcome<{ readonly modSeq: ModSeq }>>
  /** Names subscribed to, whether or not such a mailbox exists (RFC 9051 6.3.7). */
  subscriptions(accountId: AccountId): Promise<readonly string[]>
  subscribe(accountId: AccountId, name: string, subscribed: boolean): Promise<Outcome<{ readonly modSeq: ModSeq }>>

  /** Who else may do what with a mailbox. */
  grants(accountId: AccountId, mailboxId: MailboxId): Promise<readonly Grant[]>
  /** From now on the grantee may do this with the mailbox and nothing else; '' takes everything. That both are of one domain is the caller's to know. */
  setGrant(accountId: AccountId, mailboxId: MailboxId, grant: Grant): Promise<Outcome<{ readonly modSeq: ModSeq }>>
  /** What others share with the account. */
  sharedWith(accountId: AccountId): Promise<readonly SharedMailbox[]>
  /** What the account may do with a mailbox of `ownerId`; '' is nothing. */
  sharedRights(accountId: AccountId, ownerId: AccountId, mailboxId: MailboxId): Promise<string>

  /** Annotations (RFC 5464), by name: those called `names`, and up to `depth` levels below them. */
  metadata(of: MetadataOf, names: readonly string[], depth: number): Promise<readonly MetadataEntry[]>
  /** What there is in an account that this user sees: of all mailboxes, and of the server. */
  metadataNames(accountId: AccountId, userId: AccountId): Promise<readonly MetadataName[]>
  /** All of the changes or none. */
  setMetadata(of: MetadataOf, change: MetadataChange): Promise<Outcome<{ readonly modSeq: ModSeq }>>

  /** Everything of the account goes, for good. */
  removeAccount(accountId: AccountId): Promise<void>

  /** Bytes and messages of all mailboxes of the account. */
  usage(accountId: AccountId): Promise<{ readonly usedBytes: number; readonly messages: number }>
  /** The same of many, as the index has it; who holds nothing may be missing. */
  usages(accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, { readonly usedBytes: number; readonly messages: number }>>
  /** What the account holds and may hold, in bytes; undefined: any. */
  quota(accountId: AccountId): Promise<{ readonly usedBytes: number; readonly quotaBytes: number | undefined }>
  /** Messages that are \Deleted, and their bytes. */
  deletedIn(accountId: AccountId, mailboxId: MailboxId): Promise<Deleted>
  /** Called after each change of the account, from whichever session or node; returns how to stop. */
  listen(accountId: AccountId, listener: (notice: Notice) => void): () => void
}

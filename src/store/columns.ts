import type { Uid } from '../mail/ids.ts'

/** A page of what is known of many messages, by column, ascending by UID: an object for each would cost more than what it holds. */
export interface ColumnPage {
  readonly uids: Uint32Array
  /** Ask again from this UID; undefined: that was all. */
  readonly next: Uid | undefined
}

export interface MessageDates extends ColumnPage {
  readonly internalDateMs: Float64Array
  /** Seconds since 1970 that Date names; INTERNALDATE where it names none (RFC 5256 2.2). */
  readonly sentS: Float64Array
  /** Days since 1970 on the sender's calendar (RFC 9051 6.4.4); NaN: Date names none. */
  readonly sentDay: Float64Array
  /** RFC822.SIZE. */
  readonly sizeBytes: Float64Array
}

/** See `OrderKeys` for the hashes. */
export interface MessageThreads extends ColumnPage {
  /** 0: no Message-ID. */
  readonly idHash: Float64Array
  /** 2 * hash, and 1 for a reply or forward; below 2: the base subject is empty. */
  readonly subjectHash: Float64Array
  /** All messages' references, and where each message's end. */
  readonly references: Float64Array
  readonly referencesEnd: Uint32Array
}

export interface MessageTexts extends ColumnPage {
  /** One text for each message, NUL between them; see `textOf`. */
  readonly text: string
  readonly starts: Uint32Array
}

/** Which costly columns a list wants. */
export interface ListColumns {
  readonly envelope: boolean
  readonly bodyStructure: boolean
}

/** Messages of a page of a list, unless they have more octets than a page. */
export const listMessages = 1000

/** Messages as a client lists them, by column: what FETCH says of a whole mailbox has no object for each message. */
export interface ListPage {
  readonly uids: Uint32Array
  readonly internalDatesMs: Float64Array
  readonly sizesBytes: Float64Array
  /** ENVELOPE and BODYSTRUCTURE of each message as IMAP sends them, one after another; nothing for what was not asked. */
  readonly octets: Uint8Array
  /** Where in `octets` the ENVELOPE of each message ends, and where its BODYSTRUCTURE. */
  readonly ends: Uint32Array
  /** Ask again from this UID; undefined: that was all. */
  readonly next: Uid | undefined
}

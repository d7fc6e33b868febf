import type { Brand } from '../base/brand.ts'

/** Who logs in and owns a store. Every table of mailbox data begins with it: it is the distribution key. */
export type AccountId = Brand<number, 'AccountId'>
/** What IMAP opens (a "folder" on screen). Unique within its account, never used again. */
export type MailboxId = Brand<number, 'MailboxId'>
/** One stored message of an account, however many mailboxes show it (RFC 8474 EMAILID). Unique within its account. */
export type EmailId = Brand<number, 'EmailId'>
/** RFC 9051 2.3.1.1: 1 … 2^32-1, ascending within a mailbox. */
export type Uid = Brand<number, 'Uid'>
/** A message's place in the mailbox as one session sees it (RFC 9051 2.3.1.2), from 1. */
export type SeqNum = Brand<number, 'SeqNum'>
/** The account's change counter (RFC 7162), from 1. */
export type ModSeq = Brand<number, 'ModSeq'>
/** Names one accepted message in log, journal, Received field and reply; sorts by time. */
export type QueueId = Brand<string, 'QueueId'>

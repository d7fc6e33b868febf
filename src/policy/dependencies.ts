import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { ErrandAddress } from '../delivery/list-addresses.ts'
import type { ReturnPaths } from '../delivery/return-paths.ts'
import type { BlocklistHealth } from '../dns/blocklist-health.ts'
import type { Directory } from '../directory/directory.ts'
import type { DeliveryTarget } from '../directory/recipient.ts'
import type { DmarcDesk } from '../dmarc/reports.ts'
import type { Ephemeral } from '../ephemeral/ephemeral.ts'
import type { JournalEntry } from '../journal/entry.ts'
import type { Address } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { ConnectionBudgets } from '../protection/budgets.ts'
import type { Correspondents } from '../protection/correspondents.ts'
import type { Deliverers } from '../protection/deliverers.ts'
import type { Greylisting } from '../protection/greylisting.ts'
import type { Reputation } from '../protection/reputation.ts'
import type { RefusingLists } from '../protection/refusing-lists.ts'
import type { Lookups } from '../protection/reverse-lookup.ts'
import type { JudgedFolder } from '../store/mailbox.ts'
import type { Judging } from './judging.ts'

export interface PolicyDependencies {
  readonly directory: Pick<Directory, 'settings' | 'largestMessageBytes' | 'resolve' | 'resolveNow' | 'postmaster' | 'senderOf' | 'signInRow'>
  /** Would `sizeBytes` more go over the mailbox's quota? Asked for each recipient, so it should come from memory. */
  readonly isFull: (target: DeliveryTarget, sizeBytes: number) => boolean | Promise<boolean>
  readonly resolver: Lookups
  readonly ephemeral: Ephemeral
  /** Is told how blocklists answer. Must neither throw nor wait. */
  readonly blocklists: Pick<BlocklistHealth, 'note'>
  /** Shared with the other protocols. */
  readonly budgets: ConnectionBudgets
  /** Keeps the entry, in batches (SPEC A12). Must neither throw nor wait. */
  readonly journal: { record(entry: JournalEntry): void }
  /** What is found out about messages away from this thread. */
  readonly judging: Judging
  /** Counts what came in for DMARC reports. Must neither throw nor wait. */
  readonly dmarc: Pick<DmarcDesk, 'note'>
  /** Is there a folder for it? */
  readonly hasFolder: (accountId: AccountId, folder: JudgedFolder) => Promise<boolean>
  /** Our own name, as in Authentication-Results (RFC 8601 2.5). */
  readonly hostname: string
  /** Of what is forwarded. */
  readonly returnPaths: Pick<ReturnPaths, 'back'>
  readonly listDesk: ListDesk
  readonly clock: Clock
  readonly log: Log
}

/** Where members leave distribution lists, and what did not reach them is noted. */
export interface ListDesk {
  isGenuine(listId: number, address: ErrandAddress): boolean
  /** Durable when it resolves. */
  leave(list: Address, member: string): Promise<void>
  /** A message by the list did not reach this member, and never will. Durable when it resolves. */
  bounced(list: { readonly addressId: number; readonly address: Address }, member: string): Promise<void>
}

/** The dependencies with what policy keeps itself. */
export interface Door extends PolicyDependencies {
  readonly greylisting: Greylisting
  readonly correspondents: Correspondents
  readonly reputation: Reputation
  readonly deliverers: Deliverers
  readonly refusingLists: RefusingLists
}

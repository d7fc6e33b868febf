import type { Language } from '../base/language.ts'
import type { Address } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { RelayClass } from '../mail/outgoing.ts'

/** SPEC "The people": what an address is. */
export type AddressKind = 'mailbox' | 'forward' | 'list' | 'alias'

export const spamLevels = ['off', 'very-low', 'low', 'medium', 'high', 'very-high'] as const
export const spamActions = ['deliver', 'mark', 'folder', 'discard', 'refuse'] as const
export const virusActions = ['refuse', 'discard', 'folder'] as const
export const postingModes = ['anyone', 'members', 'domain'] as const
export const listModes = ['off', 'block', 'allow-only'] as const

/** Relay classes that what people send can have; `forwarded` comes about otherwise. */
export const submittedClasses = ['paid', 'trial', 'bulk'] as const satisfies readonly RelayClass[]

/** How much a mailbox may send (SPEC C6, D4). Windows begin with the first message in them. */
export interface SendingLimits {
  readonly messagesPerHour: number
  readonly messagesPerDay: number
  readonly recipientsPerHour: number
  readonly recipientsPerDay: number
  /** Recipients to whom it has not written before. */
  readonly newRecipientsPerDay: number
}

/** The settings of one address with all defaults filled in: installation, plan, customer, domain, address (the last word). Frozen. */
export interface AddressSettings {
  readonly reverseLookup: boolean
  /** Always true for distribution lists (SPEC A2). */
  readonly greylisting: boolean
  readonly spamLevel: (typeof spamLevels)[number]
  readonly spamAction: (typeof spamActions)[number]
  readonly virusAction: (typeof virusActions)[number]
  readonly listMode: (typeof listModes)[number]
  /** Of a distribution list; others take mail from anyone. */
  readonly posting: (typeof postingModes)[number]
  /** Of what we write to it. */
  readonly language: Language
  /** What its mailbox may send. */
  readonly sending: SendingLimits
  /** Automatic answers that its mailbox may give. */
  readonly answersPerDay: number
  /** Of its owner; '': none. */
  readonly displayName: string
  /** By which relays it goes out (SPEC D2). */
  readonly relayClass: (typeof submittedClasses)[number]
  /** Entries as `formatListEntry` writes them (directory/list-entry.ts). */
  readonly block: readonly string[]
  readonly allowOnly: readonly string[]
  readonly letThrough: readonly string[]
}

/** A mailbox that gets the message. */
export interface DeliveryTarget {
  readonly accountId: AccountId
  /** The mailbox's own address. */
  readonly address: Address
  /** Bytes; undefined = no limit. */
  readonly quotaBytes: number | undefined
  /** Largest message that its plan takes, in bytes. */
  readonly maxMessageBytes: number
  /** It has an autoresponder, which may answer (SPEC B6). */
  readonly answers?: true
}

/** By which of a list's own targets it reaches whom. A target's name: h and the id of an address of ours, or e and the one of somebody elsewhere. */
export interface Members {
  readonly here: ReadonlyMap<AccountId, string>
  /** By `addressKey`. */
  readonly elsewhere: ReadonlyMap<string, string>
}

/** What RCPT TO found: an address of ours, with the settings of this moment. A transaction keeps the one it was accepted with. */
export interface Recipient {
  readonly addressId: number
  readonly address: Address
  readonly kind: AddressKind
  readonly domainId: number
  readonly customerId: number
  readonly settings: AddressSettings
  /** Mailboxes behind it, each once, aliases and lists resolved. */
  readonly targets: readonly DeliveryTarget[]
  /** People at other servers behind it, each once. Nobody at all is behind no recipient. */
  readonly elsewhere: readonly Address[]
  /**
   * Distribution lists whose own say it is who may write to them: the address itself, and those that it leads to otherwise than by a list of the same
   * domain, which speaks for them.
   */
  readonly lists: readonly Address[]
  /** Of a distribution list. */
  readonly members?: Members | undefined
  /** <postmaster>, postmaster@ and abuse@ (SPEC A9b): past lists and greylisting. */
  readonly alwaysAccepted: boolean
}

/** `unknown`: a domain of ours without that address; `foreign`: not a domain of ours. `loop`: its targets lead back to it or nowhere. `locked` (SPEC E6): takes no mail for now. */
export type Resolution =
  | { readonly found: Recipient }
  | {
      readonly found: undefined
      readonly why: 'unknown' | 'foreign' | 'loop' | 'locked'
      /** Whose domain it is. */
      readonly customerId?: number
    }

import type { BulkJobs } from './bulk/jobs.ts'
import type { EstimateStrength } from '../auth/strength/strength.ts'
import type { Probed } from '../auth/oidc/probe.ts'
import type { SecondFactors } from '../auth/web/second-factors.ts'
import type { Clock } from '../base/clock.ts'
import type { LetterContent } from '../letters/letter.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { DirectoryChange } from '../directory/change/change.ts'
import type { Directory } from '../directory/directory.ts'
import type { IdentityProvider } from '../directory/identity-provider.ts'
import type { DirectoryRefusal } from '../directory/refusal.ts'
import type { ListTally } from '../dns/blocklists.ts'
import type { QueueControl } from '../delivery/queue-control.ts'
import type { DmarcReports } from '../dmarc/reports.ts'
import type { AccountId, EmailId, QueueId } from '../mail/ids.ts'
import type { StoredEntry } from '../journal/row.ts'
import type { JournalPage, JournalSearch, PageRequest } from '../journal/search.ts'
import type { StatisticsRequest, StatisticsRow } from '../journal/statistics/statistics.ts'
import type { TestReason } from '../journal/story/story.ts'
import type { Greylisting } from '../protection/greylisting.ts'
import type { GuessBrakes } from '../protection/guesses.ts'
import type { Reputation, Sender } from '../protection/reputation.ts'
import type { DomainKeys } from '../signing/domain-keys.ts'
import type { KeyVault } from '../signing/key-vault.ts'
import type { queueStandingQuery } from '../queue/standing.ts'
import type { storageUseQuery } from '../store/storage-use.ts'
import type { HostNames } from '../protection/reverse-lookup.ts'
import type { Asked } from '../relay/listing-check.ts'
import type { Store } from '../store/store.ts'
import type { Verified } from '../store/verify.ts'
import type { VirusFinding } from '../virus/finding.ts'
import type { TlsReports } from '../tlsrpt/reports.ts'
import type { ZoneWatch } from '../zone/zone-watch.ts'
import { directoryRefused } from './directory-refused.ts'
import { discreet } from './discreet.ts'
import { actorOf, type Principal } from './principal.ts'
import type { Standing } from './standing.ts'

/** What operations on relays ask of the world outside. */
export interface RelayDesk {
  /** Can connections come from it here? */
  isLocalAddress(ip: string): Promise<boolean>
  hostNames(ip: string): Promise<HostNames>
  /** Asks all blocklists about an address, and keeps what they say. */
  check(ip: string): Promise<readonly Asked[]>
  /** What people call a blocklist; undefined: it is not among those that are asked. */
  listName(zone: string): string | undefined
}

/** What operations ask of the sending of letters. */
export interface LetterDesk {
  /** Whom a letter comes from. */
  sender(): { readonly name: string; readonly address: string }
  /** News need a way to decline them. */
  canBeDeclined(): boolean
  /** To one mailbox, now; false: it takes no mail; undefined: no server runs. */
  test(content: LetterContent, accountId: AccountId): Promise<boolean | undefined>
  /** There is one to be sent. */
  wake(): void
}

/** What operations ask of the sending of webhooks. */
export interface WebhookDesk {
  /** There is something to be sent. */
  wake(): void
}

/** What operations on customers' identity providers need beside the directory. */
export interface IdentityProviderDesk {
  /** The client's secret as it is kept. */
  seal(secret: string, provider: Pick<IdentityProvider, 'providerId'>): Promise<string>
  probe(provider: IdentityProvider): Promise<readonly Probed[]>
}

/** What operations work with. */
export interface OperationContext {
  readonly principal: Principal
  readonly clock: Clock
  readonly log: Log
  readonly directory: Directory
  /** For what is no change of the directory. */
  readonly database: Pick<Database, 'change'>
  readonly secondFactors: SecondFactors
  /** Seals what must be read again. */
  readonly vault: Pick<KeyVault, 'sealOctets' | 'openOctets'>
  readonly estimateStrength: EstimateStrength
  readonly identityProviders: IdentityProviderDesk
  /** Where the asker's own password is asked for again. */
  readonly guesses: GuessBrakes
  readonly store: Pick<Store, 'createMailbox' | 'subscribe' | 'removeAccount' | 'refile' | 'usage' | 'usages' | 'mailbox' | 'mailboxes' | 'grants' | 'setGrant'>
  readonly bulk: Pick<BulkJobs, 'start' | 'resume' | 'close'>
  readonly dkim: Pick<DomainKeys, 'owner' | 'all' | 'of' | 'check' | 'rotate' | 'troubles'>
  readonly zones: Pick<ZoneWatch, 'look' | 'ownership'>
  readonly dmarc: Pick<DmarcReports, 'seen' | 'ofDay' | 'received' | 'take'>
  readonly tlsReports: Pick<TlsReports, 'ofDay' | 'received' | 'read'>
  readonly queue: Pick<QueueControl, 'destinations' | 'page' | 'lengths' | 'retry' | 'hold' | 'release' | 'holds' | 'remove'>
  /** Newest first. */
  searchJournal(search: JournalSearch): AsyncIterable<StoredEntry>
  journalPage(request: PageRequest): Promise<JournalPage>
  readonly statistics: {
    counts(request: StatisticsRequest): Promise<readonly StatisticsRow[]>
    queue(of: Parameters<typeof queueStandingQuery.run>[1]): ReturnType<typeof queueStandingQuery.run>
    storage(of: Parameters<typeof storageUseQuery.run>[1]): ReturnType<typeof storageUseQuery.run>
  }
  /** Why tests of the content filter exist. */
  testReasons(): Promise<TestReason>
  readonly greylist: Pick<Greylisting, 'confirm' | 'forget'>
  /** Teaches the content filter by a message: a mailbox's own model, or the installation's. false: it knew that already. */
  teach(octets: Uint8Array<ArrayBuffer>, label: 'spam' | 'ham' | 'forget', accountId: AccountId | undefined): Promise<boolean>
  /** The message of a journal entry as it was received; undefined: it is not there any more. */
  receivedMessage(accountId: AccountId, queueId: QueueId): Promise<ReceivedMessage | undefined>
  /** Lets the virus check look at a message without octets; undefined: there is none. */
  askVirusCheck(): Promise<VirusFinding | undefined>
  /** What was seen of senders. */
  readonly reputation: Pick<Reputation, 'of' | 'forget' | 'taught'>
  /** Blocklists that do not answer as they should, as far as the server that runs has noticed. */
  troubledBlocklists(): readonly Required<ListTally>[]
  /** Others' content filters that are to be asked about mail and do not answer. */
  askEngines(): Promise<readonly SilentEngine[]>
  /** Of the machine and the server's parts. */
  standing(): Promise<Standing>
  readonly relays: RelayDesk
  readonly letters: LetterDesk
  readonly webhooks: WebhookDesk
  /** Reads every record and row and compares them. */
  verify(): Promise<Verified>
}

/** rspamd or SpamAssassin, and why it does not answer. */
export interface SilentEngine {
  readonly name: string
  readonly why: string
}

export interface ReceivedMessage {
  readonly emailId: EmailId
  readonly octets: Uint8Array<ArrayBuffer>
  /** Undefined: it did not come from outside. */
  readonly sender: Sender | undefined
}

/** Makes a change of the directory, or throws what it refused as `Refused`. */
export async function change<Arguments, Result>(
  context: OperationContext,
  directoryChange: DirectoryChange<Arguments, Result>,
  args: Arguments,
  field?: (refusal: DirectoryRefusal) => string | undefined,
): Promise<Result> {
  const { directory, principal } = context
  const result = await directory.change(directoryChange, actorOf(principal), args)
  if (result.refused !== undefined) throw directoryRefused(discreet(result.refused, principal), field?.(result.refused))
  return result.done
}

import type { OperationName } from '../../api/contract.ts'
import type { Answered } from '../../api/operate.ts'
import type { Principal } from '../../api/principal.ts'
import type { TokenClaims } from '../../auth/oauth/verifier.ts'
import type { Config } from '../../config/config.ts'
import type { Appended, Location, NewRecord } from '../../content/content.ts'
import type { Observation } from '../../dmarc/observation.ts'
import type { Arrival } from '../../dmarc/reports.ts'
import type { ListTally } from '../../dns/blocklists.ts'
import type { Answer, RecordType } from '../../dns/answer.ts'
import type { Allowance, Entry, Shortage } from '../../ephemeral/ephemeral.ts'
import type { JournalEntry } from '../../journal/entry.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { BudgetExcess, ConnectionKind } from '../../protection/budgets.ts'
import type { Attempt } from '../../protection/guesses.ts'
import type { RateOf, RateStand } from '../../protection/request-rates.ts'
import type { Step } from '../../store/notices.ts'
import type { TlsMaterial } from '../certificate.ts'
import type { BoundAddress } from '../listeners.ts'

/** What the first process does for another. A connection is called by a number that the other process gives it. */
export type FirstCalls = {
  /** The process accepts connections. */
  readonly ready: (args: undefined) => void
  readonly append: (record: NewRecord) => Promise<Appended>
  readonly apply: (record: NewRecord) => Promise<unknown>
  readonly applyAcross: (record: NewRecord) => Promise<unknown>
  readonly settled: (args: undefined) => Promise<void>
  /** A Change of the catalogue, by name (SQLite: its writer is in the first process). */
  readonly change: (work: { readonly name: string; readonly args: unknown }) => Promise<unknown>
  readonly directoryChanged: (version: number) => Promise<void>
  readonly openTable: (table: { readonly name: string; readonly maxEntries: number }) => void
  readonly tableGet: (of: { readonly table: string; readonly key: string }) => Promise<Entry | undefined>
  readonly tablePut: (of: { readonly table: string; readonly key: string; readonly entry: Entry }) => Promise<void>
  readonly tableDelete: (of: { readonly table: string; readonly key: string }) => Promise<void>
  readonly tableSize: (of: { readonly table: string }) => Promise<number>
  readonly spend: (of: { readonly allowances: readonly Allowance[]; readonly take: boolean }) => Promise<Shortage | undefined>
  readonly publish: (notice: { readonly topic: string; readonly message: string }) => void
  readonly subscribe: (topic: string) => void
  readonly unsubscribe: (topic: string) => void
  readonly textWanted: (accountId: AccountId) => void
  readonly mailboxFull: (accountId: AccountId) => void
  readonly autolearn: (of: { readonly label: 'spam' | 'ham'; readonly octets: Uint8Array<ArrayBuffer> }) => void
  readonly record: (entry: JournalEntry) => void
  readonly dmarcSeen: (observation: Observation) => void
  readonly listAsked: (tally: ListTally) => void
  readonly reportArrived: (report: { readonly message: Uint8Array; readonly arrival: Arrival }) => void
  readonly connected: (connection: { readonly id: number; readonly ip: string; readonly kind: ConnectionKind }) => BudgetExcess | undefined
  readonly badCommand: (id: number) => BudgetExcess | undefined
  readonly unknownRecipient: (id: number) => BudgetExcess | undefined
  readonly closed: (id: number) => void
  readonly delayMs: (attempt: Attempt) => number | 'throttled'
  readonly takeRate: (of: RateOf) => RateStand | Promise<RateStand>
  /** A question to the DNS. */
  readonly resolve: (question: Question) => Promise<Answer<RecordType>>
  /** Who brings an access token. */
  readonly verifyToken: (asked: { readonly token: string; readonly domain: string | undefined }) => Promise<TokenClaims | undefined>
  /** Does an operation on somebody's behalf. */
  readonly operate: (asked: {
    readonly principal: Principal
    readonly name: OperationName
    readonly input: unknown
    readonly key: string | undefined
  }) => Promise<Answered>
  /** What Prometheus is told. */
  readonly metrics: (args: undefined) => Promise<string>
  readonly guessed: (attempt: Attempt & { readonly outcome: 'failed' | 'succeeded' | 'unanswered' }) => void
}

/** A name as the resolver has it: lower case, without the last dot. */
export interface Question {
  readonly name: string
  readonly type: RecordType
}

/** What another process does for the first. */
export type OtherCalls = {
  /** First of all. */
  readonly start: (start: Start) => void
  readonly step: (step: Step) => void
  /** A segment of the log is gone. */
  readonly dropped: (segment: number) => void
  readonly notice: (notice: { readonly topic: string; readonly message: string }) => void
  /** Resolves when what the directory says at this version is in force. */
  readonly directoryChanged: (version: number) => Promise<void>
  /** The answer follows all that was told before. */
  readonly flush: (args: undefined) => void
  /** Takes no more connections; resolves when those that there are have come to their end and all is said. */
  readonly drain: (graceMs: number) => Promise<void>
}

/** What a process is told when it starts. */
export interface Start {
  readonly config: Config
  /** From 2. */
  readonly number: number
  /** Where the first process listens. */
  readonly addresses: readonly BoundAddress[]
  readonly tls: TlsMaterial
  /** Of the index, and so of what is durable at least. */
  readonly end: Location
}

import { z } from 'zod'
import type { Text } from '../base/language.ts'
import type { EffectiveSetting } from '../directory/address-settings.ts'
import { listNames } from '../directory/lists.ts'
import type { ReportRow } from '../dmarc/aggregate-report.ts'
import type { SeenDomain } from '../dmarc/seen.ts'
import type { Standing } from '../protection/reputation.ts'
import type { PolicyResults } from '../tlsrpt/tls-report.ts'
import type { JournalEntry } from '../journal/entry.ts'
import type { OutgoingKind } from '../mail/outgoing.ts'
import type { KeyAlgorithm, KeyState, RecordSeen } from '../signing/key-life.ts'
import { relayClasses, type RelayClass } from '../mail/outgoing.ts'
import type { Asked } from '../relay/listing-check.ts'
import type { SharingRole } from '../store/sharing.ts'

/** An operation's input, checked by zod, and the type of its output. */
interface Contract<Input extends z.ZodType, Output> {
  readonly input: Input
  /** Only a type: nothing is there at run time. */
  readonly output?: Output
}

function operation<Output>() {
  return <Input extends z.ZodRawShape>(shape: Input): Contract<z.ZodObject<Input>, Output> => ({
    input: z.strictObject(shape),
  })
}

/** What an app password can be good for. The web is not among them: there it would go around the second factor. */
export const appProtocols = ['imap', 'pop3', 'submission', 'sieve'] as const
export type AppProtocol = (typeof appProtocols)[number]

/** Longest text in any field: an address has 254 octets, a list entry 260; passwords have a limit of their own. */
const text = z.string().max(1000)
/** What an absent person says; it is read at each answer. PostgreSQL has no NUL in texts. */
const answerText = z
  .string()
  .min(1)
  .max(100_000)
  .refine((value) => !value.includes('\0'))
const relay = {
  name: text,
  ip: text.optional(),
  helloName: text.optional(),
  smartHost: text.optional(),
  tls: z.enum(['opportunistic', 'required', 'implicit']).optional(),
  /** '': nobody signs in any more. */
  user: text.optional(),
  password: text.optional(),
  weight: z.number().int().min(0).max(1000).optional(),
  classes: z.array(z.enum(relayClasses)).min(1).optional(),
  warmUp: text.optional(),
}
/** KEY=VALUE pairs; null: inherit again, or back to the default. */
const values = z.record(text, text.nullable())
const pointers = { address: text, to: z.array(text).min(1).max(1000) }
/** Mail in the queue, named in one of these ways. */
const queued = { id: text.optional(), destination: text.optional(), mailbox: text.optional(), customer: text.optional() }
const planLimits = {
  name: text,
  storage: text.optional(),
  messageSize: text.optional(),
  mailboxes: text.optional(),
  addresses: text.optional(),
  domains: text.optional(),
  values: values.optional(),
}

export interface PointerAdded {
  readonly address: string
  readonly kind: 'forward' | 'list' | 'alias'
  readonly targets: readonly string[]
}

export interface PlanListing {
  readonly name: string
  readonly customers: number
  /** Bytes; null: no limit. */
  readonly storageBytes: number | null
  readonly maxMessageBytes: number
  readonly maxMailboxes: number | null
  readonly maxAddresses: number | null
  readonly maxDomains: number | null
}

export interface SettingListing {
  readonly key: string
  readonly value: string
  readonly default: string
  /** false: nobody changed it. */
  readonly set: boolean
  readonly meaning: Readonly<Record<'en' | 'de', string>>
  readonly values: Readonly<Record<'en' | 'de', string>>
}

export interface AddressShown {
  readonly address: string
  readonly kind: 'mailbox' | 'forward' | 'list' | 'alias'
  readonly customer: string
  readonly plan: string
  readonly targets: readonly string[]
  readonly settings: Readonly<Record<string, EffectiveSetting>>
  readonly lists: Readonly<Record<string, number>>
  readonly mailbox:
    | {
        readonly accountId: number
        readonly quotaBytes: number | null
        readonly usedBytes: number
        readonly messages: number
        readonly lockedReason: string | null
        /** Its own, or its customer's (SPEC E6). */
        readonly sendingLockedReason: string | null
        /** Where it forwards to `targets`: does it keep a copy? null: it does not forward. */
        readonly keepCopy: boolean | null
      }
    | undefined
}

export interface AutoresponderShown {
  readonly on: boolean
  /** null: made of the subject of what is answered. */
  readonly subject: string | null
  readonly text: string
  readonly html: string | null
  /** 2026-12-20: the first and the last day in `zone`; null: no end on that side. */
  readonly from: string | null
  readonly to: string | null
  /** Europe/Berlin. */
  readonly zone: string
  /** How long nobody is answered again: 7d. */
  readonly every: string
}

export interface AppPasswordShown {
  readonly name: string
  readonly protocols: readonly string[]
  /** 2026-05-01. */
  readonly created: string
  /** To the day; null: never. */
  readonly lastUsed: string | null
}

/** An entry as `posthorn journal` shows it: what the journal holds, with its time as text. */
export interface JournalShown extends Omit<JournalEntry, 'atMs'> {
  readonly at: string
  /** How many alike were counted in this row. */
  readonly repeats: number
}

/** A recipient that waits in the queue; times as text. */
export interface WaitingShown {
  /** Names the recipient in commands: queue id, number of the message, place of the recipient. */
  readonly id: string
  readonly recipient: string
  readonly sender: string
  readonly destination: string
  readonly kind: OutgoingKind
  readonly messageId: string | null
  readonly sizeBytes: number
  readonly priority: number
  readonly accepted: string
  /** When it fails, where no attempt succeeds. It goes on while it is held; but then there is one more attempt at least. */
  readonly giveUp: string
  /** null: it is held. */
  readonly nextAttempt: string | null
  readonly isBeingTried: boolean
  readonly attempts: number
  /** The sender was told that it takes long. */
  readonly delayTold: boolean
  readonly held: { readonly reason: string; readonly since: string } | null
  readonly last: {
    readonly at: string
    readonly relay: string | null
    readonly host: string | null
    readonly ip: string | null
    readonly tls: string | null
    /** The other server's answer, or what we found. */
    readonly found: string
  } | null
}

export interface HoldShown {
  /** "mailbox ann@a.example", "destination b.example", "message 0D4KX5GH3J01ABCD". */
  readonly what: string
  readonly reason: string
  readonly since: string
}

export interface ShareShown {
  readonly folder: string
  readonly with: string
  /** read, write, own; or letters of RFC 4314 where a mail program gave others. */
  readonly rights: string
  /** false: one of the two has moved to another domain, and nothing is shared until they are of the same again. */
  readonly inForce: boolean
}

/** A report of others about a domain of ours. */
export interface DmarcReportShown {
  readonly reporter: string
  readonly reportId: string
  readonly begin: string
  readonly end: string
  /** Domain of the mail that brought it, where it was proven; undefined: anybody may have written it. */
  readonly provenSender: string | undefined
  readonly policy: string
  readonly rows: readonly ReportRow[]
}

/** A report of others about TLS with the servers of a domain of ours. */
export interface TlsReportShown {
  readonly reporter: string
  readonly reportId: string
  readonly begin: string
  readonly end: string
  /** As with DMARC reports. */
  readonly provenSender: string | undefined
  readonly policies: readonly PolicyResults[]
}

export interface DkimKeyShown {
  readonly domain: string
  readonly selector: string
  readonly algorithm: KeyAlgorithm
  readonly state: KeyState
  /** When that began; 2026-05-01T13:30:00.000Z. */
  readonly since: string
  /** What the DNS said of its record. */
  readonly seen: RecordSeen
  /** When; null: it was not asked yet. */
  readonly checked: string | null
}

/** A record that belongs into the zone of its domain, or can leave it. */
export interface DkimRecordShown extends DkimKeyShown {
  readonly name: string
  readonly type: 'TXT'
  readonly value: string
  /** The same in strings that a zone file takes, of at most 255 octets. */
  readonly strings: readonly string[]
  readonly wanted: boolean
}

/** A way out as it is now. */
export interface RelayListing {
  /** "default": the machine's own address, while no relay is set up. */
  readonly name: string
  readonly kind: 'ip' | 'smart-host' | 'machine'
  /** An IP address, or host:port. */
  readonly address: string | null
  readonly helloName: string | null
  readonly tls: 'opportunistic' | 'required' | 'implicit' | null
  /** Who signs in at the smart host. */
  readonly user: string | null
  readonly weight: number
  readonly classes: readonly RelayClass[]
  readonly warmUp: { readonly firstDay: number; readonly growth: number; readonly days: number } | null
  readonly state: 'in' | 'warming' | 'pausing' | 'withdrawn'
  /** Who withdrew it. */
  readonly by: 'hand' | 'listing' | null
  /** The operator's reason. */
  readonly why: string | null
  /** When the pause ends. */
  readonly until: string | null
  /** Recipients, while it warms up. */
  readonly mostToday: number | null
  /** false: its address is not one of this machine. */
  readonly here: boolean
  /** Recipients since midnight UTC. */
  readonly today: RelayCounts
  /** Open ones. */
  readonly cases: readonly CaseShown[]
}

interface RelayCounts {
  readonly delivered: number
  readonly deferred: number
  readonly failed: number
  /** Refused since the relay is listed. */
  readonly listed: number
}

/** A listing (SPEC D3). */
export interface CaseShown {
  readonly case: number
  readonly relay: string
  /** `host`: servers of this organisation say so. */
  readonly kind: 'list' | 'host'
  /** Zone of the blocklist, or domain of the organisation. */
  readonly list: string
  /** What people call it. */
  readonly name: string
  readonly since: string
  /** null: it is there. */
  readonly gone: string | null
  readonly withdraws: boolean
  readonly reason: string
  /** Where to apply for its end. */
  readonly apply: string | null
  readonly notes: readonly { readonly at: string; readonly kind: 'applied' | 'heard'; readonly text: string }[]
}

export interface RelayShown extends RelayListing {
  /** Of the address, in the DNS; null: it has none of its own. */
  readonly hostNames: readonly string[] | null
  /** EHLO says one of them, and it leads back to the address. */
  readonly helloVerified: boolean | null
  /** The last one first, in UTC. */
  readonly days: readonly (RelayCounts & { readonly day: string })[]
  /** Of the last year. */
  readonly cases: readonly CaseShown[]
}

/** Every operation by its name. */
export const contract = {
  'customer.add': operation<{ readonly name: string; readonly plan: string }>()({ name: text, plan: text.optional() }),
  'customer.list': operation<{
    readonly customers: readonly { readonly name: string; readonly plan: string; readonly domains: number; readonly mailboxes: number }[]
  }>()({}),
  'customer.set': operation<{ readonly name: string }>()({ name: text, plan: text.optional(), values: values.optional() }),
  'customer.lock-sending': operation<{ readonly name: string }>()({ name: text, reason: text.min(1) }),
  'customer.unlock-sending': operation<{ readonly name: string }>()({ name: text }),
  'domain.add': operation<{ readonly domain: string; readonly customer: string }>()({ domain: text, customer: text.optional() }),
  'domain.list': operation<{ readonly domains: readonly { readonly domain: string; readonly customer: string; readonly addresses: number }[] }>()({}),
  'domain.set': operation<{ readonly domain: string }>()({ domain: text, values }),
  'domain.remove': operation<{ readonly domain: string }>()({ domain: text }),
  'plan.add': operation<{ readonly name: string }>()(planLimits),
  'plan.set': operation<{ readonly name: string }>()(planLimits),
  'plan.list': operation<{ readonly plans: readonly PlanListing[] }>()({}),
  /** `password` in the output: one was made, and is told this once. */
  'operator.add': operation<{ readonly name: string; readonly password: string | undefined }>()({
    name: text,
    password: z.string().optional(),
    mailbox: text.optional(),
  }),
  'operator.list': operation<{ readonly operators: readonly { readonly name: string; readonly mailbox: string | undefined }[] }>()({}),
  'mailbox.add': operation<{ readonly address: string; readonly accountId: number; readonly password: string | undefined }>()({
    address: text,
    password: z.string().optional(),
    quota: text.optional(),
  }),
  'mailbox.list': operation<{ readonly mailboxes: readonly { readonly address: string; readonly accountId: number; readonly quotaBytes: number | null }[] }>()({
    domain: text.optional(),
  }),
  'mailbox.set': operation<{ readonly address: string; readonly quotaBytes: number | null }>()({ address: text, quota: text }),
  'mailbox.rename': operation<{ readonly from: string; readonly to: string }>()({ from: text, to: text }),
  'mailbox.password': operation<{ readonly address: string; readonly password: string | undefined }>()({ address: text, password: z.string().optional() }),
  'mailbox.lock': operation<{ readonly address: string }>()({ address: text, reason: text.min(1) }),
  /** `to` empty: it forwards no more. */
  'mailbox.forward': operation<{ readonly address: string; readonly targets: readonly string[]; readonly keepCopy: boolean }>()({
    address: text,
    to: z.array(text).max(1000),
    keepCopy: z.boolean(),
  }),
  /** `from` and `to`: the first and the last day, as 2026-12-20; `zone`: without it the server's own. It replaces what was set before. */
  'autoresponder.set': operation<{ readonly autoresponder: AutoresponderShown | null }>()({
    address: text,
    subject: z.string().max(200).optional(),
    text: answerText,
    html: answerText.optional(),
    from: text.optional(),
    to: text.optional(),
    zone: text.optional(),
    every: text.optional(),
  }),
  /** null: the mailbox never had one. */
  'autoresponder.show': operation<{ readonly autoresponder: AutoresponderShown | null }>()({ address: text }),
  'autoresponder.off': operation<{ readonly address: string }>()({ address: text }),
  'mailbox.unlock': operation<{ readonly address: string }>()({ address: text }),
  'mailbox.share': operation<{ readonly address: string; readonly folder: string; readonly with: string; readonly rights: SharingRole }>()({
    address: text,
    folder: text,
    with: text,
    rights: z.enum(['read', 'write', 'own']),
  }),
  'mailbox.unshare': operation<{ readonly address: string; readonly folder: string; readonly with: string }>()({ address: text, folder: text, with: text }),
  'mailbox.shares': operation<{ readonly shares: readonly ShareShown[] }>()({ address: text }),
  'mailbox.remove': operation<{ readonly address: string }>()({ address: text }),
  /** `password`: told this once. */
  'app-password.add': operation<{ readonly address: string; readonly name: string; readonly protocols: readonly AppProtocol[]; readonly password: string }>()({
    address: text,
    name: text,
    protocols: z.array(z.enum(appProtocols)).min(1),
  }),
  'app-password.list': operation<{ readonly appPasswords: readonly AppPasswordShown[] }>()({ address: text }),
  'app-password.remove': operation<{ readonly address: string; readonly name: string }>()({ address: text, name: text }),
  'forward.add': operation<PointerAdded>()(pointers),
  'list.add': operation<PointerAdded>()(pointers),
  'alias.add': operation<PointerAdded>()(pointers),
  'pointer.list': operation<{ readonly addresses: readonly PointerAdded[] }>()({ kind: z.enum(['forward', 'list', 'alias']), domain: text.optional() }),
  'pointer.set': operation<{ readonly address: string; readonly targets: readonly string[] }>()({
    kind: z.enum(['forward', 'list', 'alias']),
    address: text,
    add: z.array(text).max(1000),
    remove: z.array(text).max(1000),
  }),
  'pointer.remove': operation<{ readonly address: string }>()({ kind: z.enum(['forward', 'list', 'alias']), address: text }),
  'address.show': operation<AddressShown>()({ address: text }),
  'address.set': operation<{ readonly address: string; readonly values: Readonly<Record<string, string | null>> }>()({ address: text, values }),
  'address.lock-sending': operation<{ readonly address: string }>()({ address: text, reason: text.min(1) }),
  'address.unlock-sending': operation<{ readonly address: string }>()({ address: text }),
  'address.change-list': operation<{
    readonly address: string
    readonly list: string
    readonly added: number
    readonly removed: number
    readonly length: number
    /** The mode was set to this list by its first entry. */
    readonly modeSet: string | undefined
    /** The mode now: a list that is not in force has no effect. */
    readonly mode: string
  }>()({ address: text, list: z.enum(listNames), add: z.array(text).max(20_000), remove: z.array(text).max(20_000) }),
  'address.list-entries': operation<{ readonly entries: readonly string[] }>()({ address: text, list: z.enum(listNames) }),
  /** Of one domain, which may be the server's own name, or of all. */
  'dkim.list': operation<{ readonly keys: readonly DkimKeyShown[] }>()({ domain: text.optional() }),
  'dkim.records': operation<{ readonly records: readonly DkimRecordShown[] }>()({ domain: text }),
  /** Asks the DNS now. */
  'dkim.check': operation<{ readonly keys: readonly DkimKeyShown[] }>()({ domain: text }),
  'dkim.rotate': operation<{ readonly records: readonly DkimRecordShown[] }>()({ domain: text }),
  'dmarc.seen': operation<{ readonly domains: readonly SeenDomain[] }>()({ since: text.optional() }),
  /** `to`: where its domain wants it. */
  'dmarc.report': operation<{ readonly report: { readonly fileName: string; readonly to: readonly string[]; readonly xml: string } | undefined }>()({
    domain: text,
    day: text.optional(),
  }),
  'dmarc.reports': operation<{ readonly reports: readonly DmarcReportShown[] }>()({ domain: text, since: text.optional() }),
  /** `file` in base64. */
  'dmarc.read': operation<{ readonly domain: string; readonly reporter: string; readonly reportId: string; readonly isNew: boolean }>()({
    file: z.string().max(7_000_000),
  }),
  /** `of`: an IP address, with which goes its network, or a domain. */
  'reputation.show': operation<{ readonly standings: readonly Standing[] }>()({ of: text }),
  'reputation.forget': operation<Record<never, never>>()({ of: text }),
  'relay.add': operation<{ readonly name: string }>()(relay),
  'relay.set': operation<{ readonly name: string }>()(relay),
  'relay.remove': operation<{ readonly name: string }>()({ name: text }),
  'relay.withdraw': operation<{ readonly name: string }>()({ name: text, why: text.optional() }),
  /** `listedAt`: blocklists that still have it, so that it stays out. */
  'relay.return': operation<{ readonly name: string; readonly listedAt: readonly string[] }>()({ name: text }),
  'relay.list': operation<{ readonly relays: readonly RelayListing[] }>()({}),
  'relay.show': operation<RelayShown>()({ name: text }),
  'relay.check': operation<{ readonly relays: readonly { readonly name: string; readonly ip: string; readonly answers: readonly Asked[] }[] }>()({
    name: text.optional(),
  }),
  'relay.cases': operation<{ readonly cases: readonly CaseShown[] }>()({ name: text.optional(), since: text.optional() }),
  'relay.applied': operation<{ readonly case: number; readonly relay: string; readonly list: string }>()({ case: z.number().int().min(1), text }),
  /** Ours of one day to one domain, as JSON. */
  'tls-report.own': operation<{ readonly json: string | undefined }>()({ domain: text, day: text.optional() }),
  'tls-report.received': operation<{ readonly reports: readonly TlsReportShown[] }>()({ domain: text, since: text.optional() }),
  /** `file` in base64. */
  'tls-report.read': operation<{ readonly domains: readonly string[]; readonly reporter: string; readonly isNew: boolean }>()({
    file: z.string().max(7_000_000),
  }),
  'setting.list': operation<{ readonly settings: readonly SettingListing[] }>()({}),
  'setting.get': operation<SettingListing>()({ key: text }),
  'setting.set': operation<{ readonly values: Readonly<Record<string, string>> }>()({ values }),
  'journal.search': operation<{ readonly entries: readonly JournalShown[] }>()({
    address: text.optional(),
    sender: text.optional(),
    since: text.optional(),
    id: text.optional(),
    limit: z.number().int().min(1).max(10_000).optional(),
  }),
  /** Those that most wait for; and what is held. */
  'queue.destinations': operation<{
    readonly recipients: number
    readonly destinationsInAll: number
    readonly destinations: readonly {
      readonly destination: string
      readonly recipients: number
      readonly nextAttempt: string | null
      readonly heldReason: string | null
    }[]
    readonly holds: readonly HoldShown[]
  }>()({ limit: z.number().int().min(1).max(10_000).optional() }),
  'queue.list': operation<{ readonly waiting: readonly WaitingShown[] }>()({ ...queued, limit: z.number().int().min(1).max(10_000).optional() }),
  'queue.retry': operation<{ readonly recipients: number }>()(queued),
  'queue.hold': operation<{ readonly held: string }>()({ ...queued, senderDomain: text.optional(), reason: text.min(1) }),
  'queue.release': operation<{ readonly released: string }>()({ ...queued, senderDomain: text.optional() }),
  'queue.delete': operation<{ readonly recipients: number }>()(queued),
  /** `message`: base64, of the message as it was received; `id`: of a journal entry, whose mailboxes learn each for itself. */
  learn: operation<{ readonly learned: number; readonly known: number }>()({
    label: z.enum(['spam', 'ham', 'forget']),
    message: z.string().max(1_500_000).optional(),
    id: text.optional(),
    address: text.optional(),
  }),
  /** What an operator should see to; nothing: all is well. */
  health: operation<{ readonly problems: readonly { readonly name: string; readonly meaning: Text }[] }>()({}),
  verify: operation<{
    readonly records: number
    readonly accounts: number
    readonly emails: number
    /** Messages that wait for other servers. */
    readonly queued: number
    readonly faults: readonly { readonly kind: string; readonly detail: string }[]
  }>()({}),
} as const

export type OperationName = keyof typeof contract
export type OperationInput<Name extends OperationName> = z.output<(typeof contract)[Name]['input']>
export type OperationOutput<Name extends OperationName> = NonNullable<(typeof contract)[Name]['output']>

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(contract, name)
}

import assert from 'node:assert/strict'
import type { Clock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/log.ts'
import type { AddressSettings, DeliveryTarget, Recipient, Resolution } from '../../src/directory/recipient.ts'
import { type Settings, settingsFrom } from '../../src/directory/settings.ts'
import { Resolver } from '../../src/dns/resolver.ts'
import { Allowances } from '../../src/ephemeral/allowances.ts'
import type { Entry, Ephemeral } from '../../src/ephemeral/ephemeral.ts'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { type Address, addressKey, formatAddress, parseAddress } from '../../src/mail/address.ts'
import type { Client } from '../../src/mail/client.ts'
import type { AccountId, QueueId } from '../../src/mail/ids.ts'
import { formatReply } from '../../src/mail/reply.ts'
import { ListAddresses } from '../../src/delivery/list-addresses.ts'
import { ReturnPaths } from '../../src/delivery/return-paths.ts'
import type { PolicyDependencies } from '../../src/policy/dependencies.ts'
import type { Observation } from '../../src/dmarc/observation.ts'
import type { Judged, MessageToJudge } from '../../src/policy/judging.ts'
import { createSubmissionPolicy } from '../../src/policy/submission.ts'
import { createPolicy, openDoor } from '../../src/policy/door.ts'
import type { DataVerdict, Policy, RcptVerdict, Transaction, Visit } from '../../src/policy/policy.ts'
import { Budgets } from '../../src/protection/budgets.ts'
import { type NameServer, startNameServer, type Zone } from './name-server.ts'

const quiet: AddressSettings = {
  reverseLookup: false,
  greylisting: false,
  spamLevel: 'medium',
  spamAction: 'folder',
  virusAction: 'refuse',
  listMode: 'off',
  posting: 'anyone',
  language: 'en',
  sending: { messagesPerHour: 300, messagesPerDay: 1500, recipientsPerHour: 1000, recipientsPerDay: 5000, newRecipientsPerDay: 500 },
  answersPerDay: 200,
  displayName: '',
  relayClass: 'paid',
  block: [],
  allowOnly: [],
  letThrough: [],
}

/** An address, which must be one. */
export function mail(text: string): Address {
  const address = parseAddress(text)
  assert.ok(address, text)
  return address
}

export interface Addressee {
  readonly settings?: Partial<AddressSettings>
  readonly kind?: Recipient['kind']
  readonly alwaysAccepted?: boolean
  /** At other servers. */
  readonly elsewhere?: readonly string[]
  /** Of the targets; otherwise they count up over all of them. */
  readonly accounts?: readonly number[]
  /** Distribution lists that it leads to; default: itself, where it is one. */
  readonly lists?: readonly string[]
  /** Largest message of each target; one of 1,000,000 bytes by default. */
  readonly limits?: readonly number[]
}

/** Account ids count up over all targets, so that tests can fill them. */
export function recipientOf(address: string, id: number, addressee: Addressee): Recipient {
  const { settings = {}, kind = 'mailbox', alwaysAccepted = false, limits = [1_000_000], elsewhere = [], accounts } = addressee
  const targets = limits.map(
    (maxMessageBytes, at): DeliveryTarget => ({
      accountId: (accounts?.[at] ?? id * 10 + at) as AccountId,
      address: mail(address),
      quotaBytes: undefined,
      maxMessageBytes,
    }),
  )
  return {
    addressId: id,
    address: mail(address),
    kind,
    domainId: 1,
    customerId: 7,
    settings: { ...quiet, ...settings },
    targets,
    elsewhere: elsewhere.map(mail),
    lists: (addressee.lists ?? (kind === 'list' ? [address] : [])).map(mail),
    alwaysAccepted,
  }
}

function memory(clock: Clock): Ephemeral {
  const entries = new Map<string, Entry>()
  const allowances = new Allowances({
    read: (key) => [entries.get(key)].find((entry) => entry !== undefined && entry.expiresAtMs > clock.now()),
    write: (key, entry) => void entries.set(key, entry),
  })
  return {
    table: (name) => ({
      get: async (key) => entries.get(`${name} ${key}`),
      put: async (key, value) => void entries.set(`${name} ${key}`, value),
      delete: async (key) => void entries.delete(`${name} ${key}`),
      size: async () => entries.size,
    }),
    spend: async (wishes, take) => allowances.spend(wishes, { take, nowMs: clock.now() }),
    publish() {},
    subscribe: () => () => {},
    close: async () => {},
  }
}

export const now = 1_700_000_000_000

async function judgeAs(this: World['judging'], message: MessageToJudge): Promise<Judged> {
  this.asked.push(message)
  return this.judged
}

/** Policy over a directory that is a table, a name server of its own, and a journal that is a list. */
export class World implements AsyncDisposable {
  readonly clock = { ms: now, now: () => this.clock.ms }
  readonly journal: JournalEntry[] = []
  readonly full = new Set<number>()
  /** Why accounts may not send. */
  readonly sendingLocked = new Map<number, string>()
  /** `ACCOUNT spam`, `ACCOUNT virus`: folders that there are. */
  readonly folders = new Set<string>()
  /** What is found out about every message; `asked` notes what was to be. */
  readonly judging = { hasVirusCheck: false, judged: {} as Judged, asked: [] as MessageToJudge[], judge: judgeAs }
  /** For DMARC reports. */
  readonly observed: Observation[] = []
  /** Zone, questions, failures. */
  readonly listsAsked: string[] = []
  readonly names: NameServer
  readonly resolver: Resolver
  readonly ephemeral = memory(this.clock)
  readonly listAddresses = new ListAddresses(Buffer.from('secret'))
  /** What was done at lists' own addresses. */
  readonly errands: string[] = []
  readonly returnPaths = new ReturnPaths(Buffer.from('secret'), this.clock)
  readonly policy: Policy
  readonly submission: Policy
  settings: Settings
  fault: Error | undefined

  static async make(addressees: Record<string, Addressee>, options: { readonly zone?: Zone; readonly settings?: Record<string, string> } = {}): Promise<World> {
    return new World(addressees, await startNameServer(options.zone ?? {}), settingsFrom(options.settings ?? {}))
  }

  private constructor(addressees: Record<string, Addressee>, names: NameServer, settings: Settings) {
    this.names = names
    this.settings = settings
    this.resolver = new Resolver({ clock: this.clock, servers: [names.address], attemptTimeoutMs: 50 })
    const found = new Map(Object.entries(addressees).map(([address, addressee], at) => [addressKey(mail(address)), recipientOf(address, at + 1, addressee)]))
    const current = () => this.settings
    const fault = () => this.fault
    const resolve = (address: Address): Resolution => {
      const broken = fault()
      if (broken !== undefined) throw broken
      const recipient = found.get(addressKey(address))
      if (recipient !== undefined) return { found: recipient }
      if (address.localPart === 'loop' || address.localPart === 'locked') return { found: undefined, why: address.localPart }
      return { found: undefined, why: address.domain === 'our.example' ? 'unknown' : 'foreign' }
    }
    const directory: PolicyDependencies['directory'] = {
      get settings() {
        return current()
      },
      largestMessageBytes: 1_000_000,
      resolveNow: () => undefined,
      resolve: async (address) => resolve(address),
      postmaster: async () => resolve(mail('postmaster@our.example')),
      senderOf: async (accountId) => {
        const own = [...found.values()].find(({ kind, targets }) => kind === 'mailbox' && targets[0]?.accountId === accountId)
        return own && { address: own.address, addressId: own.addressId, customerId: own.customerId, sendingLocked: this.sendingLocked.get(accountId) }
      },
      signInRow: async (address) => {
        const [target] = found.get(addressKey(address))?.targets ?? []
        return target && { accountId: target.accountId, address: target.address, locked: false, credentials: [] }
      },
    }
    const door = openDoor({
      directory,
      isFull: async (target, sizeBytes) => this.full.has(target.accountId) || sizeBytes > 900_000,
      resolver: this.resolver,
      ephemeral: this.ephemeral,
      blocklists: { note: ({ zone, asked, failed }) => void this.listsAsked.push(`${zone} ${asked} ${failed}`) },
      budgets: new Budgets({ clock: this.clock, settings: () => this.settings }),
      journal: { record: (entry) => void this.journal.push(entry) },
      judging: this.judging,
      dmarc: { note: (observation) => void this.observed.push(observation) },
      hasFolder: async (accountId, folder) => this.folders.has(`${accountId} ${folder}`),
      hostname: 'mx.our.example',
      returnPaths: this.returnPaths,
      listDesk: {
        isGenuine: (listId, address) => this.listAddresses.isGenuine(listId, address),
        leave: async (list, member) => void this.errands.push(`${member} leaves ${formatAddress(list)}`),
        bounced: async ({ address }, member) => void this.errands.push(`${member} of ${formatAddress(address)} is not reached`),
      },
      clock: this.clock,
      log: silent,
    })
    this.policy = createPolicy(door)
    this.submission = createSubmissionPolicy({ ...door, reportKey: Buffer.alloc(32, 7) })
  }

  client(ip = '127.0.0.9', helo = 'mx.sender.example'): Client {
    return { ip, port: 4711, helo, protocol: 'ESMTP', tls: undefined }
  }

  async begin(options: { readonly from?: string; readonly ip?: string; readonly size?: number; readonly helo?: string } = {}): Promise<Talk> {
    const client = this.client(options.ip, options.helo)
    const reversePath = options.from === '' ? null : mail(options.from ?? 'ann@sender.example')
    const transaction: Transaction = {
      queueId: 'q1' as QueueId,
      client,
      submitter: undefined,
      reversePath,
      declaredSizeBytes: options.size,
      wishes: { utf8: false, eightBit: false, requireTls: false, priority: 0 },
      recipients: [],
      remote: [],
    }
    return new Talk(this, await this.policy.atConnect(client), transaction)
  }

  async [Symbol.asyncDispose]() {
    this.resolver.close()
    await this.names.close()
  }
}

/** One connection with one transaction. */
export class Talk {
  readonly world: World
  readonly visit: Visit
  readonly transaction: Transaction

  constructor(world: World, visit: Visit, transaction: Transaction) {
    this.world = world
    this.visit = visit
    this.transaction = transaction
  }

  /** The reply, or `ok` with the checks that ran. */
  async rcpt(to: string | undefined): Promise<string> {
    const before = this.world.journal.length
    const verdict: RcptVerdict = await this.world.policy.atRcpt(this.visit, this.transaction, to === undefined ? undefined : mail(to))
    if (verdict.action === 'accept') {
      this.transaction.recipients.push(verdict.accepted)
      assert.equal(this.world.journal.length, before, 'accepted mail is journalled with its index row')
      return `ok ${verdict.accepted.checks.map(({ check, result }) => `${check}=${result}`).join(' ')}`
    }
    assert.ok(verdict.action !== 'relay')
    const entry = this.world.journal.at(-1)
    assert.equal(this.world.journal.length, before + 1, 'every refusal is in the journal')
    assert.equal(entry?.reply, formatReply(verdict.reply))
    assert.equal(entry.outcome, verdict.action === 'reject' ? 'refused' : 'deferred')
    for (const { micros } of entry.checks) assert.ok(Number.isInteger(micros) && micros >= 0)
    return formatReply(verdict.reply)
  }

  judge(headers: string, sizeBytes = 1000): Promise<DataVerdict> {
    return this.world.policy.atData(this.transaction, { sizeBytes, headerSection: Buffer.from(headers), octets: [Buffer.from(headers)] })
  }

  async data(headers: string, sizeBytes = 1000): Promise<string> {
    const before = this.world.journal.length
    const { verdict, checks } = await this.judge(headers, sizeBytes)
    if (verdict.action === 'accept') return `ok ${checks.map(({ check, result }) => `${check}=${result}`).join(' ')}`.trim()
    assert.ok(verdict.action !== 'discard')
    assert.equal(this.world.journal.length, before + this.transaction.recipients.length)
    return formatReply(verdict.reply)
  }
}

export const ip = '127.0.0.9'
export const named: Zone = { [`ptr:${ip}`]: { PTR: ['mx.sender.example'] }, 'mx.sender.example': { A: [ip] } }
export const hostRefused = `550 5.7.25 Client host rejected: cannot find your hostname, [${ip}]`
export const hostDeferred = `450 4.7.25 Client host rejected: cannot find your hostname, [${ip}]`
export const greylisted = '450 4.7.1 <bob@our.example>: Recipient address rejected: You have been greylisted, please try later'
export const blocked = '550 5.7.1 Spam message rejected'

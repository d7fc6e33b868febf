import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database, Query } from '../database/database.ts'
import { type Address, addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { mergeSettings, type OwnSettings } from './address-settings.ts'
import { Batch } from './batch.ts'
import type { DirectoryChange } from './change/change.ts'
import { ListCache, type Lists, noLists } from './list-cache.ts'
import { type Person, peopleQuery } from './query/people.ts'
import { accountQuota } from './query/quota.ts'
import { type ResolvedAddress, type ResolvedRow, resolveAddresses, resolvePostmaster } from './query/resolve.ts'
import { type Sender, senderQuery } from './query/sender.ts'
import { type SignInRow, signInRow } from './query/sign-in.ts'
import { directorySnapshot, directoryVersion } from './query/snapshot.ts'
import type { AddressSettings, Resolution } from './recipient.ts'
import type { Changed } from './refusal.ts'
import { noteCredentialUse } from './change/app-passwords.ts'
import { keepSecret, type SecretName } from './secrets.ts'
import { addressDefaults, type Settings, settingsFrom } from './settings.ts'

/** Resolutions kept: about 1 kB each, and … */
const maxFound = 20_000
/** … entries of their lists, which stay in memory with them, compiled: some 400 bytes each. */
const maxFoundEntries = 200_000
/** Addresses known not to exist: about 200 bytes each. */
const maxMissing = 50_000
/** By size, as `max` takes the room for all of them at once. */
const missingOptions = { maxSize: maxMissing, sizeCalculation: () => 1 }
/** Sign-in rows, people, senders and quotas kept: about 500 bytes each. */
const maxSignIns = 20_000
const oneDayMs = 86_400_000
/** Addresses looked up in one query. */
const maxBatch = 256
/** How often a node looks whether another one changed the directory (SPEC A9: in force within 1 s). */
const pollMs = 500

interface DirectoryOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

/**
 * The directory as the main thread sees it. Answers come from memory where they can; what is remembered holds until the
 * directory's version moves. Methods reject with DatabaseUnavailable for faults of our own.
 */
export class Directory {
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #found = new LRUCache<string, Resolution>({ max: maxFound, maxSize: maxFound + maxFoundEntries, sizeCalculation })
  readonly #missing = new LRUCache<string, Resolution>(missingOptions)
  readonly #foreign = new LRUCache<string, true>(missingOptions)
  readonly #signIns = new LRUCache<string, { readonly row: SignInRow | undefined }>({ max: maxSignIns })
  readonly #quotas = new LRUCache<AccountId, { readonly quotaBytes: number | undefined }>({ max: maxSignIns })
  /** The day that a credential's use was noted for last, in ms. */
  readonly #usedOn = new LRUCache<number, number>({ max: maxSignIns })
  readonly #people = new LRUCache<AccountId, { readonly person: Person | undefined }>({ max: maxSignIns })
  readonly #senders = new LRUCache<AccountId, { readonly sender: Sender | undefined }>({ max: maxSignIns })
  readonly #lists: ListCache
  readonly #lookups: Batch<Address, Resolution>
  readonly #listeners = new Set<() => void>()
  #tellOthers: ((version: number) => Promise<void>) | undefined
  #version = -1
  /** Moves when what is remembered is dropped: answers to questions from before are not remembered. */
  #epoch = 0
  #settings: Settings = settingsFrom({})
  #defaults: OwnSettings = {}
  #largestMessageBytes = 0
  #customersTokens = false
  #refreshing: Promise<void> = Promise.resolve()
  #poll: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined

  /** Reads version and settings. The migrations must have been applied. */
  static async open(options: DirectoryOptions): Promise<Directory> {
    const directory = new Directory(options)
    await directory.#read()
    if (options.database.engine === 'postgresql') directory.#startPolling()
    return directory
  }

  private constructor(options: DirectoryOptions) {
    this.#database = options.database
    this.#clock = options.clock
    this.#log = options.log
    this.#lists = new ListCache(options.database)
    this.#lookups = new Batch(maxBatch, (addresses) => this.#lookUp(addresses))
  }

  /** All settings at this moment. A command reads it once and keeps to what it read. */
  get settings(): Settings {
    return this.#settings
  }

  /** The largest message that any plan takes, in bytes: what SIZE announces (RFC 1870). */
  get largestMessageBytes(): number {
    return this.#largestMessageBytes
  }

  /** Some customer's identity provider gives tokens to mail programs. */
  get customersTokens(): boolean {
    return this.#customersTokens
  }

  /** Whom an address of RCPT TO reaches. */
  resolve(address: Address): Promise<Resolution> {
    const known = this.resolveNow(address)
    return known === undefined ? this.#lookups.add(address) : Promise.resolve(known)
  }

  /** The same from memory, without a turn of the event loop; undefined: ask `resolve`. */
  resolveNow(address: Address): Resolution | undefined {
    if (this.#foreign.has(address.domain)) return foreign
    const key = addressKey(address)
    return this.#found.get(key) ?? this.#missing.get(key)
  }

  /** Each domain of ours has a postmaster (SPEC A9b), and no other one has. */
  async isOurs(domain: string): Promise<boolean> {
    const { found, why } = { why: undefined, ...(await this.resolve({ localPart: 'postmaster', domain })) }
    return found !== undefined || why !== 'foreign'
  }

  /** `<postmaster>` without a domain (RFC 5321 4.5.1, SPEC A9b). `unknown` only while there is no mailbox at all. */
  async postmaster(): Promise<Resolution> {
    const known = this.#found.get(bareRole)
    if (known !== undefined) return known
    const epoch = this.#epoch
    const row = await this.#database.query(resolvePostmaster, { postmaster: this.#settings['postmaster.address'] })
    const resolution = this.#complete(row, await this.#lists.of([row]))
    if (resolution.found !== undefined && epoch === this.#epoch) this.#found.set(bareRole, resolution)
    return resolution
  }

  /** Who signs in under this address; undefined: nobody. */
  async signInRow(address: Address): Promise<SignInRow | undefined> {
    const key = addressKey(address)
    const known = this.#signIns.get(key)
    if (known !== undefined) return known.row
    const epoch = this.#epoch
    const row = await this.#database.query(signInRow, { address })
    if (epoch === this.#epoch) this.#signIns.set(key, { row })
    return row
  }

  /** Moves with each change. What was asked for after it was read is at least as new. */
  get version(): number {
    return this.#version
  }

  /** Somebody signed in with it. Resolves when that is noted, to the day; a day is noted once. */
  async credentialUsed(credentialId: number): Promise<void> {
    const dayMs = Math.floor(this.#clock.now() / oneDayMs) * oneDayMs
    if (this.#usedOn.get(credentialId) === dayMs) return
    this.#usedOn.set(credentialId, dayMs)
    await this.#database.change(noteCredentialUse, { credentialId, dayMs })
  }

  /** 32 octets that only this installation knows, the same for all its processes and after each start. */
  async secret(name: SecretName): Promise<Uint8Array> {
    return Buffer.from(await this.#database.change(keepSecret, { name, value: randomBytes(32).toString('base64') }), 'base64')
  }

  /** Whose accounts these are; those that are no more are not among them. */
  async people(accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Person>> {
    const found = new Map<AccountId, Person>()
    const unknown = new Set<AccountId>()
    for (const accountId of accountIds) {
      const known = this.#people.get(accountId)
      if (known === undefined) unknown.add(accountId)
      else if (known.person !== undefined) found.set(accountId, known.person)
    }
    if (unknown.size === 0) return found
    const epoch = this.#epoch
    for (const person of await this.#database.query(peopleQuery, { accountIds: [...unknown] })) found.set(person.accountId, person)
    if (epoch === this.#epoch) for (const accountId of unknown) this.#people.set(accountId, { person: found.get(accountId) })
    return found
  }

  /** Bytes that the account may hold, its own or its plan's; undefined: any. */
  async quotaOf(accountId: AccountId): Promise<number | undefined> {
    const known = this.#quotas.get(accountId)
    if (known !== undefined) return known.quotaBytes
    const epoch = this.#epoch
    const quotaBytes = await this.#database.query(accountQuota, { accountId })
    if (epoch === this.#epoch) this.#quotas.set(accountId, { quotaBytes })
    return quotaBytes
  }

  /** The account as one that sends; undefined: there is none. */
  async senderOf(accountId: AccountId): Promise<Sender | undefined> {
    const known = this.#senders.get(accountId)
    if (known !== undefined) return known.sender
    const epoch = this.#epoch
    const sender = await this.#database.query(senderQuery, { accountId })
    if (epoch === this.#epoch) this.#senders.set(accountId, { sender })
    return sender
  }

  query<Arguments, Result>(query: Query<Arguments, Result>, args: Arguments): Promise<Result> {
    return this.#database.query(query, args)
  }

  /** Makes a change; when this resolves, it is durable and in force, here and in the processes that are told. `actor` goes into the audit. */
  async change<Arguments, Result>(change: DirectoryChange<Arguments, Result>, actor: string, args: Arguments): Promise<Changed<Result>> {
    const result = await this.#database.change(change, { actor, atMs: this.#clock.now(), args })
    if (result.refused === undefined) await Promise.all([this.#refresh(result.version), this.#tellOthers?.(result.version)])
    return result
  }

  /** Called after each change of the directory that this node knows of; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Others of this node that have a directory of their own: each change waits until `tell` has resolved, so it must not take long. */
  tellOthers(tell: (version: number) => Promise<void>): void {
    this.#tellOthers = tell
  }

  /** Another process has made a change. Resolves when it is in force here. */
  follow(version: number): Promise<void> {
    return this.#refresh(version)
  }

  close(): void {
    clearInterval(this.#poll)
    clearTimeout(this.#retry)
  }

  async #lookUp(addresses: readonly Address[]): Promise<readonly Resolution[]> {
    const epoch = this.#epoch
    const { subaddressing, 'postmaster.address': postmaster } = this.#settings
    const rows = await this.#database.query(resolveAddresses, { addresses, subaddressing, postmaster })
    const lists = await this.#lists.of(rows)
    const resolutions = rows.map((row) => this.#complete(row, lists))
    // Read before a change that has come into force since: right for those who asked then, not for later.
    if (epoch === this.#epoch) for (const [index, resolution] of resolutions.entries()) this.#remember(addresses[index], resolution)
    return resolutions
  }

  #remember(address: Address | undefined, resolution: Resolution): void {
    if (address === undefined) return
    if (resolution.found !== undefined) this.#found.set(addressKey(address), resolution)
    else if (resolution.why === 'foreign') this.#foreign.set(address.domain, true)
    else this.#missing.set(addressKey(address), resolution)
  }

  #complete(row: ResolvedRow, lists: ReadonlyMap<number, Lists>): Resolution {
    if (row.found === undefined) return Object.freeze({ found: undefined, ...row })
    const { own: _own, listsVersion: _version, ...rest } = row.found
    const settings = this.#addressSettings(row.found, lists.get(row.found.addressId) ?? noLists)
    return Object.freeze({
      found: Object.freeze({
        ...rest,
        settings,
        targets: Object.freeze(rest.targets),
        elsewhere: Object.freeze(rest.elsewhere),
        lists: Object.freeze(rest.lists),
      }),
    })
  }

  #addressSettings(found: ResolvedAddress, lists: Lists): AddressSettings {
    const switches = mergeSettings(found.kind, [this.#defaults, ...found.own])
    return Object.freeze({ ...switches, block: lists.block, allowOnly: lists['allow-only'], letThrough: lists['let-through'] })
  }

  /** One after another, and not at all when a later one has read what this one wants. */
  #refresh(version: number): Promise<void> {
    const next = this.#refreshing.then(async () => {
      if (this.#version >= version) return
      try {
        await this.#read()
      } catch (err) {
        // The change is made. Whatever was remembered may be wrong now; the settings follow as soon as they can be read.
        this.#forget()
        this.#log.error('directory not read again after a change', { err })
        this.#retry = setTimeout(() => void this.#refresh(version), pollMs).unref()
      }
    })
    this.#refreshing = next
    return next
  }

  async #read(): Promise<void> {
    const snapshot = await this.#database.query(directorySnapshot, undefined)
    if (snapshot.version <= this.#version) return
    this.#version = snapshot.version
    this.#settings = settingsFrom(snapshot.stored)
    this.#defaults = addressDefaults(snapshot.stored)
    this.#largestMessageBytes = snapshot.largestMessageBytes
    this.#customersTokens = snapshot.customersTokens
    this.#forget()
    for (const listener of this.#listeners) listener()
  }

  #forget(): void {
    this.#epoch += 1
    this.#found.clear()
    this.#missing.clear()
    this.#foreign.clear()
    this.#signIns.clear()
    this.#quotas.clear()
    this.#people.clear()
    this.#senders.clear()
  }

  #startPolling(): void {
    this.#poll = setInterval(() => {
      this.#database
        .query(directoryVersion, undefined)
        .then((version) => this.#refresh(version))
        .catch((err: unknown) => this.#log.warn('directory version not read', { err }))
    }, pollMs)
    this.#poll.unref()
  }
}

function sizeCalculation({ found }: Resolution): number {
  if (found === undefined) return 1
  const { block, allowOnly, letThrough } = found.settings
  return 1 + block.length + allowOnly.length + letThrough.length
}

/** Cannot be an address's key. */
const bareRole = 'postmaster'

const foreign: Resolution = Object.freeze({ found: undefined, why: 'foreign' as const })

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import type { Resolver } from '../dns/resolver.ts'
import { addFirstKeys, addNextKeys, forgetKeys, noteChecked } from './change-keys.ts'
import type { RecordSeen } from './key-life.ts'
import { recordName, recordSeen } from './key-record.ts'
import type { KeyVault } from './key-vault.ts'
import { makeKeys } from './make-keys.ts'
import { type DomainKey, type KeyOwner, keyOwner, keysInTrouble, listKeys, ownersDue, ownersToRotate, ownersWithoutKeys } from './rows.ts'

/** Keys of one domain are few; of all domains so many are shown. */
const maxShown = 10_000
/** Owners that one round of upkeep sees to, of each kind: making keys takes some 100 ms each, asking the DNS as long as that takes. */
const perRound = 20
const shownTroubles = 10

export interface KeyDns extends Pick<Resolver, 'lookup'> {
  close(): void
}

export interface DomainKeysOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly directory: Pick<Directory, 'change' | 'settings' | 'version'>
  readonly vault: KeyVault
  /** With an empty memory: what is not published yet must not be remembered as missing. */
  readonly openDns: () => KeyDns
  /** The installation's own name as a domain; undefined: it has none that could be in the DNS. */
  readonly hostname: string | undefined
  readonly clock: Clock
  readonly log: Log
}

/** Keys of all domains: made, shown, compared with the DNS, replaced. */
export class DomainKeys {
  readonly #options: DomainKeysOptions
  readonly #hostname: string
  /** Of the directory: all its domains have keys. */
  #followed: number | undefined

  constructor(options: DomainKeysOptions) {
    this.#options = options
    this.#hostname = options.hostname ?? ''
  }

  /** Undefined: no domain of this installation. */
  owner(domain: string): Promise<KeyOwner | undefined> {
    return this.#options.database.query(keyOwner, { hostname: this.#hostname, domain })
  }

  /** Of all domains that have some. */
  all(): Promise<DomainKey[]> {
    return this.#list()
  }

  /** Newest first; made if there are none. */
  async of(owner: KeyOwner): Promise<DomainKey[]> {
    const keys = await this.#list(owner.domainId)
    if (keys.length > 0) return keys
    await this.#makeFirst(owner)
    return this.#list(owner.domainId)
  }

  /** New keys beside the old ones, which sign until the new ones are published. */
  async rotate(owner: KeyOwner, actor: string): Promise<void> {
    const { directory, vault, clock } = this.#options
    const taken = (await this.#list(owner.domainId)).map(({ selector }) => selector)
    await directory.change(addNextKeys, actor, { owner, keys: await makeKeys(owner, taken, vault, clock.now()) })
  }

  /** Compares records with what is published, and lets the keys go on. */
  async check(...owners: readonly KeyOwner[]): Promise<void> {
    const dns = this.#options.openDns()
    try {
      await Promise.all(owners.map((owner) => this.#checkOne(owner, dns)))
    } finally {
      dns.close()
    }
  }

  /** For `posthorn health`. */
  troubles(): Promise<DomainKey[]> {
    return this.#options.database.query(keysInTrouble, { hostname: this.#hostname, limit: shownTroubles })
  }

  /** Keys for new domains, a look at the DNS where it is time, new keys where the schedule says so. true: there is more to do. */
  async upkeep(): Promise<boolean> {
    const { database, directory, clock } = this.#options
    const hostname = this.#hostname
    const made = await this.#followDirectory()
    const nowMs = clock.now()
    const rotateEvery = directory.settings['dkim.rotate-every']
    const old = rotateEvery === 0 ? [] : await database.query(ownersToRotate, { hostname, madeUntilMs: nowMs - rotateEvery, limit: perRound })
    for (const owner of old) await this.rotate(owner, 'schedule')
    const due = await database.query(ownersDue, { hostname, nowMs, limit: perRound })
    if (due.length > 0) await this.check(...due)
    return [made, old.length, due.length].includes(perRound)
  }

  /** Keys for who has none, and none for who is no more; resolves to how many owners got some. */
  async #followDirectory(): Promise<number> {
    const { database, directory, hostname } = this.#options
    const { version } = directory
    if (this.#followed === version) return 0
    await database.change(forgetKeys, undefined)
    const own = hostname === undefined ? undefined : await this.owner(hostname)
    if (own?.domainId === 0) await this.of(own)
    const without = await database.query(ownersWithoutKeys, { limit: perRound })
    for (const owner of without) await this.#makeFirst(owner)
    if (without.length < perRound) this.#followed = version
    return without.length
  }

  async #checkOne(owner: KeyOwner, dns: KeyDns): Promise<void> {
    const { database, clock, log } = this.#options
    const keys = await this.#list(owner.domainId)
    const seen = await Promise.all(
      keys.map(async ({ selector, algorithm, publicKey }): Promise<readonly [string, RecordSeen]> => {
        return [selector, recordSeen(await dns.lookup(recordName(selector, owner.domain), 'TXT'), algorithm, publicKey)]
      }),
    )
    const moves = await database.change(noteChecked, { owner, seen, atMs: clock.now() })
    for (const { selector, from, to } of moves) log.info('DKIM key', { domain: owner.domain, selector, from, to })
  }

  #list(domainId?: number): Promise<DomainKey[]> {
    return this.#options.database.query(listKeys, { hostname: this.#hostname, domainId, limit: maxShown })
  }

  async #makeFirst(owner: KeyOwner): Promise<void> {
    const { database, vault, clock, log } = this.#options
    const keys = await makeKeys(owner, [], vault, clock.now())
    await database.change(addFirstKeys, { domainId: owner.domainId, keys, atMs: clock.now() })
    log.info('DKIM keys made', { domain: owner.domain, selectors: keys.map(({ selector }) => selector) })
  }
}

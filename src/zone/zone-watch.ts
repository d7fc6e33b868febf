import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import type { DomainKeys } from '../signing/domain-keys.ts'
import { checkZone, type ZoneCheck } from './check-zone.ts'
import { lookAtZone, type ZoneDns } from './look.ts'
import { ownershipRecord } from './ownership.ts'
import type { ZoneRecord } from './record.ts'
import { forgetZones, noteZone, type ZoneOwner, zonesDue } from './rows.ts'
import type { Installation } from './setup.ts'

/** Domains of one round of upkeep, looked at one after another: nobody waits for them, and each is some thirty questions. */
const perRound = 20
/** Somebody waits for it. */
const ownershipMs = 6000

export interface ZoneWatchOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly directory: Pick<Directory, 'settings' | 'secret'>
  readonly keys: Pick<DomainKeys, 'of'>
  /** With an empty memory: people look again after they have changed something. */
  readonly openDns: () => ZoneDns & { close(): void }
  readonly installation: () => Promise<Installation>
  readonly clock: Clock
}

/** Zones of all domains: looked at when asked, and once in a while by itself. */
export class ZoneWatch {
  readonly #options: ZoneWatchOptions

  constructor(options: ZoneWatchOptions) {
    this.#options = options
  }

  /** Looks at a domain's zone now. */
  async look(owner: ZoneOwner): Promise<{ readonly check: ZoneCheck; readonly installation: Installation; readonly checkedAtMs: number }> {
    const { database, keys, openDns, clock } = this.#options
    const installation = await this.#options.installation()
    const setup = { domain: owner.domain, keys: await keys.of(owner) }
    const dns = openDns()
    try {
      const checkedAtMs = clock.now()
      const check = checkZone(setup, installation, await lookAtZone(setup, installation, dns, checkedAtMs))
      await database.change(noteZone, { ...owner, state: check.state, destination: check.destination, checkedAtMs })
      return { check, installation, checkedAtMs }
    } finally {
      dns.close()
    }
  }

  /** The record that shows that a domain is a customer's, and whether it is there. */
  async ownership({
    domain,
    customerId,
  }: {
    readonly domain: string
    readonly customerId: number
  }): Promise<{ readonly record: ZoneRecord; readonly isThere: boolean }> {
    const record = ownershipRecord(domain, customerId, await this.#options.directory.secret('domain-proof'))
    const dns = this.#options.openDns()
    try {
      const answer = await dns.lookup(record.name, 'TXT', { timeoutMs: ownershipMs })
      return { record, isThere: answer.status === 'found' && answer.records.includes(record.value) }
    } finally {
      dns.close()
    }
  }

  /** Looks at domains whose turn it is (setting dns.check-every). true: there is more to do. */
  async upkeep(signal: AbortSignal): Promise<boolean> {
    const { database, directory, clock } = this.#options
    const every = directory.settings['dns.check-every']
    if (every === 0) return false
    await database.change(forgetZones, undefined)
    const due = await database.query(zonesDue, { checkedUntilMs: clock.now() - every, limit: perRound })
    for (const owner of due) {
      if (signal.aborted) return false
      await this.look(owner)
    }
    return due.length === perRound
  }
}

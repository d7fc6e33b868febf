import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import type { DomainKeys } from '../signing/domain-keys.ts'
import { checkZone, type ZoneCheck } from './check-zone.ts'
import { lookAtZone, type ZoneDns } from './look.ts'
import { forgetZones, noteZone, type ZoneOwner, zonesDue } from './rows.ts'
import type { Installation } from './setup.ts'

/** Domains of one round of upkeep, looked at one after another: nobody waits for them, and each is some thirty questions. */
const perRound = 20

export interface ZoneWatchOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly directory: Pick<Directory, 'settings'>
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

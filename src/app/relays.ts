import type { RelayDesk } from '../api/context.ts'
import type { LiveFiles } from '../base/live-files.ts'
import type { Resolver } from '../dns/resolver.ts'
import { verifyHost } from '../protection/reverse-lookup.ts'
import { CheckSchedule } from '../relay/check-schedule.ts'
import { ListingCheck } from '../relay/listing-check.ts'
import { type Lists, liveLists } from '../relay/lists/live-lists.ts'
import { isLocalAddress } from '../relay/local-address.ts'
import { RelayPool } from '../relay/pool.ts'
import { relaySnapshot } from '../relay/query/snapshot.ts'
import type { Parts } from './open.ts'
import { openResolver } from './only.ts'
import { ownRulesFolder, shippedRules } from './rule-folders.ts'

type RelayParts = Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>

/** The ways out of a running process. */
export interface Relays {
  readonly pool: RelayPool
  readonly desk: RelayDesk
  close(): Promise<void>
}

/** `asks`: this process asks the blocklists, unless another node does. */
export async function openRelays(parts: RelayParts, resolver: Resolver, asks: boolean): Promise<Relays> {
  const { config, log, clock, directory, database } = parts
  const files = openLists(parts)
  const lists = () => files.current()
  const check = new ListingCheck({ ...parts, resolver })
  const pool = await RelayPool.open({ ...parts, check, lists, helloName: config.hostname })
  const schedule = asks ? new CheckSchedule({ pool, check, lists, directory, database, clock, log }) : undefined
  return {
    pool,
    desk: deskOf(parts, lists, (use) => use(resolver)),
    async close() {
      await schedule?.stop()
      await pool.close()
    },
  }
}

/** What operations ask about relays, where no server runs. */
export function relayDesk(parts: RelayParts): RelayDesk {
  const { config, clock } = parts
  return deskOf(
    parts,
    () => openLists(parts).current(),
    async (use) => {
      const resolver = openResolver(config, clock)
      try {
        return await use(resolver)
      } finally {
        resolver.close()
      }
    },
  )
}

function openLists({ config, log }: RelayParts): LiveFiles<Lists> {
  const onFault = (fault: unknown) =>
    log.error('rules refused, those from before stay in force', { reason: fault instanceof Error ? fault.message : String(fault) })
  return liveLists({ shipped: shippedRules, own: ownRulesFolder(config), onFault, now: () => performance.now() })
}

function deskOf(parts: RelayParts, lists: () => Lists, resolving: <T>(use: (resolver: Resolver) => Promise<T>) => Promise<T>): RelayDesk {
  const { database, clock } = parts
  return {
    isLocalAddress,
    hostNames: (ip) => resolving((resolver) => verifyHost(ip, resolver)),
    check: (ip) =>
      resolving(async (resolver) => {
        const { cases } = await database.query(relaySnapshot, { nowMs: clock.now() })
        const open = cases.filter((one) => one.subject === ip && one.goneAtMs === undefined)
        return await new ListingCheck({ ...parts, resolver }).askAll(ip, lists().blocklists.values(), open)
      }),
    listName: (zone) => lists().blocklists.get(zone)?.name,
  }
}

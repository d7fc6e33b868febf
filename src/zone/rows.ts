import type { Change, Query } from '../database/database.ts'
import { findDomain } from '../directory/change/find.ts'
import { customersWithin, type Reach } from '../directory/reach.ts'
import type { DirectoryRefusal } from '../directory/refusal.ts'
import type { PartState } from './finding.ts'
import type { Destination } from './mail-exchange.ts'

/** A domain of the installation. */
export interface ZoneOwner {
  readonly domainId: number
  /** A-labels. */
  readonly domain: string
}

/** What the last look at a domain found. */
export interface ZoneState {
  readonly domain: string
  readonly state: PartState
  readonly destination: Destination
  readonly checkedAtMs: number
}

interface Row {
  name: string
  state: PartState
  destination: Destination
  checked_at_ms: number
}

const columns = 'domain.name AS name, zone_check.state AS state, zone_check.destination AS destination, zone_check.checked_at_ms AS checked_at_ms'

export const zoneOwner: Query<{ readonly domain: string }, { readonly found: ZoneOwner; readonly refused?: never } | { readonly refused: DirectoryRefusal }> = {
  name: 'zone.owner',
  async run(reader, { domain }) {
    const found = await findDomain(reader, domain)
    return found.refused === undefined ? { found: { domainId: found.row.domain_id, domain: found.row.name } } : { refused: found.refused }
  },
}

/** Those that were never looked at first, then those that were last looked at longest ago. */
export const zonesDue: Query<{ readonly checkedUntilMs: number; readonly limit: number }, readonly ZoneOwner[]> = {
  name: 'zone.due',
  async run(reader, { checkedUntilMs, limit }) {
    const rows = await reader.all<{ domain_id: number; name: string }>(
      `SELECT domain.domain_id, domain.name FROM domain LEFT JOIN zone_check ON zone_check.domain_id = domain.domain_id
       WHERE COALESCE(zone_check.checked_at_ms, -1) <= ? ORDER BY COALESCE(zone_check.checked_at_ms, -1), domain.domain_id LIMIT ?`,
      checkedUntilMs,
      limit,
    )
    return rows.map((row) => ({ domainId: row.domain_id, domain: row.name }))
  },
}

/** In the order of their names, from the one after `after` on: those within reach; in one state, or in any. */
export const zoneStates: Query<
  { readonly reach: Reach; readonly state: PartState | undefined; readonly after: string; readonly limit: number },
  readonly ZoneState[]
> = {
  name: 'zone.states',
  async run(reader, { reach, state, after, limit }) {
    const within = customersWithin(reach)
    const rows = await reader.all<Row>(
      `SELECT ${columns} FROM zone_check JOIN domain ON domain.domain_id = zone_check.domain_id
       JOIN customer ON customer.customer_id = domain.customer_id
       WHERE domain.name > ? AND ${within.sql}${state === undefined ? '' : ' AND zone_check.state = ?'}
       ORDER BY domain.name LIMIT ?`,
      after,
      ...within.parameters,
      ...(state === undefined ? [] : [state]),
      limit,
    )
    return rows.map((row) => ({ domain: row.name, state: row.state, destination: row.destination, checkedAtMs: row.checked_at_ms }))
  },
}

/** A domain that has gone in the meantime is not noted. */
export const noteZone: Change<ZoneOwner & Omit<ZoneState, 'domain'>, undefined> = {
  name: 'zone.note',
  durable: false,
  async run(tx, { domainId, state, destination, checkedAtMs }) {
    await tx.run(
      `INSERT INTO zone_check (domain_id, state, destination, checked_at_ms) SELECT domain_id, ?, ?, ? FROM domain WHERE domain_id = ?
       ON CONFLICT (domain_id) DO UPDATE SET state = excluded.state, destination = excluded.destination, checked_at_ms = excluded.checked_at_ms`,
      state,
      destination,
      checkedAtMs,
      domainId,
    )
    return undefined
  },
}

/** Of domains that were removed. */
export const forgetZones: Change<undefined, number> = {
  name: 'zone.forget',
  durable: false,
  run: (tx) => tx.run('DELETE FROM zone_check WHERE NOT EXISTS (SELECT 1 FROM domain WHERE domain.domain_id = zone_check.domain_id)'),
}

import type { Reader } from '../../database/database.ts'
import type { RelayClass } from '../../mail/outgoing.ts'
import type { ListingCase, Relay, RelayWay, WarmUp } from '../relay.ts'
import type { RelayPast } from '../standing.ts'

/** A relay as it is stored. */
export interface StoredRelay {
  readonly relay: Relay
  readonly subject: string
  readonly past: Omit<RelayPast, 'cases'>
  readonly withdrawnWhy: string | undefined
}

export interface StoredCase extends ListingCase {
  readonly caseId: number
  readonly subject: string
  readonly reason: string
  /** Where to apply for its end. */
  readonly apply: string | undefined
}

export interface RelayRow {
  name: string
  subject: string
  way: string
  weight: number
  classes: string
  warm_up: string
  added_at_ms: number
  withdrawn_at_ms: number | null
  withdrawn_why: string | null
  returned_at_ms: number | null
}

/** Infinity has no place in JSON: no warm-up is null. */
export const noWarmUp: WarmUp = { firstDay: Number.POSITIVE_INFINITY, growth: 1, days: 0 }

export function writeWarmUp(warmUp: WarmUp): string {
  return JSON.stringify(Number.isFinite(warmUp.firstDay) ? warmUp : null)
}

export function readRelay(row: RelayRow): StoredRelay {
  return {
    relay: {
      name: row.name,
      way: JSON.parse(row.way) as RelayWay,
      weight: row.weight,
      classes: new Set(row.classes.split(' ') as RelayClass[]),
      warmUp: (JSON.parse(row.warm_up) as WarmUp | null) ?? noWarmUp,
    },
    subject: row.subject,
    past: { addedAtMs: row.added_at_ms, withdrawnAtMs: row.withdrawn_at_ms ?? undefined, returnedAtMs: row.returned_at_ms ?? undefined },
    withdrawnWhy: row.withdrawn_why ?? undefined,
  }
}

interface CaseRow {
  case_id: number
  subject: string
  kind: 'list' | 'host'
  list: string
  weight: number
  withdraws: number
  since_at_ms: number
  heard_at_ms: number
  gone_at_ms: number | null
  reason: string
  apply: string | null
}

/** Cases that are open or ended after `goneAfterMs`, oldest first: of one subject, or of all. */
export async function readCases(reader: Reader, goneAfterMs: number, subject?: string): Promise<StoredCase[]> {
  const rows = await reader.all<CaseRow>(
    `SELECT * FROM relay_case WHERE (gone_at_ms IS NULL OR gone_at_ms > ?)${subject === undefined ? '' : ' AND subject = ?'} ORDER BY since_at_ms, case_id LIMIT ?`,
    ...(subject === undefined ? [goneAfterMs] : [goneAfterMs, subject]),
    mostCases,
  )
  return rows.map((row) => ({
    caseId: row.case_id,
    subject: row.subject,
    kind: row.kind,
    list: row.list,
    weight: row.weight,
    withdraws: row.withdraws === 1,
    sinceMs: row.since_at_ms,
    heardAtMs: row.heard_at_ms,
    goneAtMs: row.gone_at_ms ?? undefined,
    reason: row.reason,
    apply: row.apply ?? undefined,
  }))
}

/** Some hundred addresses, each on some lists now and then. */
const mostCases = 10_000

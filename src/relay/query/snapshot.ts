import type { Query, Reader } from '../../database/database.ts'
import { pauses } from '../standing.ts'
import { readCases, readRelay, type RelayRow, type StoredCase, type StoredRelay } from './stored.ts'

/** Recipients by what became of them. */
export interface DayCounts {
  readonly delivered: number
  readonly deferred: number
  readonly failed: number
  readonly listed: number
}

/** What decides about the ways out. */
export interface RelaySnapshot {
  /** In the order of their names. */
  readonly relays: readonly StoredRelay[]
  /** Open ones, and those that ended so lately that they count. */
  readonly cases: readonly StoredCase[]
  /** Of today, by subject. */
  readonly today: readonly (readonly [subject: string, counts: DayCounts])[]
  /** Blocklists that did not answer when they were asked last. */
  readonly troubles: readonly ListTrouble[]
}

export interface ListTrouble {
  readonly zone: string
  readonly sinceMs: number
  readonly why: string
}

export const relaySnapshot: Query<{ readonly nowMs: number }, RelaySnapshot> = {
  name: 'relay.snapshot',
  async run(reader, { nowMs }) {
    const rows = await reader.all<RelayRow>('SELECT * FROM relay ORDER BY name')
    const troubles = await reader.all<{ zone: string; since_at_ms: number; why: string }>('SELECT * FROM relay_list_trouble ORDER BY zone')
    return {
      relays: rows.map(readRelay),
      cases: await readCases(reader, nowMs - pauses.memoryMs),
      today: await countsOfDay(reader, dayOf(nowMs)),
      troubles: troubles.map((row) => ({ zone: row.zone, sinceMs: row.since_at_ms, why: row.why })),
    }
  },
}

/** With what smart hosts are signed in at: by name of the relay. For the way out alone. */
export const relayPasswords: Query<undefined, readonly (readonly [name: string, password: string])[]> = {
  name: 'relay.passwords',
  async run(reader) {
    const rows = await reader.all<{ name: string; password: string }>('SELECT name, password FROM relay_password')
    return rows.map((row) => [row.name, row.password])
  },
}

export async function countsOfDay(reader: Reader, day: number): Promise<(readonly [string, DayCounts])[]> {
  const rows = await reader.all<DayCounts & { subject: string }>('SELECT subject, delivered, deferred, failed, listed FROM relay_day WHERE day = ?', day)
  return rows.map(({ subject, ...counts }) => [subject, counts])
}

/** UTC, since 1970. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs)
}

export function dayBeginMs(day: number): number {
  return day * dayMs
}

const dayMs = 86_400_000

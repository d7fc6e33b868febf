import { compareLocations, type Content, ContentDamaged, type Location, type ScanOptions, type StoredRecord } from '../content/content.ts'
import type { Query, Transaction } from '../database/database.ts'

/**
 * What of the log the index lacks, though it has gone past it (decision 0006).
 *
 * aside: the record could not be applied. damaged: it could not be read. bare: it was applied, without what could not be made of it
 * (structure of the message, journal).
 */
export type UnappliedState = 'aside' | 'damaged' | 'bare'

export interface Unapplied {
  readonly from: Location
  readonly until: Location
  readonly state: UnappliedState
  readonly reason: string
}

/** Characters kept of a reason. */
const maxReason = 500

/** `inLog`: there is an `aside` record of it. */
export async function noteUnapplied(tx: Transaction, { from, until, state, reason }: Unapplied, inLog: boolean): Promise<void> {
  await tx.run(
    `INSERT INTO unapplied (segment, record_offset, until_segment, until_offset, state, reason, in_log) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (segment, record_offset) DO UPDATE SET in_log = excluded.in_log`,
    from.segment,
    from.offset,
    until.segment,
    until.offset,
    state,
    reason.replaceAll('\0', '').toWellFormed().slice(0, maxReason).toWellFormed(),
    inLog ? 1 : 0,
  )
}

export async function forgetUnapplied(tx: Transaction, { segment, offset }: Location): Promise<void> {
  await tx.run('DELETE FROM unapplied WHERE segment = ? AND record_offset = ?', segment, offset)
}

export const unappliedQuery: Query<Record<never, never>, readonly (Unapplied & { readonly inLog: boolean })[]> = {
  name: 'store.unapplied',
  async run(reader) {
    const rows = await reader.all<{
      segment: number
      record_offset: number
      until_segment: number
      until_offset: number
      state: UnappliedState
      reason: string
      in_log: number
    }>('SELECT * FROM unapplied ORDER BY segment, record_offset')
    return rows.map((row) => ({
      from: { segment: row.segment, offset: row.record_offset },
      until: { segment: row.until_segment, offset: row.until_offset },
      state: row.state,
      reason: row.reason,
      inLog: row.in_log === 1,
    }))
  },
}

/** A stretch of the log, without its end. */
export interface Stretch {
  readonly from: Location
  readonly until: Location
}

export function isWithin(location: Location, stretches: readonly Stretch[]): boolean {
  return stretches.some(({ from, until }) => compareLocations(from, location) <= 0 && compareLocations(location, until) < 0)
}

/** All records that can be read; `onDamage` is told of what lies between them. */
export async function* scanPastDamage(
  content: Pick<Content, 'scan'>,
  { from, to, onDamage, ...options }: ScanOptions & { readonly from?: Location; readonly to?: Location; readonly onDamage?: (damage: ContentDamaged) => void },
): AsyncGenerator<StoredRecord, void, undefined> {
  let at = from
  for (;;) {
    try {
      yield* content.scan(at, to, options)
      return
    } catch (error) {
      if (!(error instanceof ContentDamaged)) throw error
      onDamage?.(error)
      if (error.resumeAt === undefined) return
      at = error.resumeAt
    }
  }
}

import type { Change, Query, SqlValue } from '../../database/database.ts'
import { hourMs } from './kinds.ts'
import { addRow } from './tally.ts'

export interface StatisticsRequest {
  /** Undefined: everybody's, and what was nobody's. */
  readonly customerIds: readonly number[] | undefined
  readonly domain: string | undefined
  readonly fromMs: number
  readonly toMs: number
  readonly step: 'hour' | 'day'
}

export interface StatisticsRow {
  /** When the hour or day (UTC) begins. */
  readonly atMs: number
  readonly kind: string
  readonly number: number
}

const hoursPerDay = 24

/** How much of what, step by step. Hours are kept for `hourlyDays`; what is older is found at the beginning of its day. */
export const statisticsQuery: Query<StatisticsRequest, readonly StatisticsRow[]> = {
  name: 'journal.statistics',
  async run(reader, { customerIds, domain, fromMs, toMs, step }) {
    const at = step === 'day' ? `hour - hour % ${hoursPerDay}` : 'hour'
    const parameters: SqlValue[] = [Math.floor(fromMs / hourMs), Math.ceil(toMs / hourMs)]
    let where = 'hour >= ? AND hour < ?'
    if (domain !== undefined) {
      where += ' AND domain = ?'
      parameters.push(domain)
    }
    if (customerIds !== undefined) {
      where += ` AND customer_id IN (${customerIds.map(() => '?').join(', ') || 'NULL'})`
      parameters.push(...customerIds)
    }
    // Sums of PostgreSQL are wider than its integers.
    const rows = await reader.all<{ at: number; kind: string; number: number }>(
      `SELECT ${at} AS at, kind, CAST(SUM(number) AS BIGINT) AS number FROM statistic WHERE ${where} GROUP BY 1, kind ORDER BY 1, kind`,
      ...parameters,
    )
    return rows.map(({ at, kind, number }) => ({ atMs: at * hourMs, kind, number }))
  },
}

/** Days whose hours are told apart. */
const hourlyDays = 40
/** And how long days are kept. */
const keptDays = 3 * 366
/** Rows that one step reads: some 10 ms. */
const rowsPerStep = 500

/** One step of upkeep: hours of long ago become days, days of very long ago go. More is left where it resolves to true. */
export const condenseStatistics: Change<{ readonly nowMs: number }, boolean> = {
  name: 'journal.condense-statistics',
  durable: false,
  async run(tx, { nowMs }) {
    const today = Math.floor(nowMs / hourMs / hoursPerDay) * hoursPerDay
    await tx.run('DELETE FROM statistic WHERE hour < ?', today - keptDays * hoursPerDay)
    const rows = await tx.all<{ customer_id: number; domain: string; hour: number; kind: string; number: number }>(
      `SELECT customer_id, domain, hour, kind, number FROM statistic WHERE hour < ? AND hour % 24 <> 0 ORDER BY hour, customer_id, domain, kind LIMIT ?`,
      today - hourlyDays * hoursPerDay,
      rowsPerStep,
    )
    for (const { customer_id, domain, hour, kind, number } of rows) {
      await tx.run(addRow, customer_id, domain, hour - (hour % hoursPerDay), kind, number)
      await tx.run('DELETE FROM statistic WHERE customer_id = ? AND domain = ? AND hour = ? AND kind = ?', customer_id, domain, hour, kind)
    }
    return rows.length === rowsPerStep
  },
}

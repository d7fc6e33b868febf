import type { Change, Query } from '../database/database.ts'
import { queueSizeQuery } from './size.ts'

const minuteMs = 60_000
const hourMinutes = 60
/** How long each minute is told apart; then the longest of each hour is kept. */
const minutesKept = 2 * 24 * hourMinutes
/** And how long those are: some thousand rows in all. */
const hoursKept = 90 * 24

/** How much waited at some time. */
export interface QueueLength {
  /** When the step begins. */
  readonly atMs: number
  /** The most in the step. */
  readonly recipients: number
}

/** Writes down how much waits now. Several nodes that do so at once write the same. */
export const noteLength: Change<{ readonly nowMs: number }, void> = {
  name: 'queue.note-length',
  durable: false,
  async run(tx, { nowMs }) {
    const minute = Math.floor(nowMs / minuteMs)
    const { recipients } = await queueSizeQuery.run(tx, {})
    await tx.run(
      'INSERT INTO queue_length (minute, recipients) VALUES (?, ?) ON CONFLICT (minute) DO UPDATE SET recipients = excluded.recipients',
      minute,
      recipients,
    )
  },
}

/** Of hours that are over for long, the longest is kept. The bound is a whole hour, so that each is looked at with all its minutes. */
export const thinLengths: Change<{ readonly nowMs: number }, void> = {
  name: 'queue.thin-lengths',
  durable: false,
  async run(tx, { nowMs }) {
    const hour = Math.floor(nowMs / minuteMs / hourMinutes)
    await tx.run('DELETE FROM queue_length WHERE minute < ?', (hour - hoursKept) * hourMinutes)
    await tx.run(
      `DELETE FROM queue_length WHERE minute < ? AND EXISTS (
         SELECT 1 FROM queue_length AS other
         WHERE other.minute >= queue_length.minute - queue_length.minute % ${hourMinutes}
           AND other.minute < queue_length.minute - queue_length.minute % ${hourMinutes} + ${hourMinutes}
           AND (other.recipients > queue_length.recipients OR (other.recipients = queue_length.recipients AND other.minute < queue_length.minute)))`,
      hour * hourMinutes - minutesKept,
    )
  },
}

/** How much waited, step by step; without a row, no server ran. */
export const queueLengthsQuery: Query<{ readonly fromMs: number; readonly toMs: number; readonly stepMinutes: number }, readonly QueueLength[]> = {
  name: 'queue.lengths',
  async run(reader, { fromMs, toMs, stepMinutes }) {
    const rows = await reader.all<{ step: number; recipients: number }>(
      `SELECT minute - minute % ${Math.floor(stepMinutes)} AS step, MAX(recipients) AS recipients FROM queue_length
       WHERE minute >= ? AND minute < ? GROUP BY 1 ORDER BY 1`,
      Math.floor(fromMs / minuteMs),
      Math.ceil(toMs / minuteMs),
    )
    return rows.map(({ step, recipients }) => ({ atMs: step * minuteMs, recipients }))
  },
}

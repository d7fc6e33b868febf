import type { Query } from '../database/database.ts'

/** Rows looked at in one query, each with its recipients. */
const messagesAtOnce = 500
const destinationsAtOnce = 50

/** Counts that are not what is there, one line each in English; `next`: where to go on. */
interface Page {
  readonly faults: readonly string[]
  readonly next: number | undefined
}

/** Of messages past this number. */
export const queuedCountsQuery: Query<{ readonly after: number }, Page> = {
  name: 'queue.verify-messages',
  async run(reader, { after }) {
    const rows = await reader.all<{ message_id: number; queue_id: string; number: number; waiting: number; n: number }>(
      `SELECT m.message_id, m.queue_id, m.number, m.waiting, (SELECT COUNT(*) FROM queue_recipient r WHERE r.message_id = m.message_id) AS n
       FROM queue_message m WHERE m.message_id > ? ORDER BY m.message_id LIMIT ?`,
      after,
      messagesAtOnce,
    )
    const wrong = rows.filter(({ waiting, n }) => waiting !== n)
    return {
      faults: wrong.map(({ queue_id, number, waiting, n }) => `message ${number} of ${queue_id} counts ${waiting} recipients that wait, there are ${n}`),
      next: rows.length < messagesAtOnce ? undefined : rows.at(-1)?.message_id,
    }
  },
}

/** Of destinations past this number. One whose moment is too early is looked at in vain once; too late, and its mail lies there. */
export const destinationCountsQuery: Query<{ readonly after: number }, Page> = {
  name: 'queue.verify-destinations',
  async run(reader, { after }) {
    const rows = await reader.all<{ destination_id: number; destination: string; waiting: number; n: number; next_ms: number; first_ms: number | null }>(
      `SELECT d.destination_id, d.destination, d.waiting, d.next_ms, (SELECT COUNT(*) FROM queue_recipient r WHERE r.destination_id = d.destination_id) AS n,
         (SELECT MIN(r.next_ms) FROM queue_recipient r WHERE r.destination_id = d.destination_id) AS first_ms
       FROM queue_destination d WHERE d.destination_id > ? ORDER BY d.destination_id LIMIT ?`,
      after,
      destinationsAtOnce,
    )
    return {
      faults: rows.flatMap(({ destination, waiting, n, next_ms, first_ms }) => [
        ...(waiting === n ? [] : [`${destination} counts ${waiting} recipients that wait, there are ${n}`]),
        ...(first_ms === null || next_ms <= first_ms ? [] : [`${destination} is looked at ${next_ms - first_ms} ms after its first recipient is due`]),
      ]),
      next: rows.length < destinationsAtOnce ? undefined : rows.at(-1)?.destination_id,
    }
  },
}

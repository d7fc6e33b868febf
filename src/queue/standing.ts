import type { Query, Reader } from '../database/database.ts'
import { queueSizeQuery } from './size.ts'

interface QueueStanding {
  readonly recipients: number
  /** When the one that waits longest was accepted. */
  readonly oldestMs: number | undefined
}

/** Looked through for the oldest of all: messages are numbered as they come. */
const firstOnes = 100

/** How much waits, and how long: of some customers, or of all. */
export const queueStandingQuery: Query<{ readonly customerIds: readonly number[] | undefined }, QueueStanding> = {
  name: 'queue.standing',
  async run(reader, { customerIds }) {
    if (customerIds === undefined) {
      const { recipients } = await queueSizeQuery.run(reader, {})
      return { recipients, oldestMs: await oldest(reader) }
    }
    const row = await reader.get<{ recipients: number | null; oldest: number | null }>(
      `SELECT CAST(SUM(waiting) AS BIGINT) AS recipients, MIN(accepted_at_ms) AS oldest FROM queue_message
       WHERE waiting > 0 AND customer_id IN (${customerIds.map(() => '?').join(', ') || 'NULL'})`,
      ...customerIds,
    )
    return { recipients: row?.recipients ?? 0, oldestMs: row?.oldest ?? undefined }
  },
}

async function oldest(reader: Reader): Promise<number | undefined> {
  const row = await reader.get<{ oldest: number | null }>(
    'SELECT MIN(accepted_at_ms) AS oldest FROM (SELECT accepted_at_ms FROM queue_message WHERE waiting > 0 ORDER BY message_id LIMIT ?) AS first_ones',
    firstOnes,
  )
  return row?.oldest ?? undefined
}

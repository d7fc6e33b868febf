import type { Query } from '../database/database.ts'

interface QueueSize {
  readonly recipients: number
  readonly destinations: number
}

/** How much waits; as cheap as there are few destinations. */
export const queueSizeQuery: Query<Record<never, never>, QueueSize> = {
  name: 'queue.size',
  async run(reader) {
    const row = await reader.get<QueueSize>(
      'SELECT COALESCE(SUM(waiting), 0) AS recipients, COUNT(DISTINCT destination) AS destinations FROM queue_destination',
    )
    return row ?? { recipients: 0, destinations: 0 }
  },
}

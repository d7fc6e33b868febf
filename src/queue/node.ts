import type { Change } from '../database/database.ts'
import { reckonAll } from './destinations.ts'

/**
 * A node begins to work on the queue; resolves to its number. Leases of its name end: nobody else has the name, so whoever held them is dead, and what it was at
 * is due at once.
 */
export const enterNodeChange: Change<{ readonly name: string; readonly nowMs: number }, number> = {
  name: 'queue.enter-node',
  durable: true,
  async run(tx, { name, nowMs }) {
    const row = await tx.get<{ node_number: number }>(
      'INSERT INTO queue_node (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING node_number',
      name,
    )
    if (row === undefined) throw new Error('INSERT without a row')
    const left = await tx.all<{ destination_id: number }>(
      'UPDATE queue_recipient SET next_ms = ?, leased = 0 WHERE leased = ? AND hold_id IS NULL RETURNING destination_id',
      nowMs,
      row.node_number,
    )
    await reckonAll(tx, new Set(left.map(({ destination_id }) => destination_id)))
    return row.node_number
  },
}

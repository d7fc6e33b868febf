import type { Change } from '../database/database.ts'
import { reckonAll } from './destinations.ts'

/** The number of a node that is called so. */
export const nodeNumberChange: Change<{ readonly name: string }, number> = {
  name: 'queue.node-number',
  durable: true,
  async run(tx, { name }) {
    const known = await tx.get<{ node_number: number }>('SELECT node_number FROM queue_node WHERE name = ?', name)
    const row = known ?? (await tx.get<{ node_number: number }>('INSERT INTO queue_node (name) VALUES (?) RETURNING node_number', name))
    if (row === undefined) throw new Error('INSERT without a row')
    return row.node_number
  },
}

/** Ends all leases of a node that begins: whoever held them is dead, since nobody else has its name. What it was at is due at once. Resolves to how many. */
export const freeLeasesChange: Change<{ readonly node: number; readonly nowMs: number }, number> = {
  name: 'queue.free-leases',
  durable: false,
  async run(tx, { node, nowMs }) {
    const rows = await tx.all<{ destination_id: number }>(
      'UPDATE queue_recipient SET next_ms = ?, leased = 0 WHERE leased = ? AND hold_id IS NULL RETURNING destination_id',
      nowMs,
      node,
    )
    await reckonAll(tx, new Set(rows.map(({ destination_id }) => destination_id)))
    return rows.length
  },
}

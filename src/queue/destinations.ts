import type { Transaction } from '../database/database.ts'

/** Of what is not due by itself: it is held, or there is nothing. */
export const neverMs = Number.MAX_SAFE_INTEGER

/** The domain of local@domain, or the address literal with its brackets. */
export function destinationOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** So many more recipients wait there, the first of them from `nextMs` on. Resolves to the destination's number. */
export async function enterDestination(
  tx: Transaction,
  { destination, priority, nextMs, count }: { readonly destination: string; readonly priority: number; readonly nextMs: number; readonly count: number },
): Promise<number> {
  const row = await tx.get<{ destination_id: number }>(
    `INSERT INTO queue_destination (destination, priority, next_ms, waiting) VALUES (?, ?, ?, ?)
     ON CONFLICT (destination, priority) DO UPDATE SET next_ms = LEAST(queue_destination.next_ms, excluded.next_ms),
       waiting = queue_destination.waiting + excluded.waiting RETURNING destination_id`,
    destination,
    priority,
    nextMs,
    count,
  )
  if (row === undefined) throw new Error('INSERT without a row')
  return row.destination_id
}

/** So many fewer wait there; the last takes the row along. */
export async function leaveDestination(tx: Transaction, destinationId: number, count: number): Promise<void> {
  const row = await tx.get<{ waiting: number }>(
    'UPDATE queue_destination SET waiting = waiting - ? WHERE destination_id = ? RETURNING waiting',
    count,
    destinationId,
  )
  if (row === undefined) return
  if (row.waiting > 0) await reckonNext(tx, destinationId)
  else await tx.run('DELETE FROM queue_destination WHERE destination_id = ?', destinationId)
}

/**
 * Keeps others from the destination's row until the transaction ends. On PostgreSQL a statement sees what was committed before it began, so what is
 * reckoned from the recipients must begin after this.
 */
async function lockDestination(tx: Transaction, destinationId: number): Promise<void> {
  await tx.run('UPDATE queue_destination SET waiting = waiting WHERE destination_id = ?', destinationId)
}

/** Says again when the first is due. The transaction has changed the row already, or `lockDestination` has. */
export async function reckonNext(tx: Transaction, destinationId: number): Promise<void> {
  await tx.run(
    `UPDATE queue_destination SET next_ms = COALESCE((SELECT MIN(next_ms) FROM queue_recipient WHERE destination_id = ?), ?) WHERE destination_id = ?`,
    destinationId,
    neverMs,
    destinationId,
  )
}

/** The same of several, which nobody has changed yet. In the order of their numbers: two that do so never wait for each other. */
export async function reckonAll(tx: Transaction, destinations: ReadonlySet<number>): Promise<void> {
  for (const destinationId of [...destinations].sort((a, b) => a - b)) {
    await lockDestination(tx, destinationId)
    await reckonNext(tx, destinationId)
  }
}

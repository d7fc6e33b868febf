import type { Change, Transaction } from '../database/database.ts'
import type { OutgoingName } from '../mail/outgoing.ts'
import { reckonAll } from './destinations.ts'
import type { Deferral, Way } from './queue.ts'
import { type QueuedMessage, queuedMessage } from './rows.ts'

/** What the last attempt for a recipient came to. */
export interface LastAttempt extends Pick<Deferral, 'trouble' | 'listedRelays'> {
  readonly atMs: number
  readonly way: Way | undefined
}

export interface Deferred {
  readonly message: QueuedMessage
  /** Those that still wait. */
  readonly recipients: readonly { readonly index: number; readonly address: string }[]
}

/** Says when they are tried again, and why. Resolves to those that still wait. */
export async function deferInQueue(
  tx: Transaction,
  message: QueuedMessage,
  { deferrals, way, atMs, delayTold }: Omit<DeferArguments, 'name' | 'way'> & { readonly way: Way | undefined; readonly delayTold: boolean },
): Promise<Deferred['recipients']> {
  const recipients: { index: number; address: string }[] = []
  const destinations = new Set<number>()
  for (const [index, { trouble, listedRelays, nextAttemptMs }] of deferrals) {
    const row = await tx.get<{ address: string; destination_id: number }>(
      `UPDATE queue_recipient SET next_ms = ?, leased = 0, attempts = attempts + 1, delay_told = GREATEST(delay_told, ?), found = ?
       WHERE message_id = ? AND place = ? RETURNING address, destination_id`,
      nextAttemptMs,
      delayTold ? 1 : 0,
      JSON.stringify({ trouble, listedRelays, atMs, way } satisfies LastAttempt),
      message.message_id,
      index,
    )
    if (row === undefined) continue
    recipients.push({ index, address: row.address })
    destinations.add(row.destination_id)
  }
  await reckonAll(tx, destinations)
  return recipients
}

export interface DeferArguments {
  readonly name: OutgoingName
  readonly deferrals: ReadonlyMap<number, Deferral>
  readonly way: Way
  readonly atMs: number
}

export const deferChange: Change<DeferArguments, Deferred | undefined> = {
  name: 'queue.defer',
  durable: false,
  async run(tx, { name, ...rest }) {
    const message = await queuedMessage(tx, name)
    return message && { message, recipients: await deferInQueue(tx, message, { ...rest, delayTold: false }) }
  },
}

export interface LeaseArguments {
  readonly leased: readonly (OutgoingName & { readonly indexes: readonly number[] })[]
  readonly untilMs: number
}

/** See Queue.lease. */
export const leaseChange: Change<LeaseArguments, void> = {
  name: 'queue.lease',
  durable: false,
  async run(tx, { leased, untilMs }) {
    const destinations = new Set<number>()
    for (const { queueId, number, indexes } of leased) {
      for (const index of indexes) {
        const row = await tx.get<{ destination_id: number }>(
          `UPDATE queue_recipient SET next_ms = ? WHERE place = ? AND leased = 1
           AND message_id = (SELECT message_id FROM queue_message WHERE queue_id = ? AND number = ?) RETURNING destination_id`,
          untilMs,
          index,
          queueId,
          number,
        )
        if (row !== undefined) destinations.add(row.destination_id)
      }
    }
    await reckonAll(tx, destinations)
  },
}

/** Ends all leases: for the start of the only process that there is, since whoever held them is dead. */
export const freeLeasesChange: Change<{ readonly nowMs: number }, number> = {
  name: 'queue.free-leases',
  durable: false,
  async run(tx, { nowMs }) {
    const rows = await tx.all<{ destination_id: number }>(
      'UPDATE queue_recipient SET next_ms = ?, leased = 0 WHERE leased = 1 AND hold_id IS NULL RETURNING destination_id',
      nowMs,
    )
    await reckonAll(tx, new Set(rows.map(({ destination_id }) => destination_id)))
    return rows.length
  },
}

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

/**
 * Says when they are tried again, and why. Resolves to those that still wait. @param node who says so: of those that another one has leased meanwhile
 * that one will say it. Undefined: it is in the log, and so it is.
 */
export async function deferInQueue(
  tx: Transaction,
  message: QueuedMessage,
  {
    node,
    deferrals,
    way,
    atMs,
    delayTold,
  }: Omit<DeferArguments, 'name' | 'way' | 'node'> & {
    readonly node: number | undefined
    readonly way: Way | undefined
    readonly delayTold: boolean
  },
): Promise<Deferred['recipients']> {
  const recipients: { index: number; address: string }[] = []
  const destinations = new Set<number>()
  for (const [index, { trouble, listedRelays, nextAttemptMs }] of deferrals) {
    const row = await tx.get<{ address: string; destination_id: number }>(
      `UPDATE queue_recipient SET next_ms = ?, leased = 0, attempts = attempts + 1, delay_told = GREATEST(delay_told, ?), found = ?
       WHERE message_id = ? AND place = ? AND leased IN (0, COALESCE(?, leased)) RETURNING address, destination_id`,
      nextAttemptMs,
      delayTold ? 1 : 0,
      JSON.stringify({ trouble, listedRelays, atMs, way } satisfies LastAttempt),
      message.message_id,
      index,
      node ?? null,
    )
    if (row === undefined) continue
    recipients.push({ index, address: row.address })
    destinations.add(row.destination_id)
  }
  await reckonAll(tx, destinations)
  return recipients
}

export interface DeferArguments {
  readonly node: number
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
  /** Whose leases they are; what another one has taken since they ran out stays as it is. */
  readonly node: number
  readonly leased: readonly (OutgoingName & { readonly indexes: readonly number[] })[]
  readonly untilMs: number
}

/** See Queue.lease. */
export const leaseChange: Change<LeaseArguments, void> = {
  name: 'queue.lease',
  durable: false,
  async run(tx, { node, leased, untilMs }) {
    const destinations = new Set<number>()
    for (const { queueId, number, indexes } of leased) {
      for (const index of indexes) {
        const row = await tx.get<{ destination_id: number }>(
          `UPDATE queue_recipient SET next_ms = ? WHERE place = ? AND leased = ?
           AND message_id = (SELECT message_id FROM queue_message WHERE queue_id = ? AND number = ?) RETURNING destination_id`,
          untilMs,
          index,
          node,
          queueId,
          number,
        )
        if (row !== undefined) destinations.add(row.destination_id)
      }
    }
    await reckonAll(tx, destinations)
  },
}

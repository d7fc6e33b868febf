import type { Change, Query, Reader, Transaction } from '../database/database.ts'
import type { DsnWish, OutgoingEnvelope } from '../mail/outgoing.ts'
import type { QueueId } from '../mail/ids.ts'
import type { LastAttempt } from './defer.ts'
import { reckonNext } from './destinations.ts'
import type { Due } from './queue.ts'

export interface TakeArguments {
  readonly nowMs: number
  readonly leaseMs: number
  readonly maxRecipients: number
  readonly except: readonly string[]
}

/** Destinations looked at in one statement. */
const destinationsAtOnce = 100
/** Messages of one statement. */
const messagesAtOnce = 200

/**
 * Leases what is due. A destination's row is taken first, by a change that only one of several nodes can make: while its transaction lasts nobody
 * else picks recipients there, and afterwards they are not due.
 */
export const takeChange: Change<TakeArguments, readonly Due[]> = {
  name: 'queue.take',
  durable: false,
  async run(tx, { nowMs, leaseMs, maxRecipients, except }) {
    const leasedUntilMs = nowMs + leaseMs
    const passed = new Set(except)
    const taken: TakenRow[] = []
    for await (const { destination_id, destination } of dueDestinations(tx, nowMs)) {
      if (taken.length >= maxRecipients) break
      if (passed.has(destination)) continue
      const mine = await tx.run('UPDATE queue_destination SET next_ms = ? WHERE destination_id = ? AND next_ms <= ?', leasedUntilMs, destination_id, nowMs)
      if (mine === 0) continue
      for (const row of await lease(tx, destination_id, { nowMs, leasedUntilMs, limit: maxRecipients - taken.length })) taken.push({ ...row, destination })
      await reckonNext(tx, destination_id)
    }
    return gather(taken, await messagesOf(tx, taken), leasedUntilMs)
  },
}

interface DestinationRow {
  readonly destination_id: number
  readonly destination: string
  readonly next_ms: number
}

/** Highest priority first, then longest due. Pages of rows, so that nobody pays for what is not asked for. */
async function* dueDestinations(reader: Reader, nowMs: number): AsyncGenerator<DestinationRow> {
  for await (const priority of priorities(reader)) {
    let after: Pick<DestinationRow, 'destination_id' | 'next_ms'> = { destination_id: -1, next_ms: -1 }
    for (;;) {
      const page: DestinationRow[] = await reader.all<DestinationRow>(
        `SELECT destination_id, destination, next_ms FROM queue_destination
         WHERE priority = ? AND next_ms <= ? AND (next_ms, destination_id) > (?, ?) ORDER BY next_ms, destination_id LIMIT ?`,
        priority,
        nowMs,
        after.next_ms,
        after.destination_id,
        destinationsAtOnce,
      )
      yield* page
      const last = page.at(-1)
      if (last === undefined || page.length < destinationsAtOnce) break
      after = last
    }
  }
}

/** Those that something waits with, highest first: there are 19, and mostly one. */
async function* priorities(reader: Reader): AsyncGenerator<number> {
  const next = async (below: number) =>
    (await reader.get<{ priority: number | null }>('SELECT MAX(priority) AS priority FROM queue_destination WHERE priority < ?', below))?.priority ?? undefined
  for (let priority = await next(Number.MAX_SAFE_INTEGER); priority !== undefined; priority = await next(priority)) yield priority
}

interface LeasedRow {
  readonly message_id: number
  readonly place: number
  readonly address: string
  readonly dsn: string | null
  readonly attempts: number
  readonly delay_told: number
  readonly found: string | null
}
type TakenRow = LeasedRow & { readonly destination: string }

async function lease(
  tx: Transaction,
  destinationId: number,
  { nowMs, leasedUntilMs, limit }: { readonly nowMs: number; readonly leasedUntilMs: number; readonly limit: number },
): Promise<readonly LeasedRow[]> {
  return tx.all<LeasedRow>(
    `UPDATE queue_recipient SET next_ms = ?, leased = 1 WHERE (message_id, place) IN
       (SELECT message_id, place FROM queue_recipient WHERE destination_id = ? AND next_ms <= ? ORDER BY next_ms LIMIT ?)
     RETURNING message_id, place, address, dsn, attempts, delay_told, found`,
    leasedUntilMs,
    destinationId,
    nowMs,
    limit,
  )
}

interface MessageRow {
  readonly message_id: number
  readonly queue_id: QueueId
  readonly number: number
  readonly accepted_at_ms: number
  readonly size_bytes: number
  readonly envelope: string
}

async function messagesOf(reader: Reader, rows: readonly TakenRow[]): Promise<ReadonlyMap<number, MessageRow>> {
  const ids = [...new Set(rows.map(({ message_id }) => message_id))]
  const found = new Map<number, MessageRow>()
  for (let at = 0; at < ids.length; at += messagesAtOnce) {
    const some = ids.slice(at, at + messagesAtOnce)
    const messages = await reader.all<MessageRow>(
      `SELECT message_id, queue_id, number, accepted_at_ms, size_bytes, envelope FROM queue_message
       WHERE message_id IN (${some.map(() => '?').join(', ')})`,
      ...some,
    )
    for (const message of messages) found.set(message.message_id, message)
  }
  return found
}

/** Recipients of one message at one destination belong together; in the order in which they were found. */
function gather(rows: readonly TakenRow[], messages: ReadonlyMap<number, MessageRow>, leasedUntilMs: number): Due[] {
  const dues: Due[] = []
  for (const together of Map.groupBy(rows, ({ message_id, destination }) => `${message_id} ${destination}`).values()) {
    const [{ message_id, destination } = { message_id: 0, destination: '' }] = together
    const message = messages.get(message_id)
    if (message === undefined) continue
    const recipients = together.map(dueRecipient).sort((a, b) => a.index - b.index)
    dues.push({
      ...(JSON.parse(message.envelope) as Omit<OutgoingEnvelope, 'recipients'>),
      queueId: message.queue_id,
      number: message.number,
      acceptedAtMs: message.accepted_at_ms,
      sizeBytes: message.size_bytes,
      destination,
      recipients,
      leasedUntilMs,
    })
  }
  return dues
}

function dueRecipient({ place, address, dsn, attempts, delay_told, found }: LeasedRow): Due['recipients'][number] {
  const last = found === null ? undefined : (JSON.parse(found) as LastAttempt)
  return {
    index: place,
    address,
    ...(dsn !== null && { dsn: JSON.parse(dsn) as DsnWish }),
    attempts,
    delayTold: delay_told === 1,
    listedRelays: last?.listedRelays ?? [],
  }
}

/** The earliest moment at which a destination other than these may have something due; undefined: nothing waits there. */
export const nextDueQuery: Query<{ readonly except: readonly string[] }, number | undefined> = {
  name: 'queue.next-due',
  async run(reader, { except }) {
    const passed = new Set(except)
    let earliest: number | undefined
    for await (const priority of priorities(reader)) {
      // Of so many the first at least is not among them.
      const rows = await reader.all<DestinationRow>(
        'SELECT destination_id, destination, next_ms FROM queue_destination WHERE priority = ? ORDER BY next_ms, destination_id LIMIT ?',
        priority,
        passed.size + 1,
      )
      const next = rows.find(({ destination }) => !passed.has(destination))?.next_ms
      if (next !== undefined && next < Number.MAX_SAFE_INTEGER && (earliest === undefined || next < earliest)) earliest = next
    }
    return earliest
  },
}

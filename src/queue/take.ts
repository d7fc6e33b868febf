import type { Change, Query, Reader, Transaction } from '../database/database.ts'
import type { DsnWish, OutgoingEnvelope } from '../mail/outgoing.ts'
import type { QueueId } from '../mail/ids.ts'
import type { LastAttempt } from './defer.ts'
import { neverMs, reckonNext } from './destinations.ts'
import { type Holdable, isAnythingHeld, isDestinationHeld, putHeldAside, releaseSome } from './holds.ts'
import type { Due } from './queue.ts'

export interface TakeArguments {
  /** Who takes (node.ts). */
  readonly node: number
  readonly nowMs: number
  readonly leaseMs: number
  readonly maxRecipients: number
  readonly except: readonly string[]
}

/** Recipients found to be held in one go. What is left is due still, and found by the next. */
const mostPutAside = 500
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
  async run(tx, { node, nowMs, leaseMs, maxRecipients, except }) {
    const leasedUntilMs = nowMs + leaseMs
    const passed = new Set(except)
    const hasHolds = await isAnythingHeld(tx)
    if (hasHolds) await releaseSome(tx, nowMs)
    const taken: TakenRow[] = []
    let asideLeft = mostPutAside
    for await (const { destination_id, destination } of dueDestinations(tx, nowMs)) {
      if (taken.length >= maxRecipients || asideLeft <= 0) break
      if (passed.has(destination)) continue
      const mine = await tx.run('UPDATE queue_destination SET next_ms = ? WHERE destination_id = ? AND next_ms <= ?', leasedUntilMs, destination_id, nowMs)
      if (mine === 0) continue
      if (hasHolds && (await isDestinationHeld(tx, { destination, destination_id }))) continue
      for (let isMore = true; isMore && taken.length < maxRecipients && asideLeft > 0; ) {
        const rows = await lease(tx, destination_id, { node, nowMs, leasedUntilMs, limit: maxRecipients - taken.length })
        const found = await withMessages(tx, rows, destination)
        const free = hasHolds ? await putHeldAside(tx, found) : found
        taken.push(...free)
        asideLeft -= found.length - free.length
        isMore = free.length < found.length
      }
      await reckonNext(tx, destination_id)
    }
    return gather(taken, leasedUntilMs)
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
type TakenRow = LeasedRow & MessageRow & Holdable

async function lease(
  tx: Transaction,
  destinationId: number,
  { node, nowMs, leasedUntilMs, limit }: { readonly node: number; readonly nowMs: number; readonly leasedUntilMs: number; readonly limit: number },
): Promise<readonly LeasedRow[]> {
  return tx.all<LeasedRow>(
    `UPDATE queue_recipient SET next_ms = ?, leased = ? WHERE (message_id, place) IN
       (SELECT message_id, place FROM queue_recipient WHERE destination_id = ? AND next_ms <= ? ORDER BY next_ms LIMIT ?)
     RETURNING message_id, place, address, dsn, attempts, delay_told, found`,
    leasedUntilMs,
    node,
    destinationId,
    nowMs,
    limit,
  )
}

interface MessageRow {
  readonly message_id: number
  readonly queue_id: QueueId
  readonly number: number
  readonly account_id: number | null
  readonly customer_id: number
  readonly accepted_at_ms: number
  readonly size_bytes: number
  readonly envelope: string
}

async function withMessages(reader: Reader, rows: readonly LeasedRow[], destination: string): Promise<readonly TakenRow[]> {
  const ids = [...new Set(rows.map(({ message_id }) => message_id))]
  const messages = new Map<number, MessageRow & { readonly reverse_path: string }>()
  for (let at = 0; at < ids.length; at += messagesAtOnce) {
    const some = ids.slice(at, at + messagesAtOnce)
    const found = await reader.all<MessageRow>(
      `SELECT message_id, queue_id, number, account_id, customer_id, accepted_at_ms, size_bytes, envelope FROM queue_message
       WHERE message_id IN (${some.map(() => '?').join(', ')})`,
      ...some,
    )
    for (const message of found) messages.set(message.message_id, { ...message, reverse_path: envelopeOf(message).reversePath })
  }
  return rows.flatMap((row) => {
    const message = messages.get(row.message_id)
    return message === undefined ? [] : [{ ...message, ...row, destination }]
  })
}

function envelopeOf({ envelope }: MessageRow): Omit<OutgoingEnvelope, 'recipients'> {
  return JSON.parse(envelope) as Omit<OutgoingEnvelope, 'recipients'>
}

/** Recipients of one message at one destination belong together; in the order in which they were found. */
function gather(rows: readonly TakenRow[], leasedUntilMs: number): Due[] {
  const dues: Due[] = []
  for (const together of Map.groupBy(rows, ({ message_id, destination }) => `${message_id} ${destination}`).values()) {
    const [message] = together
    if (message === undefined) continue
    dues.push({
      ...envelopeOf(message),
      queueId: message.queue_id,
      number: message.number,
      acceptedAtMs: message.accepted_at_ms,
      sizeBytes: message.size_bytes,
      destination: message.destination,
      recipients: together.map(dueRecipient).sort((a, b) => a.index - b.index),
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
    // What is being let go is let go by who takes.
    if ((await reader.get('SELECT 1 AS one FROM queue_hold WHERE released = 1 LIMIT 1')) !== undefined) return 0
    let earliest: number | undefined
    for await (const priority of priorities(reader)) {
      // Of so many the first at least is not among them.
      const rows = await reader.all<DestinationRow>(
        'SELECT destination_id, destination, next_ms FROM queue_destination WHERE priority = ? ORDER BY next_ms, destination_id LIMIT ?',
        priority,
        passed.size + 1,
      )
      const next = rows.find(({ destination }) => !passed.has(destination))?.next_ms
      if (next !== undefined && next < neverMs && (earliest === undefined || next < earliest)) earliest = next
    }
    return earliest
  },
}

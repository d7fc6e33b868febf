import type { Change, Query, Reader, SqlValue, Transaction } from '../database/database.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import type { OutgoingEnvelope } from '../mail/outgoing.ts'
import type { LastAttempt } from './defer.ts'
import { neverMs, reckonAll } from './destinations.ts'
import { type HoldRow, holdsOn, subjectsOf, subjectText } from './holds.ts'

/** Recipients of the queue: those of a message, or one of them; of a destination; of a sender. */
export type QueueSelection =
  | { readonly queueId: QueueId; readonly number?: number | undefined; readonly index?: number | undefined }
  | { readonly destination: string }
  | { readonly accountId: AccountId }
  | { readonly customerId: number }

/** A recipient that waits, as people ask for it. */
export interface Waiting {
  readonly queueId: QueueId
  readonly number: number
  readonly index: number
  readonly address: string
  readonly destination: string
  readonly sender: string
  readonly kind: OutgoingEnvelope['kind']
  readonly accountId: AccountId | undefined
  readonly customerId: number
  readonly messageId: string | undefined
  readonly sizeBytes: number
  readonly priority: number
  readonly acceptedAtMs: number
  readonly giveUpAtMs: number | undefined
  /** Undefined: it is held, and was found to be. */
  readonly nextAttemptMs: number | undefined
  /** Somebody is at it, for so long at most. */
  readonly isLeased: boolean
  readonly attempts: number
  readonly delayTold: boolean
  readonly last: LastAttempt | undefined
  readonly held: { readonly by: string; readonly reason: string; readonly sinceMs: number } | undefined
}

/** Where a page ends. */
export interface Cursor {
  readonly destinationId: number
  readonly nextMs: number
  readonly messageId: number
  readonly place: number
}

export interface WaitingPage {
  readonly waiting: readonly Waiting[]
  /** Where to go on; undefined: that was all. */
  readonly next: Cursor | undefined
}

interface Row {
  readonly message_id: number
  readonly place: number
  readonly destination_id: number
  readonly destination: string
  readonly address: string
  readonly next_ms: number
  readonly leased: number
  readonly attempts: number
  readonly delay_told: number
  readonly found: string | null
  readonly queue_id: QueueId
  readonly number: number
  readonly accepted_at_ms: number
  readonly size_bytes: number
  readonly header_id: string | null
  readonly account_id: AccountId | null
  readonly customer_id: number
  readonly envelope: string
}

const columns = `r.message_id, r.place, r.destination_id, d.destination, r.address, r.next_ms, r.leased, r.attempts, r.delay_told, r.found,
  m.queue_id, m.number, m.accepted_at_ms, m.size_bytes, m.header_id, m.account_id, m.customer_id, m.envelope`
const joined = `queue_recipient r JOIN queue_message m ON m.message_id = r.message_id JOIN queue_destination d ON d.destination_id = r.destination_id`

const start: Cursor = { destinationId: -1, nextMs: -1, messageId: -1, place: -1 }

/** One page of recipients: of a destination the next due first, else in the order in which they came. Its cost is that of the page. */
async function readPage(
  reader: Reader,
  selection: QueueSelection,
  after: Cursor,
  limit: number,
): Promise<{ readonly rows: readonly Row[]; readonly next: Cursor | undefined }> {
  const rows =
    'destination' in selection ? await pageOfDestination(reader, selection.destination, after, limit) : await pageOfMessages(reader, selection, after, limit)
  const last = rows.at(-1)
  const isMore = last !== undefined && rows.length >= limit
  return {
    rows,
    next: isMore ? { destinationId: last.destination_id, nextMs: last.next_ms, messageId: last.message_id, place: last.place } : undefined,
  }
}

async function pageOfDestination(reader: Reader, destination: string, after: Cursor, limit: number): Promise<readonly Row[]> {
  const found: Row[] = []
  const priorities = await reader.all<{ destination_id: number }>(
    'SELECT destination_id FROM queue_destination WHERE destination = ? AND destination_id >= ? ORDER BY destination_id',
    destination,
    after.destinationId,
  )
  for (const { destination_id: id } of priorities) {
    if (found.length >= limit) break
    const from = id === after.destinationId ? after : start
    const rows = await reader.all<Row>(
      `SELECT ${columns} FROM ${joined} WHERE r.destination_id = ? AND (r.next_ms, r.message_id, r.place) > (?, ?, ?)
       ORDER BY r.next_ms, r.message_id, r.place LIMIT ?`,
      id,
      from.nextMs,
      from.messageId,
      from.place,
      limit - found.length,
    )
    found.push(...rows)
  }
  return found
}

async function pageOfMessages(
  reader: Reader,
  selection: Exclude<QueueSelection, { destination: string }>,
  after: Cursor,
  limit: number,
): Promise<readonly Row[]> {
  const [condition, parameters] = conditionOf(selection)
  return reader.all<Row>(
    `SELECT ${columns} FROM ${joined} WHERE ${condition} AND m.message_id >= ? AND (r.message_id, r.place) > (?, ?) ORDER BY r.message_id, r.place LIMIT ?`,
    ...parameters,
    after.messageId,
    after.messageId,
    after.place,
    limit,
  )
}

function conditionOf(selection: Exclude<QueueSelection, { destination: string }>): readonly [condition: string, parameters: readonly SqlValue[]] {
  if ('accountId' in selection) return ['m.account_id = ?', [selection.accountId]]
  if ('customerId' in selection) return ['m.customer_id = ?', [selection.customerId]]
  const { queueId, number, index } = selection
  return [
    `m.queue_id = ?${number === undefined ? '' : ' AND m.number = ?'}${index === undefined ? '' : ' AND r.place = ?'}`,
    [queueId, ...(number === undefined ? [] : [number]), ...(index === undefined ? [] : [index])],
  ]
}

/** Rows of one page at most. */
const maxPage = 1000

export const waitingQuery: Query<{ readonly selection: QueueSelection; readonly after: Cursor | undefined; readonly limit: number }, WaitingPage> = {
  name: 'queue.waiting',
  async run(reader, { selection, after = start, limit }) {
    const { rows, next } = await readPage(reader, selection, after, Math.min(limit, maxPage))
    const read = rows.map((row) => ({ row, envelope: JSON.parse(row.envelope) as Omit<OutgoingEnvelope, 'recipients'> }))
    const subjects = read.map(({ row, envelope }) => subjectsOf({ ...row, reverse_path: envelope.reversePath }))
    const holds = await holdsOn(reader, subjects.flat())
    const held = (index: number) => subjects[index]?.map((subject) => holds.get(subject)).find((hold) => hold !== undefined)
    return { waiting: read.map(({ row, envelope }, index) => toWaiting(row, envelope, held(index))), next }
  },
}

function toWaiting(row: Row, envelope: Omit<OutgoingEnvelope, 'recipients'>, hold: HoldRow | undefined): Waiting {
  return {
    queueId: row.queue_id,
    number: row.number,
    index: row.place,
    address: row.address,
    destination: row.destination,
    sender: envelope.reversePath,
    kind: envelope.kind,
    accountId: row.account_id ?? undefined,
    customerId: row.customer_id,
    messageId: row.header_id ?? undefined,
    sizeBytes: row.size_bytes,
    priority: envelope.priority,
    acceptedAtMs: row.accepted_at_ms,
    giveUpAtMs: envelope.giveUpAtMs,
    nextAttemptMs: row.next_ms >= neverMs ? undefined : row.next_ms,
    isLeased: row.leased > 0,
    attempts: row.attempts,
    delayTold: row.delay_told === 1,
    last: row.found === null ? undefined : (JSON.parse(row.found) as LastAttempt),
    held: hold && { by: hold.subject, reason: hold.reason, sinceMs: hold.since_ms },
  }
}

/** The recipients of a page are due now: those that nobody is at, and that are not put aside. Resolves to where to go on. */
export const retryChange: Change<
  { readonly selection: QueueSelection; readonly after: Cursor | undefined; readonly nowMs: number },
  { readonly retried: number; readonly next: Cursor | undefined }
> = {
  name: 'queue.retry',
  durable: false,
  async run(tx, { selection, after = start, nowMs }) {
    const { rows, next } = await readPage(tx, selection, after, maxPage)
    const retried = rows.filter(({ next_ms, leased }) => next_ms > nowMs && next_ms < neverMs && leased === 0)
    for (const { message_id, place } of retried) await makeDue(tx, { message_id, place, nowMs })
    await reckonAll(tx, new Set(retried.map(({ destination_id }) => destination_id)))
    return { retried: retried.length, next }
  },
}

async function makeDue(tx: Transaction, { message_id, place, nowMs }: Pick<Row, 'message_id' | 'place'> & { readonly nowMs: number }): Promise<void> {
  await tx.run(
    'UPDATE queue_recipient SET next_ms = ? WHERE message_id = ? AND place = ? AND leased = 0 AND hold_id IS NULL AND next_ms > ?',
    nowMs,
    message_id,
    place,
    nowMs,
  )
}

/** A destination that something waits for. */
export interface WaitingDestination {
  readonly destination: string
  readonly recipients: number
  /** Undefined: all that waits there is held. */
  readonly nextAttemptMs: number | undefined
  readonly held: { readonly reason: string; readonly sinceMs: number } | undefined
}

/** The destinations that most wait for, and how many recipients wait in all. */
export const waitingDestinationsQuery: Query<
  { readonly limit: number },
  { readonly destinations: readonly WaitingDestination[]; readonly recipients: number; readonly destinationsInAll: number }
> = {
  name: 'queue.destinations',
  async run(reader, { limit }) {
    const all = await reader.get<{ recipients: number | null; destinations: number }>(
      'SELECT SUM(waiting) AS recipients, COUNT(*) AS destinations FROM queue_destination',
    )
    // Of several priorities the largest decides about the place in the list.
    const largest = await reader.all<{ destination: string }>('SELECT destination FROM queue_destination ORDER BY waiting DESC, destination_id LIMIT ?', limit)
    const names = [...new Set(largest.map(({ destination }) => destination))]
    const holds = await holdsOn(
      reader,
      names.map((domain) => subjectText({ kind: 'destination', domain })),
    )
    const destinations: WaitingDestination[] = []
    for (const destination of names) {
      const sum = await reader.get<{ recipients: number; next_ms: number }>(
        'SELECT SUM(waiting) AS recipients, MIN(next_ms) AS next_ms FROM queue_destination WHERE destination = ?',
        destination,
      )
      if (sum === undefined) continue
      const hold = holds.get(subjectText({ kind: 'destination', domain: destination }))
      destinations.push({
        destination,
        recipients: sum.recipients,
        nextAttemptMs: sum.next_ms >= neverMs ? undefined : sum.next_ms,
        held: hold && { reason: hold.reason, sinceMs: hold.since_ms },
      })
    }
    return { destinations, recipients: all?.recipients ?? 0, destinationsInAll: all?.destinations ?? 0 }
  },
}

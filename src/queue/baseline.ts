import type { Location } from '../content/content.ts'
import type { Query, Reader, SqlValue, Transaction } from '../database/database.ts'
import { destinationOf, enterDestination } from './destinations.ts'

/** A stretch of the queue as it was at a moment: values in the order of these columns. */
export interface QueuePiece {
  readonly messages: readonly (readonly SqlValue[])[]
  /** `message` is a place in `messages`. */
  readonly recipients: readonly (readonly SqlValue[])[]
}

/** Messages' own numbers are left out: they are given anew, in the same order. What is kept back is known to the holds, which are not of the log. */
const messageColumns = [
  ...['queue_id', 'number', 'accepted_at_ms', 'segment', 'record_offset', 'prefix_start', 'prefix_length', 'octets_start', 'octets_length', 'slices'],
  ...['size_bytes', 'header_id', 'account_id', 'address_id', 'customer_id', 'envelope', 'waiting'],
] as const
const recipientColumns = ['place', 'address', 'dsn', 'next_ms', 'attempts', 'delay_told', 'found'] as const

/** Of one piece: it is read in one go, and written as one record. */
const maxMessages = 500
const maxRecipients = 5000

/** Messages behind this one, in the order in which they came. Undefined: there are no more. */
export async function readQueuePiece(reader: Reader, after: number): Promise<{ readonly piece: QueuePiece; readonly last: number } | undefined> {
  const rows = await reader.all(
    `SELECT message_id, ${messageColumns.join(', ')} FROM queue_message WHERE message_id > ? ORDER BY message_id LIMIT ?`,
    after,
    maxMessages,
  )
  let recipientsCount = 0
  const messages = rows.filter(({ waiting }, index) => (recipientsCount += waiting as number) <= maxRecipients || index === 0)
  const [first, last] = [messages[0]?.['message_id'] as number | undefined, messages.at(-1)?.['message_id'] as number | undefined]
  if (first === undefined || last === undefined) return undefined
  const recipients = await reader.all(
    `SELECT message_id, ${recipientColumns.join(', ')}, hold_id FROM queue_recipient WHERE message_id >= ? AND message_id <= ? ORDER BY message_id, place`,
    first,
    last,
  )
  const indexes = new Map(messages.map(({ message_id }, index) => [message_id, index]))
  const valuesOf = (row: Record<string, SqlValue>, columns: readonly string[]) => columns.map((column) => row[column] ?? null)
  return {
    piece: {
      messages: messages.map((row) => valuesOf(row, messageColumns)),
      recipients: recipients.map(({ message_id, hold_id, ...row }) => [
        indexes.get(message_id ?? null) ?? 0,
        ...valuesOf(hold_id === null ? row : { ...row, next_ms: 0 }, recipientColumns),
      ]),
    },
    last,
  }
}

/** Rows of a piece, in a queue that has none of them. Resolves to where their octets are. */
export async function loadQueuePiece(
  tx: Transaction,
  { messages, recipients }: QueuePiece,
): Promise<readonly { readonly segment: number; readonly octets: number }[]> {
  const places: { segment: number; octets: number }[] = []
  const of = Map.groupBy(recipients, ([index]) => index)
  for (const [index, values] of messages.entries()) {
    const made = await tx.get<{ message_id: number; segment: number; octets_length: number; envelope: string }>(
      `INSERT INTO queue_message (${messageColumns.join(', ')}) VALUES (${messageColumns.map(() => '?').join(', ')})
       RETURNING message_id, segment, octets_length, envelope`,
      ...values,
    )
    if (made === undefined) throw new Error('INSERT without a row')
    places.push({ segment: made.segment, octets: made.octets_length })
    const { priority } = JSON.parse(made.envelope) as { readonly priority: number }
    for (const [, ...recipient] of of.get(index) ?? []) await loadRecipient(tx, made.message_id, priority, recipient)
  }
  return places
}

async function loadRecipient(tx: Transaction, messageId: number, priority: number, values: readonly SqlValue[]): Promise<void> {
  const [address, nextMs] = [values[recipientColumns.indexOf('address')] as string, values[recipientColumns.indexOf('next_ms')] as number]
  const destinationId = await enterDestination(tx, { destination: destinationOf(address), priority, nextMs, count: 1 })
  await tx.run(
    `INSERT INTO queue_recipient (message_id, destination_id, ${recipientColumns.join(', ')}) VALUES (?, ?, ${recipientColumns.map(() => '?').join(', ')})`,
    messageId,
    destinationId,
    ...values,
  )
}

/** A message of the queue, and where what it needs of its record's octets begins and ends. */
export interface QueuedOctets {
  readonly message_id: number
  readonly queue_id: string
  readonly number: number
  readonly segment: number
  readonly record_offset: number
  readonly octets_begin: number
  readonly octets_end: number
}

/** In their order, past the one given. */
export const queuedOctetsQuery: Query<{ readonly after: number; readonly limit: number }, readonly QueuedOctets[]> = {
  name: 'queue.octets',
  run: (reader, { after, limit }) =>
    reader.all<QueuedOctets>(
      `SELECT message_id, queue_id, number, segment, record_offset, octets_start + octets_length AS octets_end,
         CASE WHEN prefix_start < octets_start THEN prefix_start ELSE octets_start END AS octets_begin FROM queue_message
       WHERE message_id > ? ORDER BY message_id LIMIT ?`,
      after,
      limit,
    ),
}

/** Its octets stand in another record now, where they are still the ones that were moved. Resolves to their length; undefined: they are not. */
export async function relocateQueued(
  tx: Transaction,
  [queueId, number]: readonly [queueId: string, number: number],
  { from, to, skippedOctets }: { readonly from: Location; readonly to: Location; readonly skippedOctets: number },
): Promise<number | undefined> {
  const row = await tx.get<{ octets_length: number }>(
    `UPDATE queue_message SET segment = ?, record_offset = ?, prefix_start = prefix_start - ?, octets_start = octets_start - ?
     WHERE queue_id = ? AND number = ? AND segment = ? AND record_offset = ? RETURNING octets_length`,
    to.segment,
    to.offset,
    skippedOctets,
    skippedOctets,
    queueId,
    number,
    from.segment,
    from.offset,
  )
  return row?.octets_length
}

import type { Location } from '../content/content.ts'
import type { Query, SqlValue, Transaction } from '../database/database.ts'
import type { OutgoingEnvelope, OutgoingName } from '../mail/outgoing.ts'
import { destinationOf, enterDestination, leaveDestination } from './destinations.ts'

/** Where the text of a message stands in the log: a prefix, then the octets, or slices of them (store/slices.ts). */
export interface QueuedPlace {
  readonly location: Location
  readonly prefixStart: number
  readonly prefixLength: number
  readonly octetsStart: number
  readonly octetsLength: number
  /** As `formatSlices` writes them. */
  readonly slices: string | null
}

export interface NewMessage extends OutgoingName {
  readonly envelope: OutgoingEnvelope
  readonly acceptedAtMs: number
  readonly place: QueuedPlace
  /** As it goes out. */
  readonly sizeBytes: number
  /** Its Message-ID, for the journal. */
  readonly headerId: string | undefined
}

/** Rows of a message. Resolves to when its first recipient is due; undefined: it was here already. */
export async function addToQueue(tx: Transaction, message: NewMessage): Promise<number | undefined> {
  const { recipients, ...envelope } = message.envelope
  const messageId = await insertMessage(tx, message, envelope, recipients.length)
  if (messageId === undefined) return undefined
  const nextMs = envelope.notBeforeMs ?? message.acceptedAtMs
  const { priority } = envelope
  const places = Map.groupBy(recipients.keys(), (index) => destinationOf(recipients[index]?.address ?? ''))
  for (const [destination, indexes] of places) {
    const destinationId = await enterDestination(tx, { destination, priority, nextMs, count: indexes.length })
    for (const index of indexes) {
      const { address = '', dsn } = recipients[index] ?? {}
      await tx.run(
        'INSERT INTO queue_recipient (message_id, place, destination_id, address, dsn, next_ms) VALUES (?, ?, ?, ?, ?, ?)',
        messageId,
        index,
        destinationId,
        address,
        dsn === undefined ? null : JSON.stringify(dsn),
        nextMs,
      )
    }
  }
  return nextMs
}

async function insertMessage(
  tx: Transaction,
  { queueId, number, acceptedAtMs, place, sizeBytes, headerId }: NewMessage,
  envelope: Omit<OutgoingEnvelope, 'recipients'>,
  waiting: number,
): Promise<number | undefined> {
  const { originator } = envelope
  const row: Record<string, SqlValue> = {
    queue_id: queueId,
    number,
    accepted_at_ms: acceptedAtMs,
    segment: place.location.segment,
    record_offset: place.location.offset,
    prefix_start: place.prefixStart,
    prefix_length: place.prefixLength,
    octets_start: place.octetsStart,
    octets_length: place.octetsLength,
    slices: place.slices,
    size_bytes: sizeBytes,
    header_id: headerId ?? null,
    account_id: originator.accountId ?? null,
    address_id: originator.addressId,
    customer_id: originator.customerId,
    envelope: JSON.stringify(envelope),
    waiting,
  }
  const names = Object.keys(row)
  const made = await tx.get<{ message_id: number }>(
    `INSERT INTO queue_message (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
     ON CONFLICT (queue_id, number) DO NOTHING RETURNING message_id`,
    ...Object.values(row),
  )
  return made?.message_id
}

/** A message that waits. */
export interface QueuedMessage {
  readonly message_id: number
  readonly header_id: string | null
  readonly size_bytes: number
  readonly segment: number
  readonly octets_length: number
  readonly envelope: Omit<OutgoingEnvelope, 'recipients'>
}

/** Undefined: none of its recipients waits any more. */
export async function queuedMessage(tx: Transaction, { queueId, number }: OutgoingName): Promise<QueuedMessage | undefined> {
  const row = await tx.get<Omit<QueuedMessage, 'envelope'> & { envelope: string }>(
    'SELECT message_id, header_id, size_bytes, segment, octets_length, envelope FROM queue_message WHERE queue_id = ? AND number = ?',
    queueId,
    number,
  )
  return row && { ...row, envelope: JSON.parse(row.envelope) as QueuedMessage['envelope'] }
}

/** Of those of these recipients that still wait. */
export async function waitingAddresses(tx: Transaction, messageId: number, recipients: readonly { readonly index: number }[]): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (const { index } of recipients) {
    const row = await tx.get<{ address: string }>('SELECT address FROM queue_recipient WHERE message_id = ? AND place = ?', messageId, index)
    if (row !== undefined) found.set(index, row.address)
  }
  return found
}

/** Recipients go. True: the last of the message did, and it with them. */
export async function removeFromQueue(tx: Transaction, { message_id }: QueuedMessage, indexes: readonly number[]): Promise<boolean> {
  const left = new Map<number, number>()
  let count = 0
  for (const index of indexes) {
    const row = await tx.get<{ destination_id: number }>(
      'DELETE FROM queue_recipient WHERE message_id = ? AND place = ? RETURNING destination_id',
      message_id,
      index,
    )
    if (row === undefined) continue
    left.set(row.destination_id, (left.get(row.destination_id) ?? 0) + 1)
    count++
  }
  if (count === 0) return false
  for (const [destinationId, gone] of left) await leaveDestination(tx, destinationId, gone)
  const row = await tx.get<{ waiting: number }>('UPDATE queue_message SET waiting = waiting - ? WHERE message_id = ? RETURNING waiting', count, message_id)
  if (row?.waiting !== 0) return false
  await tx.run('DELETE FROM queue_message WHERE message_id = ?', message_id)
  return true
}

/** Undefined: it waits no more. */
export const queuedPlaceQuery: Query<OutgoingName, QueuedPlace | undefined> = {
  name: 'queue.place',
  async run(reader, { queueId, number }) {
    const row = await reader.get<Omit<QueuedPlace, 'location'> & Location>(
      `SELECT segment, record_offset AS "offset", prefix_start AS "prefixStart", prefix_length AS "prefixLength", octets_start AS "octetsStart",
         octets_length AS "octetsLength", slices FROM queue_message WHERE queue_id = ? AND number = ?`,
      queueId,
      number,
    )
    if (row === undefined) return undefined
    const { segment, offset, ...place } = row
    return { location: { segment, offset }, ...place }
  },
}

import type { Change, Query, Reader, Transaction } from '../database/database.ts'
import type { QueueId } from '../mail/ids.ts'
import { neverMs, reckonAll } from './destinations.ts'

/**
 * What mail is kept back of. `sender-domain`: of the reverse-path. Holds are the operator's word and not in the content log; a rebuild leaves them alone.
 * Recipients are not touched when a hold is made: who takes what is due finds it, and puts it aside. Letting go likewise happens by the way, in
 * portions. So a million that are kept back cost nobody a pause.
 */
export type HoldSubject =
  | { readonly kind: 'mailbox'; readonly accountId: number }
  | { readonly kind: 'customer'; readonly customerId: number }
  | { readonly kind: 'sender-domain' | 'destination'; readonly domain: string }
  | { readonly kind: 'message'; readonly queueId: QueueId }
  | { readonly kind: 'recipient'; readonly queueId: QueueId; readonly number: number; readonly index: number }

export interface Hold {
  readonly subject: HoldSubject
  readonly reason: string
  readonly sinceMs: number
}

export function subjectText(subject: HoldSubject): string {
  switch (subject.kind) {
    case 'mailbox':
      return `mailbox ${subject.accountId}`
    case 'customer':
      return `customer ${subject.customerId}`
    case 'sender-domain':
    case 'destination':
      return `${subject.kind} ${subject.domain}`
    case 'message':
      return `message ${subject.queueId}`
    case 'recipient':
      return `recipient ${subject.queueId} ${subject.number} ${subject.index}`
  }
}

function readSubject(text: string): HoldSubject {
  const [kind = '', first = '', number, index] = text.split(' ')
  switch (kind) {
    case 'mailbox':
      return { kind, accountId: Number(first) }
    case 'customer':
      return { kind, customerId: Number(first) }
    case 'sender-domain':
    case 'destination':
      return { kind, domain: first }
    case 'message':
      return { kind, queueId: first as QueueId }
    case 'recipient':
      return { kind, queueId: first as QueueId, number: Number(number), index: Number(index) }
  }
  throw new Error(`a hold of unknown kind: ${text}`)
}

/** What may keep a recipient back. */
export interface Holdable {
  readonly queue_id: string
  readonly number: number
  readonly place: number
  readonly destination: string
  readonly account_id: number | null
  readonly customer_id: number
  readonly reverse_path: string
}

export function subjectsOf(row: Holdable): readonly string[] {
  const queueId = row.queue_id as QueueId
  return [
    ...(row.account_id === null ? [] : [subjectText({ kind: 'mailbox', accountId: row.account_id })]),
    subjectText({ kind: 'customer', customerId: row.customer_id }),
    subjectText({ kind: 'sender-domain', domain: row.reverse_path.slice(row.reverse_path.lastIndexOf('@') + 1) }),
    subjectText({ kind: 'destination', domain: row.destination }),
    subjectText({ kind: 'message', queueId }),
    subjectText({ kind: 'recipient', queueId, number: row.number, index: row.place }),
  ]
}

export interface HoldRow {
  readonly hold_id: number
  readonly subject: string
  readonly reason: string
  readonly since_ms: number
}

/** Subjects asked for in one statement. */
const subjectsAtOnce = 500

/** Holds on these subjects that are in force. */
export async function holdsOn(reader: Reader, subjects: Iterable<string>): Promise<ReadonlyMap<string, HoldRow>> {
  const wanted = [...new Set(subjects)]
  const found = new Map<string, HoldRow>()
  for (let at = 0; at < wanted.length; at += subjectsAtOnce) {
    const some = wanted.slice(at, at + subjectsAtOnce)
    const rows = await reader.all<HoldRow>(
      `SELECT hold_id, subject, reason, since_ms FROM queue_hold WHERE released = 0 AND subject IN (${some.map(() => '?').join(', ')})`,
      ...some,
    )
    for (const row of rows) found.set(row.subject, row)
  }
  return found
}

export async function isAnythingHeld(reader: Reader): Promise<boolean> {
  return (await reader.get('SELECT 1 AS one FROM queue_hold LIMIT 1')) !== undefined
}

/** Recipients let go in one go. */
const released = 500

/** Lets go some of what is to be let go; true: there may be more. */
export async function releaseSome(tx: Transaction, nowMs: number): Promise<boolean> {
  const hold = await tx.get<{ hold_id: number }>('SELECT hold_id FROM queue_hold WHERE released = 1 LIMIT 1')
  if (hold === undefined) return false
  const rows = await tx.all<{ destination_id: number }>(
    `UPDATE queue_recipient SET next_ms = ?, hold_id = NULL WHERE (message_id, place) IN
       (SELECT message_id, place FROM queue_recipient WHERE hold_id = ? LIMIT ?) RETURNING destination_id`,
    nowMs,
    hold.hold_id,
    released,
  )
  await reckonAll(tx, new Set(rows.map(({ destination_id }) => destination_id)))
  if (rows.length < released) await tx.run('DELETE FROM queue_hold WHERE hold_id = ?', hold.hold_id)
  return true
}

export const holdChange: Change<Hold, void> = {
  name: 'queue.hold',
  durable: true,
  async run(tx, { subject, reason, sinceMs }) {
    await dropStale(tx)
    await tx.run(
      `INSERT INTO queue_hold (subject, queue_id, reason, since_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (subject) DO UPDATE SET reason = excluded.reason, since_ms = excluded.since_ms, released = 0`,
      subjectText(subject),
      'queueId' in subject ? subject.queueId : null,
      reason,
      sinceMs,
    )
    if (subject.kind === 'destination') await tx.run('UPDATE queue_destination SET next_ms = ? WHERE destination = ?', neverMs, subject.domain)
  },
}

/** Resolves to false where there was no such hold. */
export const releaseChange: Change<{ readonly subject: HoldSubject; readonly nowMs: number }, boolean> = {
  name: 'queue.release',
  durable: true,
  async run(tx, { subject, nowMs }) {
    await dropStale(tx)
    const held = await tx.run('UPDATE queue_hold SET released = 1 WHERE subject = ? AND released = 0', subjectText(subject))
    if (held === 0) return false
    if (subject.kind === 'destination') {
      const rows = await tx.all<{ destination_id: number }>('SELECT destination_id FROM queue_destination WHERE destination = ?', subject.domain)
      await reckonAll(tx, new Set(rows.map(({ destination_id }) => destination_id)))
    }
    await releaseSome(tx, nowMs)
    return true
  },
}

export const holdsQuery: Query<Record<never, never>, readonly Hold[]> = {
  name: 'queue.holds',
  async run(reader) {
    const rows = await reader.all<HoldRow>('SELECT hold_id, subject, reason, since_ms FROM queue_hold WHERE released = 0 ORDER BY since_ms, hold_id')
    return rows.map(({ subject, reason, since_ms }) => ({ subject: readSubject(subject), reason, sinceMs: since_ms }))
  },
}

/** Of messages that wait no more. */
async function dropStale(tx: Transaction): Promise<void> {
  await tx.run('DELETE FROM queue_hold WHERE queue_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM queue_message m WHERE m.queue_id = queue_hold.queue_id)')
}

/** What of these may not go is put aside; resolves to what may. */
export async function putHeldAside<Row extends Holdable & { readonly message_id: number }>(tx: Transaction, rows: readonly Row[]): Promise<readonly Row[]> {
  const holds = await holdsOn(tx, rows.flatMap(subjectsOf))
  if (holds.size === 0) return rows
  const free: Row[] = []
  for (const row of rows) {
    const hold = subjectsOf(row)
      .map((subject) => holds.get(subject))
      .find((found) => found !== undefined)
    if (hold === undefined) free.push(row)
    else {
      const { message_id, place } = row
      await tx.run(
        'UPDATE queue_recipient SET next_ms = ?, leased = 0, hold_id = ? WHERE message_id = ? AND place = ?',
        neverMs,
        hold.hold_id,
        message_id,
        place,
      )
    }
  }
  return free
}

/** True: nothing goes there; its row is out of the way then. The transaction has the row. */
export async function isDestinationHeld(
  tx: Transaction,
  { destination, destination_id }: { readonly destination: string; readonly destination_id: number },
): Promise<boolean> {
  const holds = await holdsOn(tx, [subjectText({ kind: 'destination', domain: destination })])
  if (holds.size === 0) return false
  await tx.run('UPDATE queue_destination SET next_ms = ? WHERE destination_id = ?', neverMs, destination_id)
  return true
}

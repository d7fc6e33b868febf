import type { Query } from '../../database/database.ts'
import type { LockKind, LockPlace, LockScope } from '../change/locks.ts'
import { customersWithin, type Reach } from '../reach.ts'

/** A lock as it stands (SPEC E6). */
export interface StandingLock extends LockPlace {
  /** Address of a mailbox, or name of a customer. */
  readonly name: string
  readonly reason: string
  readonly takesMail: boolean
  /** Who made it. */
  readonly actor: string
  readonly atMs: number
  /** When it ends by itself; undefined: when somebody ends it. */
  readonly untilMs: number | undefined
}

interface Row {
  scope: LockScope
  owner_id: number
  kind: LockKind
  name: string
  reason: string | null
  takes_mail: number
  actor: string
  at_ms: number
  until_ms: number | null
}

const columns = (table: LockScope, name: string) => `lock_note.scope, lock_note.owner_id, lock_note.kind, ${name} AS name,
  CASE WHEN lock_note.kind = 'whole' THEN ${table}.locked_reason ELSE ${table}.sending_locked_reason END AS reason,
  ${table}.locked_takes_mail AS takes_mail, lock_note.actor, lock_note.at_ms, lock_note.until_ms`

const ofMailboxes = `SELECT ${columns('account', 'address.key')}, lock_note.owner_id AS account_id FROM lock_note
  JOIN account ON account.account_id = lock_note.owner_id JOIN address ON address.account_id = account.account_id
  JOIN customer ON customer.customer_id = account.customer_id WHERE lock_note.scope = 'account'`
const ofCustomers = `SELECT ${columns('customer', 'customer.name')}, 0 AS account_id FROM lock_note
  JOIN customer ON customer.customer_id = lock_note.owner_id WHERE lock_note.scope = 'customer'`

function standing(row: Row): StandingLock {
  const { scope, owner_id: ownerId, kind, name, reason, takes_mail: takesMail, actor, at_ms: atMs, until_ms: untilMs } = row
  return { scope, ownerId, kind, name, reason: reason ?? '', takesMail: kind === 'sending' || takesMail === 1, actor, atMs, untilMs: untilMs ?? undefined }
}

/** The newest first, within reach. */
export const listLocks: Query<{ readonly reach: Reach; readonly limit: number }, readonly StandingLock[]> = {
  name: 'directory.locks',
  async run(reader, { reach, limit }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<Row>(
      `SELECT * FROM (${ofMailboxes} AND ${sql} UNION ALL ${ofCustomers} AND ${sql}) standing ORDER BY at_ms DESC, name, kind LIMIT ?`,
      ...parameters,
      ...parameters,
      limit,
    )
    return rows.map(standing)
  },
}

/** Whose time is over. */
export const locksDue: Query<{ readonly nowMs: number; readonly limit: number }, readonly StandingLock[]> = {
  name: 'directory.locks-due',
  async run(reader, { nowMs, limit }) {
    const due = 'AND lock_note.until_ms <= ?'
    const rows = await reader.all<Row>(
      `SELECT * FROM (${ofMailboxes} ${due} UNION ALL ${ofCustomers} ${due}) standing ORDER BY until_ms LIMIT ?`,
      nowMs,
      nowMs,
      limit,
    )
    return rows.map(standing)
  },
}

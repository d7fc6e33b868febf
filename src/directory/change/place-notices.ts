import type { Language } from '../../base/language.ts'
import type { Change, Query, SqlValue, Transaction } from '../../database/database.ts'
import type { QueueId } from '../../mail/ids.ts'
import type { CredentialOwner } from './credentials.ts'
import type { Holder } from '../query/web-users.ts'

/** Somebody signed in from a new place, and its owner is to hear of it. */
export interface PlaceNotice extends Holder {
  readonly noticeId: string
  readonly ip: string
  /** "Firefox (Windows)". */
  readonly browser: string
  /** What the page spoke: for whom no mailbox here says it. */
  readonly language: Language
  readonly atMs: number
}

/** `waiting`: to be told; `taken`: a message that tells it has a name, and may be there; `shown`: nobody knows an address, so the panel tells. */
type NoticeState = 'waiting' | 'taken' | 'shown'

/** Of one owner; the oldest go first. */
const maxNotices = 20

/** Part of the sign-in itself. What was told by mail is not kept. */
export async function addPlaceNotice(tx: Transaction, notice: PlaceNotice): Promise<void> {
  const { noticeId, owner, ownerId, ip, browser, language, atMs } = notice
  await tx.run(
    "INSERT INTO place_notice (notice_id, owner, owner_id, state, ip, browser, language, at_ms) VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?)",
    ...[noticeId, owner, ownerId, ip, browser, language, atMs],
  )
  await tx.run(
    `DELETE FROM place_notice WHERE owner = ? AND owner_id = ? AND state <> 'taken' AND notice_id NOT IN
       (SELECT notice_id FROM place_notice WHERE owner = ? AND owner_id = ? ORDER BY at_ms DESC, notice_id LIMIT ?)`,
    ...[owner, ownerId, owner, ownerId, maxNotices],
  )
}

/** The oldest that wait. */
export const waitingPlaceNotices: Query<{ readonly limit: number }, readonly PlaceNotice[]> = {
  name: 'directory.waiting-place-notices',
  async run(reader, { limit }) {
    const rows = await reader.all<NoticeRow>("SELECT * FROM place_notice WHERE state = 'waiting' ORDER BY at_ms, notice_id LIMIT ?", limit)
    return rows.map(notice)
  },
}

/** What its owner is shown in the panel. Newest first. */
export const shownPlaceNotices: Query<Holder, readonly PlaceNotice[]> = {
  name: 'directory.shown-place-notices',
  async run(reader, { owner, ownerId }) {
    const rows = await reader.all<NoticeRow>(
      "SELECT * FROM place_notice WHERE owner = ? AND owner_id = ? AND state = 'shown' ORDER BY at_ms DESC, notice_id",
      ...[owner, ownerId],
    )
    return rows.map(notice)
  },
}

/** Those that this node was at when it died, and the messages that were to tell them. */
export const takenPlaceNotices: Query<{ readonly node: number }, readonly { readonly noticeId: string; readonly queueId: QueueId }[]> = {
  name: 'directory.taken-place-notices',
  async run(reader, { node }) {
    return reader.all<{ noticeId: string; queueId: QueueId }>(
      `SELECT notice_id AS "noticeId", queue_id AS "queueId" FROM place_notice WHERE state = 'taken' AND node = ?`,
      node,
    )
  },
}

/** Before its message is committed. false: somebody else is at it. */
export const takePlaceNotice: Change<{ readonly noticeId: string; readonly node: number; readonly queueId: QueueId }, boolean> = {
  name: 'directory.take-place-notice',
  durable: true,
  async run(tx, { noticeId, node, queueId }) {
    return (
      (await tx.run(
        "UPDATE place_notice SET state = 'taken', node = ?, queue_id = ? WHERE notice_id = ? AND state = 'waiting'",
        ...[node, queueId, noticeId],
      )) > 0
    )
  },
}

/** What became of one: told, or to be told by mail after all, or in the panel. */
export const settlePlaceNotice: Change<{ readonly noticeId: string; readonly outcome: 'told' | Exclude<NoticeState, 'taken'> }, undefined> = {
  name: 'directory.settle-place-notice',
  durable: true,
  async run(tx, { noticeId, outcome }) {
    if (outcome === 'told') await tx.run('DELETE FROM place_notice WHERE notice_id = ?', noticeId)
    else await tx.run('UPDATE place_notice SET state = ?, node = NULL, queue_id = NULL WHERE notice_id = ?', outcome, noticeId)
    return undefined
  },
}

/** Its owner has seen it in the panel. Resolves to false where there is no such notice of theirs. */
export const dismissPlaceNotice: Change<Holder & { readonly noticeId: string }, boolean> = {
  name: 'directory.dismiss-place-notice',
  durable: true,
  async run(tx, { owner, ownerId, noticeId }) {
    return (await tx.run("DELETE FROM place_notice WHERE owner = ? AND owner_id = ? AND notice_id = ? AND state = 'shown'", owner, ownerId, noticeId)) > 0
  },
}

/** Where an operator's mail goes: the address of the mailbox that they named. Undefined: none. */
export const operatorMailbox: Query<{ readonly operatorId: number }, string | undefined> = {
  name: 'directory.operator-mailbox',
  async run(reader, { operatorId }) {
    const row = await reader.get<{ key: string }>(
      'SELECT address.key FROM operator JOIN address ON address.address_id = operator.address_id WHERE operator.operator_id = ?',
      operatorId,
    )
    return row?.key
  },
}

interface NoticeRow extends Record<string, SqlValue> {
  notice_id: string
  owner: CredentialOwner
  owner_id: number
  ip: string
  browser: string
  language: Language
  at_ms: number
}

function notice(row: NoticeRow): PlaceNotice {
  const { notice_id: noticeId, owner, owner_id: ownerId, ip, browser, language, at_ms: atMs } = row
  return { noticeId, owner, ownerId, ip, browser, language, atMs }
}

import type { Change, Query, Transaction } from '../database/database.ts'
import { fulltextTables } from './fulltext/tables.ts'
import { loggedQueueTables } from '../queue/schema.ts'
import { loggedTables } from './schema.ts'

/**
 * How far a rebuild has come, kept in the database: one that was ended goes on, and nobody takes half an index for a whole one.
 *
 * baselines: rows are being loaded from baselines; begins anew. replay: the log is being applied; goes on from the position.
 */
export interface RebuildState {
  readonly phase: 'baselines' | 'replay'
  /** Journal rows are made too. */
  readonly journal: boolean
  /** See Rebuilt. */
  readonly lostParts: number
}

/** Undefined: no rebuild is under way. */
export const rebuildStateQuery: Query<Record<never, never>, RebuildState | undefined> = {
  name: 'store.rebuild-state',
  async run(reader) {
    const row = await reader.get<{ phase: RebuildState['phase']; journal: number; lost_parts: number }>('SELECT phase, journal, lost_parts FROM rebuild_state')
    return row && { phase: row.phase, journal: row.journal === 1, lostParts: row.lost_parts }
  },
}

/** Removes all rows that the log can give again. */
export const beginRebuildChange: Change<Record<never, never>, void> = {
  name: 'store.begin-rebuild',
  durable: true,
  async run(tx) {
    // A journal that is there stays: it has refusals, which the log has not.
    const hasJournal = (await tx.get('SELECT 1 AS one FROM journal LIMIT 1')) !== undefined
    const ofLog = ['segment_usage', 'log_position', 'unapplied', 'rebuild_state']
    for (const table of [...loggedTables, ...loggedQueueTables, 'acl', 'shared_mailbox', 'lesson', ...fulltextTables, ...ofLog]) {
      await tx.run(`DELETE FROM ${table}`)
    }
    await tx.run("INSERT INTO rebuild_state (phase, journal, lost_parts) VALUES ('baselines', ?, 0)", hasJournal ? 0 : 1)
  },
}

export const replayBeginsChange: Change<Record<never, never>, void> = {
  name: 'store.replay-begins',
  durable: true,
  async run(tx) {
    await tx.run("UPDATE rebuild_state SET phase = 'replay'")
  },
}

/** Where something was lost, clients are told to forget what they know (RFC 9051 2.3.1.1). */
export const endRebuildChange: Change<{ readonly nowMs: number }, void> = {
  name: 'store.end-rebuild',
  durable: true,
  async run(tx, { nowMs }) {
    const state = await tx.get<{ lost_parts: number }>('SELECT lost_parts FROM rebuild_state')
    if (state !== undefined && state.lost_parts > 0) {
      const seconds = Math.floor(nowMs / 1000)
      await tx.run('UPDATE account_state SET last_uid_validity = CASE WHEN last_uid_validity >= ? THEN last_uid_validity + 1 ELSE ? END', seconds, seconds)
      await tx.run('UPDATE mailbox SET uid_validity = (SELECT last_uid_validity FROM account_state a WHERE a.account_id = mailbox.account_id)')
    }
    await tx.run('DELETE FROM rebuild_state')
  },
}

/** More than one mailbox gets in the time that a part of the log stands for. */
const leapUids = 1_000_000

/**
 * Something is left out in a rebuild that was not left out when the index was made, or may not have been. UIDs and mailboxes that were named
 * after it are not the ones that would be given now, so none of those is given: a later EXPUNGE finds nothing rather than another message.
 */
export async function leap(tx: Transaction): Promise<void> {
  await tx.run('UPDATE mailbox SET uid_next = uid_next + ? WHERE uid_next < ?', leapUids, 2 ** 32 - 2 * leapUids)
  await tx.run('UPDATE account_state SET next_mailbox_id = next_mailbox_id + ?', leapUids)
  await tx.run('UPDATE rebuild_state SET lost_parts = lost_parts + 1')
}

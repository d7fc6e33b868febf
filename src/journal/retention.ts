import { setTimeout as sleep } from 'node:timers/promises'
import type { Change, Database, Query } from '../database/database.ts'
import { firstIdOf } from './entry-id.ts'

/** Both hold (SPEC A12): `journal.days` and `journal.max-size`. */
export interface JournalLimits {
  readonly days: number
  /** As estimated when entries were written: what SQLite needs for rows and indexes. */
  readonly maxBytes: number
}

const dayMs = 86_400_000

/** Rows removed in one transaction: some 5 ms, so that nobody waits. */
const rowsPerStep = 400

/** Of the time, a share of one in `restFactor + 1` is spent on removing. */
const restFactor = 1

/** Removes what is older or more than the limits allow, in small steps. Resolves to the number of rows removed. */
export async function enforceRetention(database: Database, limits: JournalLimits, nowMs: number, signal?: AbortSignal): Promise<number> {
  let removed = 0
  for (;;) {
    const startedMs = performance.now()
    const step = await database.change(removeOldest, { beforeMs: nowMs - limits.days * dayMs, maxBytes: limits.maxBytes, rows: rowsPerStep })
    removed += step.removed
    if (!step.more || signal?.aborted === true) return removed
    await sleep((performance.now() - startedMs) * restFactor)
  }
}

/** Octets and rows of the journal, as `journal.max-size` counts them. */
export const journalSize: Query<undefined, { readonly entries: number; readonly bytes: number }> = {
  name: 'journal.size',
  async run(reader) {
    const size = await reader.get<{ entries: number | null; bytes: number | null }>('SELECT sum(entries) AS entries, sum(bytes) AS bytes FROM journal_run')
    return { entries: size?.entries ?? 0, bytes: size?.bytes ?? 0 }
  },
}

interface RemoveOldest {
  readonly beforeMs: number
  readonly maxBytes: number
  readonly rows: number
}

const countOff = 'UPDATE journal_run SET entries = GREATEST(0, entries - ?), bytes = GREATEST(0, bytes - ?) WHERE run_id = ?'

/**
 * One step. What is removed is counted off the oldest run, in the run's own average; a run is gone when its last entry is.
 * Entries and runs overlap a little in time, so the count of a run is a little off until its neighbours are gone too.
 */
export const removeOldest: Change<RemoveOldest, { readonly removed: number; readonly more: boolean }> = {
  name: 'journal.remove-oldest',
  durable: false,
  async run(tx, { beforeMs, maxBytes, rows }) {
    const oldest = await tx.get<{ run_id: number; last_id: number; entries: number; bytes: number }>(
      'SELECT run_id, last_id, entries, bytes FROM journal_run ORDER BY last_id LIMIT 1',
    )
    if (oldest === undefined) return { removed: 0, more: false }
    const { total } = (await tx.get<{ total: number | null }>('SELECT sum(bytes) AS total FROM journal_run')) ?? { total: 0 }
    const tooMuch = (total ?? 0) > maxBytes
    const end = tooMuch ? oldest.last_id + 1 : Math.min(firstIdOf(beforeMs), oldest.last_id + 1)
    const removed = await tx.run('DELETE FROM journal WHERE entry_id IN (SELECT entry_id FROM journal WHERE entry_id < ? ORDER BY entry_id LIMIT ?)', end, rows)
    const runIsGone = removed < rows && end > oldest.last_id
    if (runIsGone) {
      await tx.run('DELETE FROM journal_run WHERE run_id = ?', oldest.run_id)
    } else if (removed > 0) {
      const bytes = Math.round((oldest.bytes / Math.max(1, oldest.entries)) * removed)
      await tx.run(countOff, removed, bytes, oldest.run_id)
    }
    return { removed, more: removed === rows || runIsGone }
  },
}

import { randomInt } from 'node:crypto'
import type { Transaction } from '../database/database.ts'
import type { JournalId } from './entry-id.ts'
import { runLength } from './search-key.ts'

/**
 * Who writes, so that no two transactions wait for one run: on PostgreSQL they commit side by side. `mail` is written by the
 * store, one transaction after another; `refusals` by the journal's own writer.
 */
export type Lane = 'mail' | 'refusals'

/** This process: others have runs of their own. */
const processNumber = randomInt(2 ** 30)

function laneNumber(lane: Lane): number {
  return processNumber * 2 + (lane === 'mail' ? 0 : 1)
}

/** The run that takes the next entries of this lane, with room for at least one. */
export async function openRun(tx: Transaction, lane: Lane): Promise<{ readonly run: number; readonly room: number }> {
  const number = laneNumber(lane)
  const open = await tx.get<{ run_id: number; entries: number }>(
    'SELECT run_id, entries FROM journal_run WHERE lane = ? AND entries < ? ORDER BY run_id DESC LIMIT 1',
    number,
    runLength,
  )
  if (open !== undefined) return { run: open.run_id, room: runLength - open.entries }
  const made = await tx.get<{ run_id: number }>(
    'INSERT INTO journal_run (lane, first_id, last_id, entries, bytes) VALUES (?, ?, 0, 0, 0) RETURNING run_id',
    number,
    Number.MAX_SAFE_INTEGER,
  )
  if (made === undefined) throw new Error('INSERT without a row')
  return { run: made.run_id, room: runLength }
}

const extend = `UPDATE journal_run SET first_id = LEAST(first_id, ?), last_id = GREATEST(last_id, ?), entries = entries + ?, bytes = bytes + ?
  WHERE run_id = ?`

const make = 'INSERT INTO journal_run (run_id, lane, first_id, last_id, entries, bytes) VALUES (?, ?, ?, ?, ?, ?)'

/** Says what was written to a run: search and retention go by it. */
export async function extendRun(tx: Transaction, lane: Lane, run: number, ids: readonly JournalId[], bytes: number): Promise<void> {
  let first = Number.MAX_SAFE_INTEGER
  let last = 0
  for (const id of ids) {
    if (id < first) first = id
    if (id > last) last = id
  }
  if ((await tx.run(extend, first, last, ids.length, bytes, run)) > 0) return
  // Retention has just removed it: an empty run that is written to again.
  await tx.run(make, run, laneNumber(lane), first, last, ids.length, bytes)
}

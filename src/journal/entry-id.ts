import type { Brand } from '../base/brand.ts'

/** Names one row of the journal. Sorts by the time at which its transaction began (or its connection was refused). */
export type JournalId = Brand<number, 'JournalId'>

/**
 * 2025-01-01T00:00:00Z. Milliseconds since then times 64 fit into 47 bits until 2094, which SQLite keeps in six octets
 * in each of the indexes.
 */
const epochMs = Date.UTC(2025, 0, 1)

/** Rows of one millisecond. One more goes into the next millisecond: its real time is kept beside it. */
const rowsPerMs = 64

/** The lowest id of the millisecond. Times before 2025 (a clock that is not set) count as its first. */
export function firstIdOf(ms: number): JournalId {
  return (Math.max(0, Math.floor(ms) - epochMs) * rowsPerMs) as JournalId
}

export function timeOf(id: JournalId): number {
  return Math.floor(id / rowsPerMs) + epochMs
}

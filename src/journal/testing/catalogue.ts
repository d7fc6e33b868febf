import type { Change, Query } from '../../database/database.ts'
import type { JournalEntry } from '../entry.ts'
import type { JournalId } from '../entry-id.ts'
import { insertEntries } from '../insert.ts'

/** insertEntries as the store uses it, within a change of its own. */
export const insert: Change<readonly JournalEntry[], readonly JournalId[]> = {
  name: 'testing.insert-entries',
  durable: false,
  run: (tx, entries) => insertEntries(tx, entries),
}

export const counts: Query<undefined, { readonly rows: number; readonly phrases: number; readonly inRow: number; readonly runs: number }> = {
  name: 'testing.journal-counts',
  async run(reader) {
    const count = async (what: string) => (await reader.get<{ n: number }>(`SELECT count(*) AS n FROM ${what}`))?.n ?? 0
    return {
      rows: await count('journal'),
      phrases: await count('journal_phrase'),
      inRow: await count('journal WHERE phrase IS NOT NULL'),
      runs: await count('journal_run'),
    }
  },
}

import type { Query } from '../../database/database.ts'
import type { DayCounts } from './snapshot.ts'
import { readCases, type StoredCase } from './stored.ts'

export interface CaseNote {
  readonly atMs: number
  /** `applied`: somebody asked the list to take it off. `heard`: a server's answer. */
  readonly kind: 'applied' | 'heard'
  readonly text: string
}

export interface CaseHistory extends StoredCase {
  readonly notes: readonly CaseNote[]
}

/** Cases since then, oldest first, with what was done about them. */
export const caseHistory: Query<{ readonly subject: string | undefined; readonly sinceMs: number }, readonly CaseHistory[]> = {
  name: 'relay.case-history',
  async run(reader, { subject, sinceMs }) {
    const cases = await readCases(reader, sinceMs, subject)
    const found: CaseHistory[] = []
    for (const one of cases) {
      const rows = await reader.all<{ at_ms: number; kind: CaseNote['kind']; text: string }>(
        'SELECT at_ms, kind, text FROM relay_case_note WHERE case_id = ? ORDER BY number',
        one.caseId,
      )
      found.push({ ...one, notes: rows.map((row) => ({ atMs: row.at_ms, kind: row.kind, text: row.text })) })
    }
    return found
  },
}

/** What a relay carried, day by day, the last one first. */
export const relayDays: Query<{ readonly subject: string; readonly sinceDay: number }, readonly (DayCounts & { readonly day: number })[]> = {
  name: 'relay.days',
  async run(reader, { subject, sinceDay }) {
    return await reader.all<DayCounts & { day: number }>(
      'SELECT day, delivered, deferred, failed, listed FROM relay_day WHERE subject = ? AND day >= ? ORDER BY day DESC',
      subject,
      sinceDay,
    )
  },
}

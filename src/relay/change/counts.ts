import type { Change } from '../../database/database.ts'
import { countsOfDay, type DayCounts } from '../query/snapshot.ts'

export interface CountsToAdd extends DayCounts {
  readonly subject: string
  readonly day: number
}

/** Days that counts are kept for. */
const keptDays = 400

/** Adds what was carried, and gives the sums of a day, with what other processes and nodes have added. */
export const countCarried: Change<{ readonly counts: readonly CountsToAdd[]; readonly today: number }, readonly (readonly [string, DayCounts])[]> = {
  name: 'relay.count-carried',
  durable: false,
  async run(tx, { counts, today }) {
    for (const { subject, day, delivered, deferred, failed, listed } of counts) {
      await tx.run(
        `INSERT INTO relay_day (subject, day, delivered, deferred, failed, listed) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (subject, day) DO UPDATE SET delivered = relay_day.delivered + excluded.delivered, deferred = relay_day.deferred + excluded.deferred,
           failed = relay_day.failed + excluded.failed, listed = relay_day.listed + excluded.listed`,
        ...[subject, day, delivered, deferred, failed, listed],
      )
      await tx.run('DELETE FROM relay_day WHERE subject = ? AND day < ?', subject, day - keptDays)
    }
    return await countsOfDay(tx, today)
  },
}

/** What is wrong with a blocklist now; undefined: it answers. Since when stays, as long as something is. */
export const noteListTrouble: Change<{ readonly zone: string; readonly why: string | undefined; readonly atMs: number }, void> = {
  name: 'relay.note-list-trouble',
  durable: false,
  async run(tx, { zone, why, atMs }) {
    if (why === undefined) await tx.run('DELETE FROM relay_list_trouble WHERE zone = ?', zone)
    else {
      await tx.run(
        'INSERT INTO relay_list_trouble (zone, since_at_ms, why) VALUES (?, ?, ?) ON CONFLICT (zone) DO UPDATE SET why = excluded.why',
        ...[zone, atMs, why],
      )
    }
  },
}

/** Takes or keeps a lease, unless another has it. One that dies lets it run out. */
export const takeLease: Change<{ readonly name: string; readonly holder: string; readonly nowMs: number; readonly untilMs: number }, boolean> = {
  name: 'relay.take-lease',
  durable: false,
  async run(tx, { name, holder, nowMs, untilMs }) {
    const changed = await tx.run(
      `INSERT INTO relay_lease (name, holder, until_ms) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms WHERE relay_lease.holder = excluded.holder OR relay_lease.until_ms < ?`,
      ...[name, holder, untilMs, nowMs],
    )
    return changed > 0
  },
}

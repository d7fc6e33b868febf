import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Change, Database } from '../database/database.ts'
import { type Counted, Tally } from '../database/tally.ts'
import { gatherLimits } from './limits.ts'
import type { TlsObservation } from './tls-report.ts'

interface Kind {
  readonly domain: string
  readonly seen: string
}

/** Counts sessions alike, until they are written. */
export class TlsTally {
  readonly #tally: Tally<Kind>

  constructor({ database, clock, log }: { readonly database: Pick<Database, 'change'>; readonly clock: Clock; readonly log: Log }) {
    const write = (rows: readonly Counted<Kind>[]) => database.change(countTlsSeen, rows)
    this.#tally = new Tally({ clock, log, maxKinds: gatherLimits.kinds, write, what: 'TLS results' })
  }

  /** Never waits and never fails. */
  note(observation: TlsObservation): void {
    const seen = JSON.stringify(observation)
    this.#tally.add(seen, () => ({ domain: observation.policy.domain, seen }))
  }

  /** Resolves when all that was counted before is written, or could not be (which is logged). */
  flush(): Promise<void> {
    return this.#tally.flush()
  }
}

/** Adds to the rows of days and domains, and removes days that are over; resolves to the number of sessions for which there was no room. */
export const countTlsSeen: Change<readonly Counted<Kind>[], number> = {
  name: 'tlsrpt.count-seen',
  durable: false,
  async run(tx, rows) {
    const newest = Math.max(...rows.map(({ day }) => day))
    await tx.run('DELETE FROM tls_seen WHERE day < ?', newest - gatherLimits.days)
    let lost = 0
    for (const { day, domain, seen, count } of rows) {
      const key = createHash('sha256').update(seen).digest('base64url').slice(0, 22)
      const added = await tx.run('UPDATE tls_seen SET sessions = sessions + ? WHERE day = ? AND domain = ? AND row_key = ?', count, day, domain, key)
      if (added > 0) continue
      const ofDomain = await tx.get<{ n: number }>('SELECT count(*) AS n FROM tls_seen WHERE day = ? AND domain = ?', day, domain)
      const ofDay = await tx.get<{ n: number }>('SELECT count(*) AS n FROM tls_seen WHERE day = ?', day)
      if ((ofDomain?.n ?? 0) >= gatherLimits.rowsPerDomain || (ofDay?.n ?? 0) >= gatherLimits.rowsPerDay) lost += count
      else await tx.run('INSERT INTO tls_seen (day, domain, row_key, seen, sessions) VALUES (?, ?, ?, ?, ?)', day, domain, key, seen, count)
    }
    return lost
  },
}

import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Change, Database, Reader, SqlValue } from '../database/database.ts'
import { type Counted, Tally } from '../database/tally.ts'
import { gatherLimits } from './limits.ts'
import type { Observation } from './observation.ts'

/** Counts messages alike, until they are written. */
export class DmarcTally {
  readonly #tally: Tally<Kind>

  constructor({ database, clock, log }: { readonly database: Pick<Database, 'change'>; readonly clock: Clock; readonly log: Log }) {
    const write = (rows: readonly Counted<Kind>[]) => database.change(countSeen, rows)
    this.#tally = new Tally({ clock, log, maxKinds: gatherLimits.kinds, write, what: 'DMARC results' })
  }

  /** Never waits and never fails. */
  note({ policy, reportTo, row }: Observation): void {
    const seen = JSON.stringify(row)
    this.#tally.add(`${policy.domain} ${seen}`, () => ({
      domain: policy.domain,
      seen,
      policy: JSON.stringify(policy),
      reportTo: JSON.stringify(reportTo),
      passed: row.dkim || row.spf,
      disposition: row.disposition,
    }))
  }

  /** Resolves when all that was counted before is written, or could not be (which is logged). */
  flush(): Promise<void> {
    return this.#tally.flush()
  }
}

interface Kind {
  readonly domain: string
  readonly seen: string
  readonly policy: string
  readonly reportTo: string
  readonly passed: boolean
  readonly disposition: string
}

const insertRow = `INSERT INTO dmarc_seen (day, domain, row_key, seen, policy, report_to, passed, disposition, messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (day, domain, row_key) DO UPDATE SET messages = dmarc_seen.messages + excluded.messages, policy = excluded.policy, report_to = excluded.report_to`

/** Adds to the rows of days and domains, and removes days that are over; resolves to the number of messages for which there was no room. */
export const countSeen: Change<readonly Counted<Kind>[], number> = {
  name: 'dmarc.count-seen',
  durable: false,
  async run(tx, rows) {
    const newest = Math.max(...rows.map(({ day }) => day))
    await tx.run('DELETE FROM dmarc_seen WHERE day < ?', newest - gatherLimits.days)
    const room = new Room(tx)
    let lost = 0
    for (const { day, domain, seen, policy, reportTo, passed, disposition, count } of rows) {
      const key = createHash('sha256').update(seen).digest('base64url').slice(0, 22)
      const known = await tx.get('SELECT 1 AS known FROM dmarc_seen WHERE day = ? AND domain = ? AND row_key = ?', day, domain, key)
      if (known === undefined && !(await room.take(day, domain))) {
        lost += count
        continue
      }
      await tx.run(insertRow, day, domain, key, seen, policy, reportTo, Number(passed), disposition, count)
    }
    return lost
  },
}

/** Rows that days and domains have room for; each is counted once in a transaction. */
class Room {
  readonly #reader: Reader
  readonly #left = new Map<string, number>()

  constructor(reader: Reader) {
    this.#reader = reader
  }

  async take(day: number, domain: string): Promise<boolean> {
    const ofDay = await this.#leftOf(`${day}`, gatherLimits.rowsPerDay, 'SELECT count(*) AS n FROM dmarc_seen WHERE day = ?', day)
    const ofDomain = await this.#leftOf(
      `${day} ${domain}`,
      gatherLimits.rowsPerDomain,
      'SELECT count(*) AS n FROM dmarc_seen WHERE day = ? AND domain = ?',
      day,
      domain,
    )
    if (ofDay <= 0 || ofDomain <= 0) return false
    this.#left.set(`${day}`, ofDay - 1)
    this.#left.set(`${day} ${domain}`, ofDomain - 1)
    return true
  }

  async #leftOf(key: string, limit: number, sql: string, ...parameters: readonly SqlValue[]): Promise<number> {
    const known = this.#left.get(key)
    if (known !== undefined) return known
    const counted = await this.#reader.get<{ n: number }>(sql, ...parameters)
    return limit - (counted?.n ?? 0)
  }
}

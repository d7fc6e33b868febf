import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Change, Database, Reader, SqlValue } from '../database/database.ts'
import { gatherLimits } from './limits.ts'
import type { Observation } from './observation.ts'

/** A crash costs what was counted since; reports are statistics. */
const flushAfterMs = 1_000
/** Rows of one transaction. */
const rowsPerChange = 500
const dayMs = 86_400_000

/** Counts messages alike, until they are written. `note` never waits and never fails; past its bounds it counts what it lost. */
export class DmarcTally {
  readonly #database: Pick<Database, 'change'>
  readonly #clock: Clock
  readonly #log: Log
  #kinds = new Map<string, Counted>()
  #lost = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined

  constructor({ database, clock, log }: { readonly database: Pick<Database, 'change'>; readonly clock: Clock; readonly log: Log }) {
    this.#database = database
    this.#clock = clock
    this.#log = log
  }

  note({ policy, reportTo, row }: Observation): void {
    const day = Math.floor(this.#clock.now() / dayMs)
    const seen = JSON.stringify(row)
    const key = `${day} ${policy.domain} ${seen}`
    const known = this.#kinds.get(key)
    if (known !== undefined) known.messages += 1
    else if (this.#kinds.size >= gatherLimits.kinds) this.#lost += 1
    else
      this.#kinds.set(key, {
        day,
        domain: policy.domain,
        seen,
        policy: JSON.stringify(policy),
        reportTo: JSON.stringify(reportTo),
        passed: row.dkim || row.spf,
        disposition: row.disposition,
        messages: 1,
      })
    this.#timer ??= setTimeout(() => void this.flush(), flushAfterMs).unref()
  }

  /** Resolves when all that was counted before is written, or could not be (which is logged). */
  async flush(): Promise<void> {
    await this.#writing
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#write()
    await this.#writing
    this.#writing = undefined
  }

  async #write(): Promise<void> {
    const counted = [...this.#kinds.values()]
    this.#kinds = new Map()
    let lost = this.#lost
    this.#lost = 0
    for (let at = 0; at < counted.length; at += rowsPerChange) {
      const rows = counted.slice(at, at + rowsPerChange)
      try {
        lost += await this.#database.change(countSeen, rows)
      } catch (err) {
        this.#log.error('DMARC results cannot be written', { err })
        lost += rows.reduce((sum, { messages }) => sum + messages, 0)
      }
    }
    if (lost > 0) this.#log.warn('messages are missing in DMARC reports', { messages: lost })
  }
}

interface Counted {
  readonly day: number
  readonly domain: string
  readonly seen: string
  readonly policy: string
  readonly reportTo: string
  readonly passed: boolean
  readonly disposition: string
  messages: number
}

const insertRow = `INSERT INTO dmarc_seen (day, domain, row_key, seen, policy, report_to, passed, disposition, messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (day, domain, row_key) DO UPDATE SET messages = dmarc_seen.messages + excluded.messages, policy = excluded.policy, report_to = excluded.report_to`

/** Adds to the rows of days and domains, and removes days that are over; resolves to the number of messages for which there was no room. */
export const countSeen: Change<readonly Counted[], number> = {
  name: 'dmarc.count-seen',
  durable: false,
  async run(tx, rows) {
    const newest = Math.max(...rows.map(({ day }) => day))
    await tx.run('DELETE FROM dmarc_seen WHERE day < ?', newest - gatherLimits.days)
    const room = new Room(tx)
    let lost = 0
    for (const { day, domain, seen, policy, reportTo, passed, disposition, messages } of rows) {
      const key = createHash('sha256').update(seen).digest('base64url').slice(0, 22)
      const known = await tx.get('SELECT 1 AS known FROM dmarc_seen WHERE day = ? AND domain = ? AND row_key = ?', day, domain, key)
      if (known === undefined && !(await room.take(day, domain))) {
        lost += messages
        continue
      }
      await tx.run(insertRow, day, domain, key, seen, policy, reportTo, Number(passed), disposition, messages)
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

import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Change, Database } from '../../database/database.ts'
import { type Counted, Tally } from '../../database/tally.ts'
import type { JournalEntry } from '../entry.ts'
import { packCounts, type PackedCounts, packedFields } from './kinds.ts'

/** A crash costs the counts of so long; the journal has what they were made of. */
const flushAfterMs = 10_000
/** Kinds of one flush: thousands of domains at once. */
const maxKinds = 50_000

/** Counts what becomes of messages, by customer, domain and hour, beside the journal: a message costs it a few additions in memory. */
export class StatisticsTally {
  readonly #tally: Tally<Row>

  constructor({ database, clock, log }: { readonly database: Pick<Database, 'change'>; readonly clock: Clock; readonly log: Log }) {
    const write = (rows: readonly Counted<Row>[]) => database.change(addStatistics, rows)
    this.#tally = new Tally({ clock, log, maxKinds, flushAfterMs, write, what: 'statistics' })
  }

  /** Never waits and never fails. */
  noted(entry: JournalEntry): void {
    this.add(packCounts([entry]))
  }

  add(packed: PackedCounts): void {
    for (let at = 0; at < packed.length; at += packedFields) {
      const [customerId, domain, hour, kind, number] = packed.slice(at, at + packedFields) as [number, string, number, string, number]
      this.#tally.add(`${hour} ${customerId} ${domain} ${kind}`, () => ({ customerId, domain, hour, kind }), number)
    }
  }

  /** Resolves when all that was counted before is written, or could not be (which is logged). */
  flush(): Promise<void> {
    return this.#tally.flush()
  }
}

interface Row {
  readonly customerId: number
  readonly domain: string
  readonly hour: number
  readonly kind: string
}

export const addRow = `INSERT INTO statistic (customer_id, domain, hour, kind, number) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (customer_id, domain, hour, kind) DO UPDATE SET number = statistic.number + excluded.number`

/** Always in one order, so that two processes on PostgreSQL do not wait for each other in a circle. There is room for all. */
export const addStatistics: Change<readonly (Row & { readonly count: number })[], number> = {
  name: 'journal.add-statistics',
  durable: false,
  async run(tx, rows) {
    const key = ({ customerId, domain, hour, kind }: Row) => `${customerId} ${domain} ${hour} ${kind}`
    const sorted = rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    for (const { customerId, domain, hour, kind, count } of sorted) await tx.run(addRow, customerId, domain, hour, kind, count)
    return 0
  },
}

import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { keepTlsReport, type ReceivedTlsReport, receivedTlsReports } from './received.ts'
import { type Reporter, tlsReportOfDay } from './seen.ts'
import type { TlsReport } from './tls-report.ts'

const dayMs = 86_400_000
/** Shown at most. */
const shownReports = 1_000

/** What became of a file, and of which domain it is: `foreign` is a report about a domain that is not ours. */
export interface TakenTlsReport {
  readonly outcome: 'kept' | 'known' | 'too many' | 'foreign'
  readonly domain: string
}

export interface TlsReportsOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly clock: Clock
  readonly reporter: Reporter
  readonly isOurDomain: (domain: string) => Promise<boolean>
  /** The report in a file or message, read where nobody waits for it. */
  readonly read: (file: Uint8Array) => Promise<TlsReport | undefined>
}

/** Reports of ours to others, and of others to us (RFC 8460). */
export class TlsReports {
  readonly #options: TlsReportsOptions

  constructor(options: TlsReportsOptions) {
    this.#options = options
  }

  /** Our report of the day (UTC) in which `atMs` lies; undefined: nothing was sent there. */
  ofDay(domain: string, atMs: number): Promise<TlsReport | undefined> {
    const { database, reporter } = this.#options
    return database.query(tlsReportOfDay, { day: Math.floor(atMs / dayMs), domain, reporter })
  }

  /** Others' reports about a domain, newest first. */
  received(domain: string, sinceMs: number): Promise<ReceivedTlsReport[]> {
    return this.#options.database.query(receivedTlsReports, { domain, sinceMs, limit: shownReports })
  }

  /** Reads a file and keeps the report in it; undefined: there is none. */
  async read(file: Uint8Array): Promise<{ readonly report: TlsReport; readonly taken: readonly TakenTlsReport[] } | undefined> {
    const report = await this.#options.read(file)
    return report && { report, taken: await this.take(report) }
  }

  /** Keeps a report for each domain of ours that it is about. */
  async take(report: TlsReport, provenSender?: string): Promise<TakenTlsReport[]> {
    const { database, clock, isOurDomain } = this.#options
    const receivedDay = Math.floor(clock.now() / dayMs)
    const taken: TakenTlsReport[] = []
    for (const [domain, policies] of Map.groupBy(report.policies, ({ policy }) => policy.domain)) {
      const ours = await isOurDomain(domain)
      const outcome = ours ? await database.change(keepTlsReport, { domain, report: { ...report, policies }, provenSender, receivedDay }) : 'foreign'
      taken.push({ outcome, domain })
    }
    return taken
  }
}

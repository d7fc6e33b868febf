import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { fields } from '../message/header-section.ts'
import type { AggregateReport } from './aggregate-report.ts'
import type { Observation } from './observation.ts'
import { keepReport, type ReceivedReport, receivedReports } from './received.ts'
import { type Reporter, type ReportToSend, reportOfDay, type SeenDomain, seenDomains } from './seen.ts'

const dayMs = 86_400_000
/** Shown at most. */
const shownDomains = 1_000
const shownReports = 1_000

/** What became of a file: `foreign` is a report about a domain that is not ours. */
export interface ReadFile {
  readonly outcome: 'kept' | 'known' | 'too many' | 'foreign' | 'unreadable'
  readonly report?: AggregateReport
}

/** What the way of a message tells: its result is counted, and a report that it brings is read. Neither waits nor fails. */
export interface DmarcDesk {
  note(observation: Observation): void
  arrived(message: Uint8Array, facts: Arrival): void
}

export interface Arrival {
  readonly queueId: string
  /** Domain of the message's author, where it is proven. */
  readonly provenSender?: string | undefined
}

export interface DmarcReportsOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly clock: Clock
  readonly reporter: Reporter
  readonly isOurDomain: (domain: string) => Promise<boolean>
  /** The report in a file or message (report-of-message.ts), read where nobody waits for it. */
  readonly read: (file: Uint8Array) => Promise<AggregateReport | undefined>
}

/** Reports of ours to others, as far as they are made, and of others to us. */
export class DmarcReports {
  readonly #options: DmarcReportsOptions

  constructor(options: DmarcReportsOptions) {
    this.#options = options
  }

  /** Domains with a record whose mail came in since then, to the day (UTC). */
  seen(sinceMs: number): Promise<SeenDomain[]> {
    return this.#options.database.query(seenDomains, { sinceDay: Math.floor(sinceMs / dayMs), limit: shownDomains })
  }

  /** Our report of the day (UTC) in which `atMs` lies; undefined: nothing came. */
  ofDay(domain: string, atMs: number): Promise<ReportToSend | undefined> {
    const { database, reporter } = this.#options
    return database.query(reportOfDay, { day: Math.floor(atMs / dayMs), domain, reporter })
  }

  /** Others' reports about a domain, newest first. */
  received(domain: string, sinceMs: number): Promise<ReceivedReport[]> {
    return this.#options.database.query(receivedReports, { domain, sinceS: Math.floor(sinceMs / 1000), limit: shownReports })
  }

  /** Reads a file and keeps the report in it. */
  async take(file: Uint8Array): Promise<ReadFile> {
    const report = await this.#options.read(file)
    return report === undefined ? { outcome: 'unreadable' } : this.keep(report, undefined)
  }

  /** Keeps a report, if it is about a domain of ours or one below it. */
  async keep(report: AggregateReport, provenSender: string | undefined): Promise<ReadFile> {
    const { database, clock } = this.#options
    if (!(await this.#isOurs(report.policy.domain))) return { outcome: 'foreign', report }
    const receivedDay = Math.floor(clock.now() / dayMs)
    return { outcome: await database.change(keepReport, { report, provenSender, receivedDay }), report }
  }

  /** A record may stand below the domain that we were given. */
  async #isOurs(domain: string): Promise<boolean> {
    for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
      if (await this.#options.isOurDomain(name)) return true
    }
    return false
  }
}

/** Does a message say that it brings a report (RFC 9990 2.1.3, RFC 8460 5.3)? Cheap, as it is asked of every message; its Subject is of a form that no person writes. */
export function announcesReport(headerSection: Uint8Array): boolean {
  const subject = fields(headerSection, 'subject')[0]
  return subject !== undefined && /^\s*Report[ -]Domain:/i.test(subject)
}

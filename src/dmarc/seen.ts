import type { Query } from '../database/database.ts'
import type { AggregateReport, PublishedPolicy, RowKey } from './aggregate-report.ts'

const daySeconds = 86_400

/** What came in of one domain in some days. */
export interface SeenDomain {
  readonly domain: string
  readonly messages: number
  readonly passed: number
  readonly quarantined: number
  readonly rejected: number
}

/** Domains with a record whose mail came in since a day (days since 1970), those of most messages first. */
export const seenDomains: Query<{ readonly sinceDay: number; readonly limit: number }, SeenDomain[]> = {
  name: 'dmarc.seen-domains',
  async run(reader, { sinceDay, limit }) {
    return await reader.all<SeenDomain & Record<string, never>>(
      `SELECT domain, CAST(sum(messages) AS INTEGER) AS messages, CAST(sum(passed * messages) AS INTEGER) AS passed,
         CAST(sum(CASE WHEN disposition = 'quarantine' THEN messages ELSE 0 END) AS INTEGER) AS quarantined,
         CAST(sum(CASE WHEN disposition = 'reject' THEN messages ELSE 0 END) AS INTEGER) AS rejected
       FROM dmarc_seen WHERE day >= ? GROUP BY domain ORDER BY sum(messages) DESC, domain LIMIT ?`,
      sinceDay,
      limit,
    )
  },
}

/** Domains of one day (days since 1970), by name. */
export const dmarcDomainsOfDay: Query<{ readonly day: number }, string[]> = {
  name: 'dmarc.domains-of-day',
  async run(reader, { day }) {
    const rows = await reader.all<{ domain: string }>('SELECT DISTINCT domain FROM dmarc_seen WHERE day = ? ORDER BY domain', day)
    return rows.map(({ domain }) => domain)
  },
}

/** Whose report it is: ours. */
export interface Reporter {
  readonly hostName: string
  readonly email: string
}

export interface ReportToSend {
  readonly report: AggregateReport
  /** rua=: where the domain wants it. */
  readonly to: readonly string[]
}

/** The report of one day (UTC) to one domain; undefined: nothing came of it. */
export const reportOfDay: Query<{ readonly day: number; readonly domain: string; readonly reporter: Reporter }, ReportToSend | undefined> = {
  name: 'dmarc.report-of-day',
  async run(reader, { day, domain, reporter }) {
    const rows = await reader.all<{ seen: string; policy: string; report_to: string; messages: number }>(
      'SELECT seen, policy, report_to, messages FROM dmarc_seen WHERE day = ? AND domain = ? ORDER BY messages DESC, row_key',
      day,
      domain,
    )
    const [first] = rows
    if (first === undefined) return undefined
    const beginS = day * daySeconds
    const report: AggregateReport = {
      reporter: reporter.hostName,
      email: reporter.email,
      reportId: `${beginS}.${domain}@${reporter.hostName}`,
      beginS,
      endS: beginS + daySeconds - 1,
      policy: JSON.parse(first.policy) as PublishedPolicy,
      rows: rows.map(({ seen, messages }) => ({ ...(JSON.parse(seen) as RowKey), count: messages })),
    }
    return { report, to: JSON.parse(first.report_to) as string[] }
  },
}

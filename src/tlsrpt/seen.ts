import type { Query } from '../database/database.ts'
import type { PolicyResults, ReportedPolicy, TlsObservation, TlsReport } from './tls-report.ts'

const dayMs = 86_400_000

/** Whose report it is: ours. */
export interface Reporter {
  readonly hostName: string
  readonly email: string
}

/** Domains of one day (days since 1970), by name. */
export const tlsDomainsOfDay: Query<{ readonly day: number }, string[]> = {
  name: 'tlsrpt.domains-of-day',
  async run(reader, { day }) {
    const rows = await reader.all<{ domain: string }>('SELECT DISTINCT domain FROM tls_seen WHERE day = ? ORDER BY domain', day)
    return rows.map(({ domain }) => domain)
  },
}

/** The report of one day (UTC) to one domain; undefined: there were no sessions. */
export const tlsReportOfDay: Query<{ readonly day: number; readonly domain: string; readonly reporter: Reporter }, TlsReport | undefined> = {
  name: 'tlsrpt.report-of-day',
  async run(reader, { day, domain, reporter }) {
    const rows = await reader.all<{ seen: string; sessions: number }>(
      'SELECT seen, sessions FROM tls_seen WHERE day = ? AND domain = ? ORDER BY sessions DESC, row_key',
      day,
      domain,
    )
    if (rows.length === 0) return undefined
    const beginMs = day * dayMs
    return {
      organisation: reporter.hostName,
      contact: reporter.email,
      reportId: `${beginMs / 1000}.${domain}@${reporter.hostName}`,
      beginMs,
      endMs: beginMs + dayMs - 1000,
      policies: byPolicy(rows.map(({ seen, sessions }) => ({ ...(JSON.parse(seen) as TlsObservation), sessions }))),
    }
  },
}

function byPolicy(rows: readonly (TlsObservation & { readonly sessions: number })[]): PolicyResults[] {
  return [...Map.groupBy(rows, ({ policy }) => JSON.stringify(policy))].map(([policy, some]) => {
    const failures = some.flatMap(({ failure, sessions }) => (failure === undefined ? [] : [{ ...failure, sessions }]))
    const failed = failures.reduce((sum, { sessions }) => sum + sessions, 0)
    const all = some.reduce((sum, { sessions }) => sum + sessions, 0)
    return { policy: JSON.parse(policy) as ReportedPolicy, successful: all - failed, failed, failures }
  })
}

import type { Change, Query } from '../database/database.ts'
import { keptReportDays, reportLimits } from './limits.ts'
import type { TlsReport } from './tls-report.ts'

/** A report of others about a domain of ours, as it is kept. */
export interface ReceivedTlsReport extends TlsReport {
  /** Domain of the author of the mail that brought it, where that was proven; undefined: anybody may have written it. */
  readonly provenSender: string | undefined
}

interface NewReport {
  readonly domain: string
  readonly report: TlsReport
  readonly provenSender: string | undefined
  /** Days since 1970. */
  readonly receivedDay: number
}

/** Keeps a report. `known`: it was there already; `too many`: of that domain on that day. */
export const keepTlsReport: Change<NewReport, 'kept' | 'known' | 'too many'> = {
  name: 'tlsrpt.keep-report',
  durable: true,
  async run(tx, { domain, report, provenSender, receivedDay }) {
    await tx.run('DELETE FROM tls_report WHERE received_day < ?', receivedDay - keptReportDays)
    const today = await tx.get<{ n: number }>('SELECT count(*) AS n FROM tls_report WHERE received_day = ? AND domain = ?', receivedDay, domain)
    if ((today?.n ?? 0) >= reportLimits.perDomainAndDay) return 'too many'
    const written = await tx.run(
      `INSERT INTO tls_report (domain, organisation, report_id, end_ms, received_day, proven_sender, report)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      domain,
      report.organisation,
      report.reportId,
      report.endMs,
      receivedDay,
      provenSender ?? null,
      JSON.stringify(report),
    )
    return written === 0 ? 'known' : 'kept'
  },
}

/** Reports about a domain whose time ends at `sinceMs` or later, newest first. */
export const receivedTlsReports: Query<{ readonly domain: string; readonly sinceMs: number; readonly limit: number }, ReceivedTlsReport[]> = {
  name: 'tlsrpt.received-reports',
  async run(reader, { domain, sinceMs, limit }) {
    const rows = await reader.all<{ proven_sender: string | null; report: string }>(
      'SELECT proven_sender, report FROM tls_report WHERE domain = ? AND end_ms >= ? ORDER BY end_ms DESC, organisation, report_id LIMIT ?',
      domain,
      sinceMs,
      limit,
    )
    return rows.map((row) => ({ ...(JSON.parse(row.report) as TlsReport), provenSender: row.proven_sender ?? undefined }))
  },
}

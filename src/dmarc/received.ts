import type { Change, Query } from '../database/database.ts'
import type { AggregateReport } from './aggregate-report.ts'
import { keptReportDays, reportLimits } from './limits.ts'

/** A report of others about a domain of ours, as it is kept. */
export interface ReceivedReport extends AggregateReport {
  /** Domain of the author of the mail that brought it, where that was proven; undefined: anybody may have written it. */
  readonly provenSender: string | undefined
}

interface NewReport {
  readonly report: AggregateReport
  readonly provenSender: string | undefined
  /** Days since 1970. */
  readonly receivedDay: number
}

/** Keeps a report. `known`: it was there already; `too many`: of that domain on that day. */
export const keepReport: Change<NewReport, 'kept' | 'known' | 'too many'> = {
  name: 'dmarc.keep-report',
  durable: true,
  async run(tx, { report, provenSender, receivedDay }) {
    const { reporter, reportId, beginS, endS, policy, ...rest } = report
    await tx.run('DELETE FROM dmarc_report WHERE received_day < ?', receivedDay - keptReportDays)
    const today = await tx.get<{ n: number }>('SELECT count(*) AS n FROM dmarc_report WHERE received_day = ? AND domain = ?', receivedDay, policy.domain)
    if ((today?.n ?? 0) >= reportLimits.perDomainAndDay) return 'too many'
    const messages = report.rows.reduce((sum, { count }) => sum + count, 0)
    const passed = report.rows.reduce((sum, { count, dkim, spf }) => sum + (dkim || spf ? count : 0), 0)
    const written = await tx.run(
      `INSERT INTO dmarc_report (domain, reporter, report_id, begin_s, end_s, received_day, proven_sender, messages, passed, report)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      policy.domain,
      reporter,
      reportId,
      beginS,
      endS,
      receivedDay,
      provenSender ?? null,
      messages,
      passed,
      JSON.stringify({ ...rest, policy }),
    )
    return written === 0 ? 'known' : 'kept'
  },
}

/** Reports about a domain whose time ends at `sinceS` (seconds since 1970) or later, newest first. */
export const receivedReports: Query<{ readonly domain: string; readonly sinceS: number; readonly limit: number }, ReceivedReport[]> = {
  name: 'dmarc.received-reports',
  async run(reader, { domain, sinceS, limit }) {
    const rows = await reader.all<{ reporter: string; report_id: string; begin_s: number; end_s: number; proven_sender: string | null; report: string }>(
      'SELECT reporter, report_id, begin_s, end_s, proven_sender, report FROM dmarc_report WHERE domain = ? AND end_s >= ? ORDER BY end_s DESC, reporter, report_id LIMIT ?',
      domain,
      sinceS,
      limit,
    )
    return rows.map((row) => ({
      ...(JSON.parse(row.report) as Pick<AggregateReport, 'email' | 'policy' | 'rows'>),
      reporter: row.reporter,
      reportId: row.report_id,
      beginS: row.begin_s,
      endS: row.end_s,
      provenSender: row.proven_sender ?? undefined,
    }))
  },
}

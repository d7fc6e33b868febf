import type { ReceivedTlsReport } from '../../tlsrpt/received.ts'
import { writeTlsReport } from '../../tlsrpt/write-report.ts'
import type { TlsReportShown } from '../contract/tls-report.ts'
import type { Operations } from '../operation.ts'
import { readDomain } from '../reading.ts'
import { Refused } from '../refused.ts'
import { reportDayMs, reportsSinceMs } from '../report-day.ts'

/** How TLS went, as others were told, and told us. */
export const tlsReportOperations: Operations<'tls-report.own' | 'tls-report.received' | 'tls-report.read'> = {
  async 'tls-report.own'({ tlsReports, clock }, input) {
    const report = await tlsReports.ofDay(readDomain('domain', input.domain), reportDayMs(input.day, clock.now()))
    return { json: report && writeTlsReport(report) }
  },

  async 'tls-report.received'({ tlsReports, clock }, input) {
    const reports = await tlsReports.received(readDomain('domain', input.domain), reportsSinceMs(input.since, clock.now()))
    return { reports: reports.map(shown) }
  },

  async 'tls-report.read'({ tlsReports }, { file }) {
    const read = await tlsReports.read(Buffer.from(file, 'base64'))
    if (read === undefined) throw new Refused('input', 'file', { en: 'this is no TLS report', de: 'das ist kein TLS-Bericht' })
    const { report, taken } = read
    const kept = taken.filter(({ outcome }) => outcome === 'kept' || outcome === 'known')
    if (kept.length === 0)
      throw new Refused('unknown', 'file', {
        en: 'the report is about no domain of this installation, or there are too many of this day already',
        de: 'der Bericht betrifft keine Domain dieser Installation, oder es gibt von diesem Tag schon zu viele',
      })
    return { domains: kept.map(({ domain }) => domain), reporter: report.organisation, isNew: kept.some(({ outcome }) => outcome === 'kept') }
  },
}

function shown({ organisation, reportId, beginMs, endMs, provenSender, policies }: ReceivedTlsReport): TlsReportShown {
  const time = (ms: number) => new Date(ms).toISOString()
  return { reporter: organisation, reportId, begin: time(beginMs), end: time(endMs), provenSender, policies }
}

import type { ReceivedReport } from '../../dmarc/received.ts'
import { reportFileName, writeReport } from '../../dmarc/write-report.ts'
import type { DmarcReportShown } from '../contract/dmarc.ts'
import type { Operations } from '../operation.ts'
import { readDomain } from '../reading.ts'
import { type RefusalCode, Refused } from '../refused.ts'
import { reportDayMs, reportsSinceMs } from '../report-day.ts'

/** What others were told, and told us, of whose mail passed DMARC. */
export const dmarcOperations: Operations<'dmarc.seen' | 'dmarc.report' | 'dmarc.reports' | 'dmarc.read'> = {
  async 'dmarc.seen'({ dmarc, clock }, { since }) {
    return { domains: await dmarc.seen(reportsSinceMs(since, clock.now())) }
  },

  async 'dmarc.report'({ dmarc, clock }, input) {
    const domain = readDomain('domain', input.domain)
    const found = await dmarc.ofDay(domain, reportDayMs(input.day, clock.now()))
    if (found === undefined) return { report: undefined }
    const { report, to } = found
    return { report: { fileName: reportFileName(report, report.reporter), to, xml: writeReport(report) } }
  },

  async 'dmarc.reports'({ dmarc, clock }, input) {
    const reports = await dmarc.received(readDomain('domain', input.domain), reportsSinceMs(input.since, clock.now()))
    return { reports: reports.map(shown) }
  },

  async 'dmarc.read'({ dmarc }, { file }) {
    const { outcome, report } = await dmarc.take(Buffer.from(file, 'base64'))
    if (report === undefined) throw notRead('input', { en: 'this is no DMARC report', de: 'das ist kein DMARC-Bericht' })
    const { domain } = report.policy
    if (outcome === 'foreign')
      throw notRead('unknown', {
        en: `the report is about ${domain}, which is no domain of this installation`,
        de: `der Bericht betrifft ${domain}; diese Domain gehört nicht zu dieser Installation`,
      })
    if (outcome === 'too many')
      throw notRead('limit', {
        en: `there are too many reports about ${domain} of this day already`,
        de: `über ${domain} gibt es von diesem Tag schon zu viele Berichte`,
      })
    return { domain, reporter: report.reporter, reportId: report.reportId, isNew: outcome === 'kept' }
  },
}

function notRead(code: RefusalCode, text: { readonly en: string; readonly de: string }): Refused {
  return new Refused(code, 'file', text)
}

function shown({ reporter, reportId, beginS, endS, provenSender, policy, rows }: ReceivedReport): DmarcReportShown {
  const time = (seconds: number) => new Date(seconds * 1000).toISOString()
  return { reporter, reportId, begin: time(beginS), end: time(endS), provenSender, policy: policy.policy, rows }
}

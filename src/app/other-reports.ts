import { DmarcReports } from '../dmarc/reports.ts'
import { TlsReports } from '../tlsrpt/reports.ts'
import type { Parts } from './open.ts'
import { readReportApart } from './report-reader.ts'

type ReportParts = Pick<Parts, 'config' | 'clock' | 'database' | 'directory'>

export function openDmarcReports(parts: ReportParts): DmarcReports {
  const { clock, database, directory } = parts
  return new DmarcReports({
    ...{ database, clock, reporter: reporterOf(parts) },
    isOurDomain: (domain) => directory.isOurs(domain),
    async read(file) {
      const found = await readReportApart(file)
      return found?.about === 'dmarc' ? found.report : undefined
    },
  })
}

export function openTlsReports(parts: ReportParts): TlsReports {
  const { clock, database, directory } = parts
  return new TlsReports({
    ...{ database, clock, reporter: reporterOf(parts) },
    isOurDomain: (domain) => directory.isOurs(domain),
    async read(file) {
      const found = await readReportApart(file)
      return found?.about === 'tls' ? found.report : undefined
    },
  })
}

function reporterOf({ config: { hostname } }: ReportParts) {
  return { hostName: hostname, email: `postmaster@${hostname}` }
}

import { DmarcReports } from '../dmarc/reports.ts'
import type { Parts } from './open.ts'
import { readReportApart } from './report-reader.ts'

export function openDmarcReports({
  config,
  clock,
  log,
  database,
  directory,
}: Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>): DmarcReports {
  const { hostname } = config
  const isOurDomain = async (domain: string) => {
    const resolution = await directory.resolve({ localPart: 'postmaster', domain })
    return resolution.found !== undefined || resolution.why !== 'foreign'
  }
  return new DmarcReports({ database, clock, log, reporter: { hostName: hostname, email: `postmaster@${hostname}` }, isOurDomain, read: readReportApart })
}

import type { Catalogue } from '../database/database.ts'
import { keepTlsReport, receivedTlsReports } from './received.ts'
import { tlsDomainsOfDay, tlsReportOfDay } from './seen.ts'
import { countTlsSeen } from './tally.ts'

/** What the database threads run for TLS reports. */
export const tlsrptCatalogue: Catalogue = [countTlsSeen, keepTlsReport, receivedTlsReports, tlsDomainsOfDay, tlsReportOfDay]

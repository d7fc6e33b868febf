import type { Catalogue } from '../database/database.ts'
import { keepReport, receivedReports } from './received.ts'
import { dmarcDomainsOfDay, reportOfDay, seenDomains } from './seen.ts'
import { countSeen } from './tally.ts'

/** What the database threads run for DMARC reports. */
export const dmarcCatalogue: Catalogue = [countSeen, dmarcDomainsOfDay, keepReport, receivedReports, reportOfDay, seenDomains]

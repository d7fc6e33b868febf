import type { Catalogue } from '../database/database.ts'
import { claimReport } from './reports/claims.ts'
import { keepPolicy, keptPolicy } from './policy-store.ts'

/** What the database threads run for sending. */
export const sendingCatalogue: Catalogue = [claimReport, keepPolicy, keptPolicy]

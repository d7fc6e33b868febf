import type { Catalogue } from '../database/database.ts'
import { addJob, jobLines, jobsQuery, linesToDo, settleLines } from './change/bulk.ts'
import { beginRequest, endRequest, forgetRequest } from './change/idempotency.ts'

/** What the database's threads must know of this folder. */
export const apiCatalogue: Catalogue = [beginRequest, endRequest, forgetRequest, addJob, linesToDo, settleLines, jobsQuery, jobLines]

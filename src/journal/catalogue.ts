import type { Catalogue } from '../database/database.ts'
import { writeRefusals } from './journal-writer.ts'
import { journalSize, removeOldest } from './retention.ts'
import { journalPage } from './search.ts'
import { condenseStatistics, statisticsQuery } from './statistics/statistics.ts'
import { addStatistics } from './statistics/tally.ts'

/** What the database threads run for the journal; `insertEntries` is part of the store's changes. */
export const journalCatalogue: Catalogue = [journalPage, journalSize, removeOldest, writeRefusals, addStatistics, statisticsQuery, condenseStatistics]

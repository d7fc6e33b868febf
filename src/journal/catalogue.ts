import type { Catalogue } from '../database/database.ts'
import { writeRefusals } from './journal-writer.ts'
import { journalSize, removeOldest } from './retention.ts'
import { journalPage } from './search.ts'

/** What the database threads run for the journal; `insertEntries` is part of the store's changes. */
export const journalCatalogue: Catalogue = [journalPage, journalSize, removeOldest, writeRefusals]

import type { Catalogue } from '../database/database.ts'
import { declineNews, noteRecipients, sendLetter, stopLetter, takeRecipients } from './change.ts'
import { foreseeRecipients, listLetters, takenBy } from './rows.ts'

/** What the database threads run for letters. */
export const letterCatalogue: Catalogue = [sendLetter, stopLetter, takeRecipients, noteRecipients, declineNews, foreseeRecipients, listLetters, takenBy]

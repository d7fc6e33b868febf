import { catalogue } from '../../text/catalogue.ts'
import { journal as de } from '../../text/de/journal.ts'
import { journal as en } from '../../text/en/journal.ts'

export const useJournalText = catalogue({ en, de })

import { catalogue } from '../../text/catalogue.ts'
import { locks as de } from '../../text/de/locks.ts'
import { locks as en } from '../../text/en/locks.ts'

export const useLocksText = catalogue({ en, de })

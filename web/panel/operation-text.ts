import { catalogue } from '../text/catalogue.ts'
import { operation as de } from '../text/de/operation.ts'
import { operation as en } from '../text/en/operation.ts'

/** Words of customers, people, plans and settings. */
export const useOperationText = catalogue({ en, de })

import { catalogue } from '../../text/catalogue.ts'
import { bulk as de } from '../../text/de/bulk.ts'
import { bulk as en } from '../../text/en/bulk.ts'

export const useBulkText = catalogue({ en, de })

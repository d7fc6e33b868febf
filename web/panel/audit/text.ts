import { catalogue } from '../../text/catalogue.ts'
import { audit as de } from '../../text/de/audit.ts'
import { audit as en } from '../../text/en/audit.ts'

export const useAuditText = catalogue({ en, de })

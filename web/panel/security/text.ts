import { catalogue } from '../../text/catalogue.ts'
import { security as de } from '../../text/de/security.ts'
import { security as en } from '../../text/en/security.ts'

export const useSecurityText = catalogue({ en, de })

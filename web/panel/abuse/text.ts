import { catalogue } from '../../text/catalogue.ts'
import { abuse as de } from '../../text/de/abuse.ts'
import { abuse as en } from '../../text/en/abuse.ts'

export const useAbuseText = catalogue({ en, de })

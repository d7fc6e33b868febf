import { catalogue } from '../../text/catalogue.ts'
import { domains as de } from '../../text/de/domains.ts'
import { domains as en } from '../../text/en/domains.ts'

export const useDomainsText = catalogue({ en, de })

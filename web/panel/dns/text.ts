import { catalogue } from '../../text/catalogue.ts'
import { dns as de } from '../../text/de/dns.ts'
import { dns as en } from '../../text/en/dns.ts'

export const useDnsText = catalogue({ en, de })

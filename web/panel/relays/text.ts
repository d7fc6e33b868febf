import { catalogue } from '../../text/catalogue.ts'
import { relays as de } from '../../text/de/relays.ts'
import { relays as en } from '../../text/en/relays.ts'

export const useRelaysText = catalogue({ en, de })

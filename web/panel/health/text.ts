import { catalogue } from '../../text/catalogue.ts'
import { health as de } from '../../text/de/health.ts'
import { health as en } from '../../text/en/health.ts'

export const useHealthText = catalogue({ en, de })

import { catalogue } from '../../text/catalogue.ts'
import { statistics as de } from '../../text/de/statistics.ts'
import { statistics as en } from '../../text/en/statistics.ts'

export const useStatisticsText = catalogue({ en, de })

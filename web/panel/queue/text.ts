import { catalogue } from '../../text/catalogue.ts'
import { queue as de } from '../../text/de/queue.ts'
import { queue as en } from '../../text/en/queue.ts'

export const useQueueText = catalogue({ en, de })

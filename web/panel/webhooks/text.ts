import { catalogue } from '../../text/catalogue.ts'
import { webhooks as de } from '../../text/de/webhooks.ts'
import { webhooks as en } from '../../text/en/webhooks.ts'

export const useWebhooksText = catalogue({ en, de })

import { catalogue } from '../../text/catalogue.ts'
import { provider as de } from '../../text/de/provider.ts'
import { provider as en } from '../../text/en/provider.ts'

export const useProviderText = catalogue({ en, de })

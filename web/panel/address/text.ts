import { catalogue } from '../../text/catalogue.ts'
import { address as de } from '../../text/de/address.ts'
import { address as en } from '../../text/en/address.ts'

export const useAddressText = catalogue({ en, de })

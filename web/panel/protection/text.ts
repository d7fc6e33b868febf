import { catalogue } from '../../text/catalogue.ts'
import { protection as de } from '../../text/de/protection.ts'
import { protection as en } from '../../text/en/protection.ts'

export const useProtectionText = catalogue({ en, de })
export type ProtectionText = ReturnType<typeof useProtectionText>

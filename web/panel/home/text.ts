import { catalogue } from '../../text/catalogue.ts'
import { home as de } from '../../text/de/home.ts'
import { home as en } from '../../text/en/home.ts'

export const useHomeText = catalogue({ en, de })

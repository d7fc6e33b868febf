import { catalogue } from '../../text/catalogue.ts'
import { letters as de } from '../../text/de/letters.ts'
import { letters as en } from '../../text/en/letters.ts'

export const useLettersText = catalogue({ en, de })

export type LettersText = ReturnType<typeof useLettersText>

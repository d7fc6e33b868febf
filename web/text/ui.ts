import { catalogue } from './catalogue.ts'
import { ui as de } from './de/ui.ts'
import { ui as en } from './en/ui.ts'

/** The few words that the components of ui/ say themselves. */
export const useUiText = catalogue({ en, de })

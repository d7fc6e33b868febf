import { useSyncExternalStore } from 'react'
import type { Language } from '../../src/base/language.ts'
import { kept } from '../data/kept.ts'

export type { Language }

const chosen = kept<Language>('language', ['en', 'de'])

/** What is spoken: as chosen, or else the first of ours among the browser's languages. */
export function currentLanguage(): Language {
  return chosen.read() ?? navigator.languages.map((tag) => tag.slice(0, 2)).find((tag): tag is Language => tag === 'de' || tag === 'en') ?? 'en'
}

export function useLanguage(): Language {
  return useSyncExternalStore(chosen.subscribe, currentLanguage)
}

export function chooseLanguage(language: Language): void {
  chosen.write(language)
}

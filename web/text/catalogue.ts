import type { Language } from './language.ts'
import { useLanguage } from './language.ts'

/** The same texts in another language: each of them, and where it takes something, of the same. */
export type Like<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string
    ? string
    : Texts[Key] extends (...args: infer Arguments) => string
      ? (...args: Arguments) => string
      : Like<Texts[Key]>
}

/** The texts of one part as a hook: `const text = useText()`, `text.title`. English is where keys are born. */
export function catalogue<English extends object>(texts: { readonly en: English; readonly de: Like<English> }): () => Like<English> {
  const byLanguage: Readonly<Record<Language, Like<English>>> = { en: texts.en as Like<English>, de: texts.de }
  return function useText() {
    return byLanguage[useLanguage()]
  }
}

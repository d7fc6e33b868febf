import { shippedRules } from '../app/rule-folders.ts'
import type { Language } from '../base/language.ts'
import type { ToldCheck } from '../mail/check.ts'
import { ContentFilter } from '../spam/filter.ts'
import { LiveRules } from '../spam/rules/live-rules.ts'

/** Why each test of the content filter exists, read when it is first asked for: the shipped ones, and those of the operator's own files as they are now. */
export class TestReasons {
  readonly #language: Language
  readonly #ownRules: string
  #filter: ContentFilter | undefined

  /** `ownRules`: the operator's folder; it may be missing. */
  constructor(language: Language, ownRules: string) {
    this.#language = language
    this.#ownRules = ownRules
  }

  /** One line for each test that the finding names. */
  of({ check, detail = '' }: ToldCheck): readonly string[] {
    if (check !== 'content-filter') return []
    return [...detail.matchAll(/([A-Z][A-Z0-9_]*)=(-?[\d.]+)/g)].flatMap(([, name = '', points = '']) => {
      const why = this.#why(name)
      return why === undefined ? [] : [`${points} ${name}: ${why}`]
    })
  }

  #why(name: string): string | undefined {
    // Files that cannot be used are not in force either; the server's log tells of them.
    const files = { shipped: shippedRules, own: this.#ownRules, onFault: () => {}, now: () => 0 }
    this.#filter ??= new ContentFilter({ rules: new LiveRules(files).current() })
    return this.#filter.why(name)?.[this.#language]
  }
}

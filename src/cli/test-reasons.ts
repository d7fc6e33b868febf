import { shippedRules } from '../app/thread-entry.ts'
import type { Language } from '../base/language.ts'
import type { TimedCheck } from '../mail/check.ts'
import { ContentFilter } from '../spam/filter.ts'
import { readRuleFolder } from '../spam/rules/rule-folder.ts'
import { RuleSet } from '../spam/rules/rule-set.ts'

/** Why each test of the content filter exists, read when it is first asked for. Of tests of the operator's own, their files tell. */
export class TestReasons {
  readonly #language: Language
  #filter: ContentFilter | undefined

  constructor(language: Language) {
    this.#language = language
  }

  /** One line for each test that the finding names. */
  of({ check, detail = '' }: TimedCheck): readonly string[] {
    if (check !== 'content-filter') return []
    return [...detail.matchAll(/([A-Z][A-Z0-9_]*)=(-?[\d.]+)/g)].flatMap(([, name = '', points = '']) => {
      const why = this.#why(name)
      return why === undefined ? [] : [`${points} ${name}: ${why}`]
    })
  }

  #why(name: string): string | undefined {
    this.#filter ??= new ContentFilter({ rules: new RuleSet(readRuleFolder(shippedRules, true)) })
    return this.#filter.why(name)?.[this.#language]
  }
}

import type { TestHit } from '../input.ts'
import { viewMessage } from '../view/message-view.ts'
import type { Blocklist } from './blocklist-entry.ts'
import { compileRules, type Test, type Trial } from './compile.ts'
import { exampleInput } from './example.ts'
import type { Phrases } from './phrases.ts'
import { RuleError } from '../../base/rule-blocks.ts'
import { readRuleFile } from './rule-file.ts'
import { type RuleSubject, ruleSubject, type WordField, wordFields } from './subject.ts'

/** A rule file as it was read from somewhere. */
export interface RuleSource {
  readonly name: string
  readonly text: string
  /** Shipped with Posthorn: its patterns are known to end. */
  readonly trusted: boolean
}

/** All tests of an installation, checked and compiled. Never changed: a new set takes its place, or the old one stays. */
export class RuleSet {
  readonly #tests: readonly Test[]
  readonly #phrases: ReadonlyMap<WordField, Phrases>
  /** Those that are switched on. */
  readonly blocklists: readonly Blocklist[]
  /** Registrable domains that no blocklist is asked about. */
  readonly unasked: ReadonlySet<string>

  /**
   * Throws RuleError: where one file is broken, nothing of any is used. A test takes the place of one of its name in an earlier file, and score 0
   * switches it off. Examples of files that are not trusted are tried.
   */
  constructor(sources: readonly RuleSource[]) {
    const files = sources.map(({ name, text, trusted }) => ({ ...readRuleFile(name, text), trusted }))
    const { tests, phrases, lists, blocklists } = compileRules(files)
    this.#tests = tests
    this.#phrases = phrases
    this.blocklists = blocklists
    this.unasked = new Set(lists.get('UNASKED_DOMAINS') ?? [])
    for (const { rule, trusted } of tests) if (!trusted) this.tryExamples(rule.name)
  }

  get names(): readonly string[] {
    return this.#tests.map(({ rule }) => rule.name)
  }

  /** How many examples each test has: of messages that fire it, and that do not. */
  get examples(): ReadonlyMap<string, { readonly fires: number; readonly spares: number }> {
    return new Map(this.#tests.map(({ rule }) => [rule.name, { fires: rule.fires.length, spares: rule.spares.length }]))
  }

  /** The tests that fire; `isLate` is asked now and then, and ends it. */
  run(subject: RuleSubject, isLate: () => boolean): { readonly hits: readonly TestHit[]; readonly complete: boolean } {
    const trial = this.#trial(subject)
    const hits: TestHit[] = []
    for (const [index, { rule, run }] of this.#tests.entries()) {
      if (index % testsBetweenLooks === 0 && isLate()) return { hits, complete: false }
      if (run(trial) === 0) continue
      trial.fired.add(rule.name)
      if (rule.score !== 0) hits.push({ name: rule.name, score: rule.score })
    }
    return { hits, complete: true }
  }

  /** A test that does not do what its examples say is not what its author meant: throws RuleError. */
  tryExamples(name: string): void {
    const rule = this.#tests.find((test) => test.rule.name === name)?.rule
    for (const { message, place } of rule?.fires ?? []) {
      if (!this.#fires(name, message)) throw new RuleError(place, `test ${name} does not fire on this message`)
    }
    for (const { message, place } of rule?.spares ?? []) {
      if (this.#fires(name, message)) throw new RuleError(place, `test ${name} fires on this message`)
    }
  }

  #fires(name: string, message: string): boolean {
    const trial = this.#trial(ruleSubject(viewMessage(exampleInput(message))))
    for (const { rule, run } of this.#tests) {
      if (run(trial) !== 0) trial.fired.add(rule.name)
      if (rule.name === name) break
    }
    return trial.fired.has(name)
  }

  #trial(subject: RuleSubject): Trial {
    const none: ReadonlySet<number> = new Set()
    const phrases = new Map(wordFields.map((field) => [field, this.#phrases.get(field)?.findIn(subject.words(field)) ?? none]))
    return { subject, phrases, fired: new Set() }
  }
}

/** Tests between two looks at the clock. */
const testsBetweenLooks = 64

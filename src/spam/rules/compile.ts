import { nearest } from '../../base/nearest.ts'
import { factNames } from '../facts/facts.ts'
import type { Blocklist } from './blocklist-entry.ts'
import type { Expression, Operator } from './expression.ts'
import { compilePattern } from './pattern.ts'
import { Phrases } from './phrases.ts'
import { type Place, RuleError } from '../../base/rule-blocks.ts'
import type { Rule, RuleFile } from './rule-file.ts'
import { type RuleSubject, textFields, type WordField, wordFields } from './subject.ts'

/** What the tests of one message share. */
export interface Trial {
  readonly subject: RuleSubject
  /** Numbers of the phrases that stand in each field. */
  readonly phrases: ReadonlyMap<WordField, ReadonlySet<number>>
  /** Names of the tests that fired so far. */
  readonly fired: Set<string>
}

type Compiled = (trial: Trial) => number

export interface Test {
  readonly rule: Rule
  readonly trusted: boolean
  readonly run: Compiled
}

interface Compilation {
  /** In an order in which each comes behind those that it names. */
  readonly tests: readonly Test[]
  readonly phrases: ReadonlyMap<WordField, Phrases>
  readonly lists: ReadonlyMap<string, readonly string[]>
  /** Those that are switched on. */
  readonly blocklists: readonly Blocklist[]
}

export function compileRules(files: readonly (RuleFile & { readonly trusted: boolean })[]): Compilation {
  return new Compiler(files).compile()
}

class Compiler {
  readonly #lists = new Map<string, readonly string[]>()
  readonly #rules = new Map<string, { readonly rule: Rule; readonly trusted: boolean }>()
  readonly #phrases = new Map<WordField, Phrases>(wordFields.map((field) => [field, new Phrases()]))
  readonly #tests: Test[] = []
  readonly #done = new Set<string>()
  /** Tests being compiled, each because the one before names it. */
  readonly #open = new Set<string>()
  readonly #blocklists = new Map<string, { readonly on: boolean; readonly list: Blocklist }>()

  constructor(files: readonly (RuleFile & { readonly trusted: boolean })[]) {
    for (const { rules, lists, blocklists, trusted } of files) {
      for (const [name, entries] of lists) this.#lists.set(name, entries)
      for (const { name, on, place, ...entry } of blocklists) {
        const list = entry.list ?? this.#blocklists.get(name)?.list
        if (list === undefined) throw new RuleError(place, unknown('blocklist', name, this.#blocklists.keys()))
        this.#blocklists.set(name, { on, list })
      }
      const own = new Set<string>()
      for (const rule of rules) {
        if (own.has(rule.name)) throw new RuleError(rule.place, `there is a test ${rule.name} above`)
        own.add(rule.name)
        this.#rules.set(rule.name, { rule, trusted })
      }
    }
  }

  compile(): Compilation {
    for (const name of this.#rules.keys()) this.#test(name)
    const blocklists = [...this.#blocklists.values()].flatMap(({ on, list }) => (on ? [list] : []))
    return { tests: this.#tests, phrases: this.#phrases, lists: this.#lists, blocklists }
  }

  #test(name: string): void {
    const known = this.#rules.get(name)
    if (known === undefined || this.#done.has(name)) return
    const { rule, trusted } = known
    if (this.#open.has(name)) throw new RuleError(rule.place, `test ${name} depends on itself, by way of ${[...this.#open].join(', ')}`)
    this.#open.add(name)
    const run = this.#expression(rule.when, rule.whenPlace, trusted)
    this.#open.delete(name)
    this.#done.add(name)
    this.#tests.push({ rule, trusted, run })
  }

  #expression(expression: Expression, place: Place, trusted: boolean): Compiled {
    switch (expression.kind) {
      case 'number': {
        const { value } = expression
        return () => value
      }
      case 'fact': {
        const { name } = expression
        if (!factNames.has(name)) throw new RuleError(place, unknown('fact', name, factNames))
        return ({ subject }) => subject.facts[name] ?? 0
      }
      case 'test': {
        const { name } = expression
        if (!this.#rules.has(name)) throw new RuleError(place, unknown('test', name, this.#rules.keys()))
        this.#test(name)
        return ({ fired }) => (fired.has(name) ? 1 : 0)
      }
      case 'not': {
        const of = this.#expression(expression.of, place, trusted)
        return (trial) => (of(trial) === 0 ? 1 : 0)
      }
      case 'binary':
        return binary(expression.operator, this.#expression(expression.left, place, trusted), this.#expression(expression.right, place, trusted))
      case 'match': {
        const field = this.#textField(expression.field, place)
        const matches = compilePattern(expression.pattern, expression.ignoreCase, trusted, place)
        return ({ subject }) => (subject.texts(field).some(matches) ? 1 : 0)
      }
      case 'words':
        return this.#words(expression, place)
    }
  }

  #words({ field, how, texts, list }: Extract<Expression, { kind: 'words' }>, place: Place): Compiled {
    const entries = list === undefined ? texts : this.#lists.get(list)
    if (entries === undefined) throw new RuleError(place, unknown('list', list ?? '', this.#lists.keys()))
    if (how === 'says') return this.#says(field, entries, place)
    const checked = this.#textField(field, place)
    const wanted = entries.map((entry) => entry.toLowerCase())
    if (how === 'has') return ({ subject }) => count(wanted, (entry) => subject.texts(checked).some((text) => text.toLowerCase().includes(entry)))
    const all = new Set(wanted)
    return ({ subject }) => count(subject.texts(checked), (text) => all.has(text.toLowerCase()))
  }

  #textField(field: string, place: Place): string {
    if (/^header:[!-9;-~]+$/.test(field)) return field.toLowerCase()
    const list = /^listed:(.*)$/.exec(field)?.[1]
    if (list !== undefined && !this.#blocklists.has(list)) throw new RuleError(place, unknown('blocklist', list, this.#blocklists.keys()))
    if (list === undefined && !textFields.includes(field)) throw new RuleError(place, unknown('field', field, textFields))
    return field
  }

  #says(field: string, entries: readonly string[], place: Place): Compiled {
    const known = wordFields.find((name) => name === field)
    const phrases = known === undefined ? undefined : this.#phrases.get(known)
    if (known === undefined || phrases === undefined) throw new RuleError(place, `"says" is said of ${wordFields.join(', ')}; of ${field}, "has"`)
    const ids = entries.map((entry) => {
      const id = phrases.add(entry)
      if (id === undefined) throw new RuleError(place, `"${entry}" is no phrase: one to twelve words`)
      return id
    })
    return (trial) => {
      const found = trial.phrases.get(known)
      return found === undefined || found.size === 0 ? 0 : count(ids, (id) => found.has(id))
    }
  }
}

function binary(operator: Operator, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'or':
      return (trial) => (left(trial) !== 0 || right(trial) !== 0 ? 1 : 0)
    case 'and':
      return (trial) => (left(trial) !== 0 && right(trial) !== 0 ? 1 : 0)
    case '+':
      return (trial) => left(trial) + right(trial)
    case '-':
      return (trial) => left(trial) - right(trial)
    case '*':
      return (trial) => left(trial) * right(trial)
    case '>=':
      return (trial) => (left(trial) >= right(trial) ? 1 : 0)
    case '<=':
      return (trial) => (left(trial) <= right(trial) ? 1 : 0)
    case '>':
      return (trial) => (left(trial) > right(trial) ? 1 : 0)
    case '<':
      return (trial) => (left(trial) < right(trial) ? 1 : 0)
    case '=':
      return (trial) => (left(trial) === right(trial) ? 1 : 0)
    case '!=':
      return (trial) => (left(trial) !== right(trial) ? 1 : 0)
  }
}

function unknown(kind: string, name: string, known: Iterable<string>): string {
  const meant = nearest(name, known)
  return `there is no ${kind} "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}

function count<T>(items: readonly T[], condition: (item: T) => boolean): number {
  let found = 0
  for (const item of items) if (condition(item)) found += 1
  return found
}

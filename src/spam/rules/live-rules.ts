import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { readRuleFolder } from './rule-folder.ts'
import { RuleSet } from './rule-set.ts'

export interface LiveRulesOptions {
  /** Folder of the files that come with Posthorn. */
  readonly shipped: string
  /** Folder of the operator's; it may be missing. */
  readonly own: string
  /** Files of the operator could not be used; those in force stay. Once for each state of the folder. */
  readonly onFault: (fault: unknown) => void
  /** Milliseconds, from any beginning. */
  readonly now: () => number
}

/** The folder is looked at no more often than that: it costs some system calls. */
const lookEveryMs = 2_000

/** The rules in force: an operator's files hold without a restart, and a broken one changes nothing. */
export class LiveRules {
  readonly #options: LiveRulesOptions
  #rules: RuleSet
  /** Names, sizes and times of the operator's files when they were read last. */
  #state = ''
  #lookedMs: number

  constructor(options: LiveRulesOptions) {
    this.#options = options
    this.#rules = new RuleSet(readRuleFolder(options.shipped, true))
    this.#lookedMs = options.now()
    this.#look()
  }

  current(): RuleSet {
    const nowMs = this.#options.now()
    if (nowMs - this.#lookedMs >= lookEveryMs) {
      this.#lookedMs = nowMs
      this.#look()
    }
    return this.#rules
  }

  #look(): void {
    const { shipped, own, onFault } = this.#options
    try {
      const state = stateOf(own)
      if (state === this.#state) return
      this.#state = state
      this.#rules = new RuleSet([...readRuleFolder(shipped, true), ...(state === '' ? [] : readRuleFolder(own, false))])
    } catch (fault) {
      onFault(fault)
    }
  }
}

/** '' for a folder that is missing or empty. */
function stateOf(folder: string): string {
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .map((name) => {
      const { mtimeMs, size } = statSync(path.join(folder, name))
      return `${name} ${mtimeMs} ${size}\n`
    })
    .sort()
    .join('')
}

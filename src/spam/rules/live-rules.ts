import { LiveFiles, type LiveFilesOptions } from '../../base/live-files.ts'
import { readRuleFolder } from './rule-folder.ts'
import { RuleSet } from './rule-set.ts'

export interface LiveRulesOptions extends Omit<LiveFilesOptions<RuleSet>, 'read'> {
  /** Folder of the files that come with Posthorn. */
  readonly shipped: string
}

/** The rules in force. */
export class LiveRules {
  readonly #files: LiveFiles<RuleSet>

  constructor({ shipped, ...options }: LiveRulesOptions) {
    const read = (withOwn: boolean) => new RuleSet([...readRuleFolder(shipped, true), ...(withOwn ? readRuleFolder(options.own, false) : [])])
    this.#files = new LiveFiles({ ...options, read })
  }

  current(): RuleSet {
    return this.#files.current()
  }
}
